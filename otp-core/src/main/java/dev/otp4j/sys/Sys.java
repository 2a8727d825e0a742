/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.SystemControl;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the state of running actors and supervisors, suspends and repairs them.
 *
 * {@snippet :
 * Sys.suspend(pid);
 * Integer total = Sys.getState(pid, Integer.class);
 * Sys.replaceState(pid, Integer.class, state -> 0);
 * Sys.resume(pid);
 * }
 *
 * <p>A system message is queued in the process's mailbox behind the messages that its sender has
 * sent before. The process serves it between two messages, also while it is suspended; its own code
 * never sees it. Any thread may call these methods. Each call blocks for at most its time limit, 5
 * s by default.
 *
 * <p>Every method throws {@link CallException.TimedOut} if the process does not serve the request
 * in time, {@link CallException.CalleeDown} if the process is dead (with {@link
 * ExitReason#NO_PROCESS} if it was dead before the request), {@link CallException.CallingSelf} if a
 * process asks itself, {@link CallException.Interrupted} if the calling thread is interrupted, and
 * {@link IllegalArgumentException} for a process that runs a body of its own: such a process serves
 * no system messages.
 *
 * <p>Counterpart: {@code sys}, {@code gleam/otp/system}.
 *
 * @since 0.1.0
 */
public final class Sys {
    /** How long a process has to answer by default: 5 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** How many events a log keeps by default: 10. */
    public static final int DEFAULT_LOG = 10;

    /** How long a log goes on by default: 10 min. */
    public static final Duration DEFAULT_LOG_TIME = Duration.ofMinutes(10);

    private Sys() {}

    /** A state, which may be null. */
    private record State(@Nullable Object value) {}

    /** Calls {@link #getState(Pid, Class, Duration)} with a limit of 5 s. */
    public static <S> S getState(Pid pid, Class<S> type) {
        return getState(pid, type, DEFAULT_TIMEOUT);
    }

    /**
     * {@return the state of a process: of an actor what its handler returned last, of a process
     * that keeps its state in fields its snapshot, of a supervisor its children}
     *
     * @throws IllegalStateException if the state is not of type {@code type}
     */
    public static <S> S getState(Pid pid, Class<S> type, Duration timeout) {
        Objects.requireNonNull(type, "'type' must not be null");
        return cast(pid, type, ask(pid, timeout, control -> new State(control.state())));
    }

    private static <S> S cast(Pid pid, Class<S> type, State state) {
        Object value = state.value();
        if (type.isInstance(value)) return type.cast(value);
        String is = value == null ? "null" : "a " + value.getClass().getName();
        throw new IllegalStateException(
                "the state of %s is %s, not a %s".formatted(pid, is, type.getName()));
    }

    /** Calls {@link #getStatus(Pid, Duration)} with a limit of 5 s. */
    public static StatusInfo getStatus(Pid pid) {
        return getStatus(pid, DEFAULT_TIMEOUT);
    }

    /** {@return the status of a process, as the process itself reports it} */
    public static StatusInfo getStatus(Pid pid, Duration timeout) {
        return ask(
                pid,
                timeout,
                control ->
                        new StatusInfo(
                                control.pid(),
                                control.module().getName(),
                                control.isSuspended()
                                        ? StatusInfo.Mode.SUSPENDED
                                        : StatusInfo.Mode.RUNNING,
                                control.parent().orElse(null),
                                control.queued(),
                                Recorder.of(control).debug(),
                                control.state()));
    }

    /** Calls {@link #suspend(Pid, Duration)} with a limit of 5 s. */
    public static void suspend(Pid pid) {
        suspend(pid, DEFAULT_TIMEOUT);
    }

    /**
     * Makes a process leave its messages queued until it is resumed, including those of timers and
     * monitors and the exits that it traps. A suspended process still ends for the same reasons: a
     * kill, a signal that it does not trap, the exit of its parent. Does nothing if the process is
     * suspended already.
     */
    public static void suspend(Pid pid, Duration timeout) {
        ask(pid, timeout, control -> done(() -> control.suspend(true)));
    }

    /** Calls {@link #resume(Pid, Duration)} with a limit of 5 s. */
    public static void resume(Pid pid) {
        resume(pid, DEFAULT_TIMEOUT);
    }

    /**
     * Makes a process handle messages again, the queued ones in their order. One resume ends any
     * number of suspends.
     */
    public static void resume(Pid pid, Duration timeout) {
        ask(pid, timeout, control -> done(() -> control.suspend(false)));
    }

    /** Calls {@link #replaceState(Pid, Class, UnaryOperator, Duration)} with a limit of 5 s. */
    public static <S> S replaceState(Pid pid, Class<S> type, UnaryOperator<S> change) {
        return replaceState(pid, type, change, DEFAULT_TIMEOUT);
    }

    /**
     * Replaces the state of an actor between two messages. If {@code change} throws, the old state
     * stays and the actor goes on.
     *
     * @return the new state
     * @throws IllegalStateException if the state is not of type {@code type}, cannot be replaced,
     *     or {@code change} threw or returned null; its cause says why
     */
    public static <S> S replaceState(
            Pid pid, Class<S> type, UnaryOperator<S> change, Duration timeout) {
        Objects.requireNonNull(type, "'type' must not be null");
        Objects.requireNonNull(change, "'change' must not be null");
        State now =
                ask(
                        pid,
                        timeout,
                        control ->
                                new State(
                                        control.replaceState(
                                                old ->
                                                        Objects.requireNonNull(
                                                                change.apply(
                                                                        cast(
                                                                                pid,
                                                                                type,
                                                                                new State(old))),
                                                                "'change' returned null"))));
        return cast(pid, type, now);
    }

    /** Counts the messages of a process from now on, beginning at zero, or stops counting. */
    public static void statistics(Pid pid, boolean on) {
        debug(pid, recorder -> recorder.count(on));
    }

    /** {@return what was counted, or empty if the statistics are not switched on} */
    public static Optional<Statistics> statistics(Pid pid) {
        return ask(pid, DEFAULT_TIMEOUT, control -> Recorder.of(control).statistics());
    }

    /** Calls {@link #log(Pid, int)} for the last 10 messages. */
    public static void log(Pid pid) {
        log(pid, DEFAULT_LOG);
    }

    /** Calls {@link #log(Pid, int, Duration)} with a limit of 10 minutes. */
    public static void log(Pid pid, int events) {
        log(pid, events, DEFAULT_LOG_TIME);
    }

    /**
     * Keeps the types of the last messages of a process. The log switches itself off after {@code
     * limit}; its events can be read until the process ends. A log survives a suspension of the
     * process, but not its end. If the process has a log already, that log keeps its events, and
     * its time begins again.
     *
     * @param events how many events the log keeps; 0 ends the log and drops all events
     * @param limit how long the log goes on
     * @throws IllegalArgumentException if {@code events} is negative or more than 10 000, or {@code
     *     limit} is not positive
     */
    public static void log(Pid pid, int events, Duration limit) {
        checkEvents(events);
        if (!Objects.requireNonNull(limit, "'limit' must not be null").isPositive()) {
            throw new IllegalArgumentException("'limit' must be positive: " + limit);
        }
        debug(pid, recorder -> recorder.log(events, limit));
    }

    /** {@return what the log has kept, oldest first; also after it has switched itself off} */
    public static List<LoggedEvent> logged(Pid pid) {
        return ask(pid, DEFAULT_TIMEOUT, control -> Recorder.of(control).logged());
    }

    /**
     * {@return what {@link #logged} returns, read without asking the process} Empty if the process
     * has no log. So it does not wait for a process that is stuck, and throws none of the
     * exceptions of the other methods; it may miss the message that is being taken up.
     */
    public static Optional<List<LoggedEvent>> peekLogged(Pid pid) {
        return ProcessInfo.observerOf(Objects.requireNonNull(pid, "'pid' must not be null"))
                .filter(Recorder.class::isInstance)
                .map(recorder -> ((Recorder) recorder).logged());
    }

    /**
     * Writes the types of the next messages of a process to the logger {@code dev.otp4j.sys}, then
     * switches itself off.
     *
     * @param events how many messages; 0 ends the trace
     * @throws IllegalArgumentException if {@code events} is negative or more than 10 000
     */
    public static void trace(Pid pid, int events) {
        checkEvents(events);
        debug(pid, recorder -> recorder.trace(events));
    }

    private static void checkEvents(int events) {
        if (events < 0 || events > 10_000) {
            throw new IllegalArgumentException("'events' must be from 0 to 10000: " + events);
        }
    }

    private static void debug(Pid pid, Consumer<Recorder> change) {
        ask(
                pid,
                DEFAULT_TIMEOUT,
                control -> {
                    Recorder recorder = Recorder.of(control);
                    change.accept(recorder);
                    recorder.attach(control);
                    return true;
                });
    }

    /** Calls {@link #terminate(Pid, ExitReason, Duration)} with a limit of 5 s. */
    public static void terminate(Pid pid, ExitReason reason) {
        terminate(pid, reason, DEFAULT_TIMEOUT);
    }

    /**
     * Makes a process end by itself, after its terminate callback. Returns once the process has
     * accepted the request, before that callback runs.
     */
    public static void terminate(Pid pid, ExitReason reason, Duration timeout) {
        Objects.requireNonNull(reason, "'reason' must not be null");
        ask(pid, timeout, control -> done(() -> control.stop(reason)));
    }

    private static boolean done(Runnable change) {
        change.run();
        return true;
    }

    private static <R> R ask(Pid pid, Duration timeout, Function<SystemControl, R> request) {
        return SystemControl.ask(pid, timeout, request);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
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
 * Looks into running actors and supervisors, suspends and repairs them.
 *
 * {@snippet :
 * Sys.suspend(pid);
 * Integer total = Sys.getState(pid, Integer.class);
 * Sys.replaceState(pid, Integer.class, state -> 0);
 * Sys.resume(pid);
 * }
 *
 * <p>A system message stands in the process's mailbox behind what its sender has sent before, and
 * is served between two messages, also while the process is suspended. The process's own code never
 * sees it. May be called from any thread; each call blocks for at most its time limit, 5 s by
 * default.
 *
 * <p>Every method throws {@link CallException.TimedOut} if the process does not come to it in time,
 * {@link CallException.CalleeDown} if it is dead, with {@link ExitReason#NO_PROCESS} if it was
 * before the request, {@link CallException.CallingSelf} if a process asks itself, and {@link
 * IllegalArgumentException} for a process that runs a body of its own, which serves no system
 * messages.
 *
 * <p>Counterpart: {@code sys}, {@code gleam/otp/system}.
 *
 * @since 0.1.0
 */
public final class Sys {
    /** How long a process has to answer unless said otherwise: 5 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** How many events a log keeps unless said otherwise. */
    public static final int DEFAULT_LOG = 10;

    /** How long a log goes on unless said otherwise: 10 min. */
    public static final Duration DEFAULT_LOG_TIME = Duration.ofMinutes(10);

    private Sys() {}

    /** A state, which may be null. */
    private record State(@Nullable Object value) {}

    /** {@link #getState(Pid, Class, Duration)} with 5 s. */
    public static <S> S getState(Pid pid, Class<S> type) {
        return getState(pid, type, DEFAULT_TIMEOUT);
    }

    /**
     * {@return the state of a process: what an actor's handler returned last, the snapshot of one
     * that keeps it in fields, the children of a supervisor}
     *
     * @throws IllegalStateException if the state is no {@code type}
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
                "the state of %s is %s, no %s".formatted(pid, is, type.getName()));
    }

    /** {@link #getStatus(Pid, Duration)} with 5 s. */
    public static StatusInfo getStatus(Pid pid) {
        return getStatus(pid, DEFAULT_TIMEOUT);
    }

    /** {@return what a process says of itself} */
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
                                control.parent(),
                                control.queued(),
                                Recorder.of(control).debug(),
                                control.state()));
    }

    /** {@link #suspend(Pid, Duration)} with 5 s. */
    public static void suspend(Pid pid) {
        suspend(pid, DEFAULT_TIMEOUT);
    }

    /**
     * Leaves the messages of a process queued, timers, downs and the exits it traps included, until
     * it is resumed. What ends a process still does: a kill, a signal it does not trap, the exit of
     * its parent. Does nothing if it is suspended already.
     */
    public static void suspend(Pid pid, Duration timeout) {
        ask(pid, timeout, control -> done(() -> control.suspend(true)));
    }

    /** {@link #resume(Pid, Duration)} with 5 s. */
    public static void resume(Pid pid) {
        resume(pid, DEFAULT_TIMEOUT);
    }

    /**
     * Handles messages again, the queued ones in their order. One is enough for any number of
     * suspends.
     */
    public static void resume(Pid pid, Duration timeout) {
        ask(pid, timeout, control -> done(() -> control.suspend(false)));
    }

    /** {@link #replaceState(Pid, Class, UnaryOperator, Duration)} with 5 s. */
    public static <S> S replaceState(Pid pid, Class<S> type, UnaryOperator<S> change) {
        return replaceState(pid, type, change, DEFAULT_TIMEOUT);
    }

    /**
     * Replaces the state of an actor between two messages. If {@code change} throws, the old state
     * stays and the actor goes on.
     *
     * @return the new state
     * @throws IllegalStateException if the state is no {@code type}, cannot be replaced, or {@code
     *     change} threw; with the cause
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

    /** Counts the messages of a process from now on, from zero, or no more. */
    public static void statistics(Pid pid, boolean on) {
        debug(pid, recorder -> recorder.count(on));
    }

    /** {@return what was counted, or empty if nothing is} */
    public static Optional<Statistics> statistics(Pid pid) {
        return ask(pid, DEFAULT_TIMEOUT, control -> Recorder.of(control).statistics());
    }

    /** {@link #log(Pid, int)} of the last 10 messages. */
    public static void log(Pid pid) {
        log(pid, DEFAULT_LOG);
    }

    /** {@link #log(Pid, int, Duration)} for 10 minutes. */
    public static void log(Pid pid, int events) {
        log(pid, events, DEFAULT_LOG_TIME);
    }

    /**
     * Keeps the types of the last messages of a process, for a while, then switches itself off;
     * what it has kept by then can be read until the process ends. Survives a suspension, not the
     * process. A log that is on goes on from now, with what it keeps.
     *
     * @param events how many; 0 ends it and drops all
     * @param limit how long it logs
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
     * Writes the types of the next messages of a process to the logger {@code dev.otp4j.sys}, then
     * switches itself off.
     *
     * @param events how many; 0 ends it
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

    /** {@link #terminate(Pid, ExitReason, Duration)} with 5 s. */
    public static void terminate(Pid pid, ExitReason reason) {
        terminate(pid, reason, DEFAULT_TIMEOUT);
    }

    /**
     * Has a process end by itself, after its terminate callback. Returns when it has agreed, before
     * that callback runs.
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

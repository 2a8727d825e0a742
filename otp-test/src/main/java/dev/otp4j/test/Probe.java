/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A subject that records what it is sent, in place of an actor.
 *
 * {@snippet :
 * Probe<Reply> probe = Probe.create("replies");
 * greeter.send(new Greet("Ada", probe));
 * assertThat(probe.expect(Reply.Greeting.class).text()).isEqualTo("Hello Ada");
 * probe.expectNothing();
 * }
 *
 * <p>Any thread may send to it, call it and look at what has arrived; a test needs no process. A
 * message is recorded when {@code send} returns. Those of one sender are recorded in the order in
 * which they were sent, except timers, which arrive in a process of the probe.
 *
 * <p>{@code expect} takes the oldest message that was not taken yet. A wait takes at most {@link
 * TestLimits#timeout}, 3 s by default, or the limit given; it parks the thread until a message
 * arrives and ends at the first one. An interrupt ends it with an {@link AssertionError}; the
 * thread's interrupt status is set again.
 *
 * <p>The probe is a process only if it has to be: when it is called, when its {@link #owner} is
 * asked for, and for timers. That process runs in the runtime of the process that asks first, or in
 * the default one, until {@link #close}.
 *
 * @param <M> what can be sent to it
 * @since 0.1.0
 */
public final class Probe<M> implements Subject<M>, AutoCloseable {
    private static final int SHOWN = 20;

    private final String name;
    private final Recording<M> recording = new Recording<>();
    private final List<Answer<M>> answers = new CopyOnWriteArrayList<>();
    private ProbeRelay.@Nullable Running<M> relay; // under the monitor
    private volatile boolean closed;

    private record Answer<M>(Class<?> type, Consumer<M> code) {}

    private Probe(String name) {
        this.name = Objects.requireNonNull(name, "'name' must not be null");
    }

    /**
     * {@return a new probe} Its type is inferred: {@code Probe<Message> probe = Probe.create();}
     */
    public static <M> Probe<M> create() {
        return create("probe");
    }

    /** {@return a new probe with a name for its messages of failure} */
    public static <M> Probe<M> create(String name) {
        return new Probe<>(name);
    }

    // ---- looking at what has arrived

    /**
     * {@return the next message, which must be of that type} Waits for it if there is none.
     *
     * @throws AssertionError if the next message is of another type, or none arrives in time; the
     *     text has the messages that have arrived
     */
    public <T extends M> T expect(Class<T> type) {
        return expect(type, TestLimits.timeout());
    }

    /** {@link #expect(Class)} with a time limit for this call. */
    public <T extends M> T expect(Class<T> type, Duration limit) {
        Objects.requireNonNull(type, "'type' must not be null");
        M next = next("a message of type " + type.getTypeName(), limit);
        if (type.isInstance(next)) return type.cast(next);
        throw failed(
                "expected a message of type %s but got %s"
                        .formatted(type.getTypeName(), shown(next)));
    }

    /**
     * Takes the next message, which must be equal to that one. Waits for it if there is none.
     *
     * @return that message
     * @throws AssertionError if the next message is another one, or none arrives in time
     */
    public M expectMessage(M expected) {
        return expectMessage(expected, TestLimits.timeout());
    }

    /** {@link #expectMessage(Object)} with a time limit for this call. */
    public M expectMessage(M expected, Duration limit) {
        Objects.requireNonNull(expected, "'expected' must not be null");
        M next = next(shown(expected), limit);
        if (expected.equals(next)) return next;
        throw failed("expected %s but got %s".formatted(shown(expected), shown(next)));
    }

    /**
     * Takes messages until there is one of that type, and returns it. Those before it are taken
     * too.
     *
     * @throws AssertionError if none of that type arrives in time, all together
     */
    public <T extends M> T expectLater(Class<T> type) {
        return expectLater(type, TestLimits.timeout());
    }

    /** {@link #expectLater(Class)} with a time limit for this call. */
    public <T extends M> T expectLater(Class<T> type, Duration limit) {
        Objects.requireNonNull(type, "'type' must not be null");
        long nanos = Conditions.nanos(limit);
        long begun = System.nanoTime();
        while (true) {
            long left = Math.max(0, nanos - (System.nanoTime() - begun));
            M next = recording.next(left);
            if (next == null) throw missing("a message of type " + type.getTypeName(), limit);
            if (type.isInstance(next)) return type.cast(next);
        }
    }

    /**
     * Watches that no message arrives for {@link TestLimits#quiet}, 100 ms by default. Prefer a
     * message that comes after what must not come: it is faster and proves more.
     *
     * @throws AssertionError as soon as there is a message
     */
    public void expectNothing() {
        expectNothing(TestLimits.quiet());
    }

    /** {@link #expectNothing()} for a time of this call; zero looks once. */
    public void expectNothing(Duration time) {
        M next = recording.peek(Conditions.nanos(time));
        if (next != null) throw failed("expected no message but got " + shown(next));
        refuseInterrupt("no message");
    }

    /** {@return all messages that have arrived so far, in order, taken or not} */
    public List<M> received() {
        return recording.all();
    }

    /** {@return the messages of that type among {@link #received}} */
    public <T extends M> List<T> received(Class<T> type) {
        return received().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Forgets what has arrived so far: for a probe that several test methods share. */
    public void clear() {
        recording.clear();
    }

    // ---- answering

    /**
     * Takes the next message, which must be of that type, and runs {@code answer} with it on the
     * current thread.
     *
     * {@snippet :
     * probe.reply(GetPrice.class, request -> request.replyTo().send(42));
     * }
     *
     * @return that message
     * @throws AssertionError as {@link #expect(Class)}
     */
    public <T extends M> T reply(Class<T> type, Consumer<? super T> answer) {
        T message = expect(type);
        answer.accept(message);
        return message;
    }

    /**
     * From now on runs {@code answer} with each message of that type when it arrives: on the thread
     * that sends it, for a call and a timer in the probe's process. The messages are recorded all
     * the same. What {@code answer} throws reaches the sender; to a caller it is the end of the
     * callee.
     *
     * <p>Use it if the test's own thread makes the call, and so cannot reply.
     *
     * @return this probe
     */
    public <T extends M> Probe<M> answering(Class<T> type, Consumer<? super T> answer) {
        Objects.requireNonNull(type, "'type' must not be null");
        Objects.requireNonNull(answer, "'answer' must not be null");
        answers.add(new Answer<>(type, message -> answer.accept(type.cast(message))));
        return this;
    }

    private void answer(M message) {
        for (Answer<M> answer : answers) {
            if (answer.type().isInstance(message)) answer.code().accept(message);
        }
    }

    // ---- Subject

    /** Records a message; after {@link #close} it is dropped. */
    @Override
    public void send(M message) {
        var unused = trySend(message);
    }

    @Override
    public Sent trySend(M message) {
        Objects.requireNonNull(message, "'message' must not be null");
        if (closed) return Sent.CLOSED;
        recording.add(message);
        answer(message);
        return Sent.SENT;
    }

    @Override
    public Timer sendAfter(Duration delay, M message) {
        return relay().subject().sendAfter(delay, new ProbeRelay.Relayed<>(message, false));
    }

    @Override
    public Timer sendEvery(Duration period, M message) {
        return relay().subject().sendEvery(period, new ProbeRelay.Relayed<>(message, false));
    }

    @Override
    public <R> R call(Duration timeout, Function<? super ReplyTo<R>, ? extends M> request) {
        return relay().subject().call(timeout, recorded(request));
    }

    @Override
    public <R> R callForever(Function<? super ReplyTo<R>, ? extends M> request) {
        return relay().subject().callForever(recorded(request));
    }

    @Override
    public <R> CompletableFuture<R> callAsync(
            Duration timeout, Function<? super ReplyTo<R>, ? extends M> request) {
        return relay().subject().callAsync(timeout, recorded(request));
    }

    private <R> Function<ReplyTo<R>, ProbeRelay.Relayed<M>> recorded(
            Function<? super ReplyTo<R>, ? extends M> request) {
        return replyTo -> {
            M made = request.apply(replyTo);
            recording.add(made);
            return new ProbeRelay.Relayed<>(made, true);
        };
    }

    /**
     * Takes the oldest message that was not taken yet, as {@code expect} does. Unlike that of other
     * subjects, any thread may call it.
     */
    @Override
    public Optional<M> receive(Duration timeout) {
        return Optional.ofNullable(recording.next(Conditions.nanos(timeout)));
    }

    /** {@link #receive} without a time limit. */
    @Override
    public M receiveForever() {
        M next = null;
        while (next == null) {
            next = recording.next(Long.MAX_VALUE / 2);
            refuseInterrupt("a message");
        }
        return next;
    }

    /** {@return a process that lives until {@link #close}, to be monitored} */
    @Override
    public Pid owner() {
        return relay().pid();
    }

    private synchronized ProbeRelay.Running<M> relay() {
        ProbeRelay.Running<M> running = relay;
        if (running != null && (closed || Processes.isAlive(running.pid()))) return running;
        running = ProbeRelay.start(recording::add, this::answer);
        relay = running;
        if (closed) Processes.kill(running.pid());
        return running;
    }

    /**
     * Ends the probe like an actor that was killed: monitors are told, callers fail, later messages
     * are dropped. What has arrived can still be taken.
     */
    @Override
    public void close() {
        closed = true;
        ProbeRelay.Running<M> running;
        synchronized (this) {
            running = relay;
        }
        if (running != null) Processes.kill(running.pid());
    }

    // ---- failures

    private M next(String what, Duration limit) {
        M next = recording.next(Conditions.nanos(limit));
        if (next == null) throw missing(what, limit);
        return next;
    }

    private AssertionError missing(String what, Duration limit) {
        refuseInterrupt(what);
        return failed("expected %s within %s but nothing arrived".formatted(what, limit));
    }

    private void refuseInterrupt(String what) {
        if (Thread.currentThread().isInterrupted()) {
            throw failed("the thread was interrupted while it waited for " + what);
        }
    }

    private AssertionError failed(String what) {
        List<M> all = received();
        String before =
                all.stream()
                        .skip(Math.max(0, all.size() - SHOWN))
                        .map(Probe::shown)
                        .collect(Collectors.joining("\n  ", "\n  ", ""));
        String arrived =
                all.isEmpty() ? "no message so far" : all.size() + " so far, the last:" + before;
        return new AssertionError("%s: %s; received %s".formatted(this, what, arrived));
    }

    private static String shown(Object message) {
        return message.getClass().getTypeName() + " " + message;
    }

    @Override
    public String toString() {
        return "Probe[" + name + "]";
    }

    /** What has arrived, and how much of it was taken. Thread-safe. */
    private static final class Recording<M> {
        private final List<M> messages = new ArrayList<>();
        private int taken;

        synchronized void add(M message) {
            messages.add(Objects.requireNonNull(message, "'message' must not be null"));
            notifyAll();
        }

        synchronized @Nullable M next(long nanos) {
            M next = peek(nanos);
            if (next != null) taken++;
            return next;
        }

        /** The oldest message that is not taken; null if none arrives in time. */
        synchronized @Nullable M peek(long nanos) {
            long begun = System.nanoTime();
            while (taken == messages.size()) {
                long left = nanos - (System.nanoTime() - begun);
                if (left <= 0) return null;
                try {
                    wait(left / 1_000_000, (int) (left % 1_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return null;
                }
            }
            return messages.get(taken);
        }

        synchronized List<M> all() {
            return List.copyOf(messages);
        }

        synchronized void clear() {
            messages.clear();
            taken = 0;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import dev.otp4j.process.Down;
import dev.otp4j.process.ExitMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A probe: a process of its own that traps exits and hands over whatever it receives, so that any
 * thread can look at it. Messages, downs and exit messages keep their order. Made in a process it
 * is linked to it.
 *
 * @param <M> what can be sent to it
 */
public final class TestSubject<M> implements AutoCloseable {
    private record Message(Object value) {}

    private record Command(Supplier<?> code, CompletableFuture<Object> result) {}

    private final LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Subject<M>> subject = new CompletableFuture<>();
    private final CompletableFuture<Subject<Command>> commands = new CompletableFuture<>();
    private final Pid pid;

    private TestSubject(ProcessRuntime runtime) {
        pid =
                Processes.selfOrNull() == null
                        ? Processes.run(runtime, () -> Processes.spawnUnlinked(this::receive))
                        : Processes.spawn(this::receive);
    }

    /** A probe in the current runtime. */
    public static <M> TestSubject<M> create() {
        return new TestSubject<>(ProcessRuntime.current());
    }

    /** A probe in that runtime, for a thread that is no process. */
    public static <M> TestSubject<M> create(ProcessRuntime runtime) {
        return new TestSubject<>(runtime);
    }

    private void receive() {
        Processes.trapExits(true);
        Subject<M> messages = Subject.create();
        Subject<Command> orders = Subject.create();
        subject.complete(messages);
        commands.complete(orders);
        Selector<Object> all =
                Selector.create()
                        .<M>selectMap(messages, message -> new Message(message))
                        .select(orders)
                        .selectMonitors(down -> down)
                        .selectTrappedExits(exit -> exit);
        while (true) {
            Object event = all.receiveForever();
            if (event instanceof Command(var code, var result)) {
                result.complete(Objects.requireNonNullElse(code.get(), "done"));
            } else {
                events.add(event);
            }
        }
    }

    /** {@return where to send} */
    public Subject<M> subject() {
        return Expect.get(subject);
    }

    /** {@return the probe's process} */
    public Pid pid() {
        return pid;
    }

    /** Runs code in the probe's process: it links, monitors, starts. */
    public Object inside(Supplier<?> code) {
        var result = new CompletableFuture<Object>();
        Expect.get(commands).send(new Command(code, result));
        return Expect.get(result);
    }

    /** Watches a process. */
    public void monitor(Pid watched) {
        inside(() -> Processes.monitor(watched));
    }

    /** The next message; downs and exits are left for later. */
    @SuppressWarnings("unchecked") // only Ms are sent to a Subject<M>
    public M expect() {
        return (M) ((Message) take(Message.class, "a message", event -> true)).value();
    }

    /** The next message, which must be equal to that one. */
    public void expect(M expected) {
        M got = expect();
        if (!got.equals(expected)) {
            throw new AssertionError("expected " + expected + " but got " + got);
        }
    }

    /** Why a process ended that was monitored with {@link #monitor}, now or before. */
    public ExitReason expectDown(Pid ended) {
        return ((Down) take(Down.class, "DOWN of " + ended, e -> ((Down) e).pid().equals(ended)))
                .reason();
    }

    /** Why a linked process ended. */
    public ExitReason expectExit(Pid ended) {
        return ((ExitMessage)
                        take(
                                ExitMessage.class,
                                "EXIT of " + ended,
                                e -> ((ExitMessage) e).pid().equals(ended)))
                .reason();
    }

    /** Everything received so far, in order: messages as they are, downs and exits as such. */
    public List<Object> drain() {
        inside(() -> "barrier");
        var taken = new ArrayList<Object>();
        events.drainTo(taken);
        return taken.stream().map(e -> e instanceof Message(Object value) ? value : e).toList();
    }

    /** That nothing has arrived when the barrier is over. */
    public void expectNothingBefore(Runnable barrier) {
        barrier.run();
        List<Object> got = drain();
        if (!got.isEmpty()) throw new AssertionError("expected nothing but got " + got);
    }

    private Object take(
            Class<?> kind, String what, java.util.function.Predicate<Object> condition) {
        var skipped = new ArrayList<Object>();
        long start = System.nanoTime();
        try {
            while (true) {
                long left = Expect.SOON.toNanos() - (System.nanoTime() - start);
                Object event = events.poll(left, TimeUnit.NANOSECONDS);
                if (event == null) {
                    throw new AssertionError(
                            "no " + what + " in " + Expect.SOON + "; got " + skipped);
                }
                if (kind.isInstance(event) && condition.test(event)) return event;
                skipped.add(event);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + what, e);
        } finally {
            var later = new ArrayList<Object>(skipped);
            events.drainTo(later);
            events.addAll(later);
        }
    }

    @Override
    public void close() {
        Processes.kill(pid);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.internal.threads.ThreadContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs everything once that the engine does when memory is exhausted, while there is memory. The
 * JVM needs memory to run a piece of code for the first time: to find the class of a catch clause,
 * to link a call site. Without this, the first crash in an exhausted heap would fail at just those
 * places.
 *
 * <p>It runs when the first runtime is built, and takes some tens of milliseconds. It has a thread
 * and a runtime of its own; that runtime tells no listener and writes no log. Its processes run on
 * platform threads, so it comes to its end also while the application's code occupies all carriers.
 * A runtime that is closed meanwhile waits for it: an application that has closed its runtimes can
 * drop the class loader of the engine, and then no class can be loaded any more.
 *
 * <pre>
 * HELD    written once, by the thread that builds the first runtime
 * thread  its thread, once that is started; written once, by the thread that builds the first runtime; read by threads
 *         that close a runtime (volatile)
 * </pre>
 */
final class ExhaustionWarmUp implements Runnable {
    private static final AtomicBoolean HELD = new AtomicBoolean();
    private static final OutOfMemoryError EXHAUSTED = new OutOfMemoryError("rehearsal");
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static volatile @Nullable Thread thread;

    /** How many of the next starts fail. */
    private final AtomicInteger failing = new AtomicInteger();

    ExhaustionWarmUp() {}

    /** Starts the warm-up at the first call. */
    static void begin() {
        if (!HELD.compareAndSet(false, true)) return;
        Thread next = ThreadContext.platform("otp-rehearsal", null, new ExhaustionWarmUp());
        next.start();
        thread = next; // not before: a thread that is not started cannot be waited for
    }

    /**
     * Waits for the end of a warm-up that runs. Does nothing on its own thread. Returns early if
     * the current thread is interrupted; its interrupt status is set again.
     */
    static void awaitEnd(Duration limit) {
        Thread begun = thread;
        if (begun == null || begun == Thread.currentThread()) return;
        try {
            begun.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            rehearse();
        } catch (Throwable notNow) {
            // a warm-up that fails must not keep the application from starting
        }
    }

    /** Runs all of it. Throws if a part of it did not run; the other parts then may not run. */
    void rehearse() throws Exception {
        ProcessRuntime runtime =
                ProcessRuntime.builder()
                        .name("rehearsal")
                        .classLoader(null)
                        .silent()
                        .scheduler(Failing::new)
                        .build();
        try (runtime) {
            for (int failures = 0; failures < 4; failures++) crash(runtime, failures);
            for (int failures = 1; failures < 4; failures++) send(runtime, failures);
            for (int failures = 0; failures < 3; failures++) crashWithSettings(runtime, failures);
        }
    }

    /** A handler runs out of memory, and then {@code failures} starts fail. */
    private void crash(ProcessRuntime runtime, int failures) throws Exception {
        Pid idle = start(runtime, () -> {});
        Pid victim = start(runtime, () -> exhaust(idle, failures));
        CompletableFuture<ExitReason> ended =
                runtime.whenEnded(victim, Runnable::run).toCompletableFuture();
        subject(victim).send(true);
        ended.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        failing.set(0);
        Processes.kill(idle);
    }

    private void exhaust(Pid idle, int failures) {
        failing.set(failures);
        if (failures > 0) subject(idle).send(true);
        throw EXHAUSTED;
    }

    /**
     * The same for a process that has the only permit, for which another one waits, and that leaves
     * its messages to its name.
     */
    private void crashWithSettings(ProcessRuntime runtime, int failures) throws Exception {
        Name<Boolean> name = Name.create(runtime, "rehearsal", Vacancy.holding(2));
        ConcurrencyLimit one = ConcurrencyLimit.of("rehearsal", 1);
        ProcessOptions limited = ProcessOptions.defaults().runtime(runtime).concurrency(one);
        var handled = new CompletableFuture<Boolean>();
        var awaited = new CompletableFuture<Boolean>();
        Pid waiter = start(limited, () -> handled.complete(true));
        Pid victim =
                start(
                        limited.named(name).retained(MailboxRetention.retrying(1)),
                        () -> exhaust(awaited, failures));
        var ended = runtime.whenEnded(victim, Runnable::run).toCompletableFuture();
        name.subject().send(true);
        name.subject().send(false);
        awaitThat(() -> one.inUse() == 1);
        subject(waiter).send(true);
        awaitThat(() -> one.waiting() == 1);
        awaited.complete(true);
        ended.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        handled.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        failing.set(0);
        name.abandon("the rehearsal is over");
        Processes.kill(waiter);
    }

    private void exhaust(CompletableFuture<Boolean> awaited, int failures) {
        awaited.join();
        failing.set(failures);
        throw EXHAUSTED;
    }

    private static void awaitThat(BooleanSupplier condition) throws TimeoutException {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begun > LIMIT.toNanos())
                throw new TimeoutException("rehearsal");
            LockSupport.parkNanos(50_000);
        }
    }

    /** A thread that runs no process sends, and then {@code failures} starts fail. */
    private void send(ProcessRuntime runtime, int failures) throws Exception {
        var handled = new CompletableFuture<Boolean>();
        Pid idle = start(runtime, () -> handled.complete(true));
        failing.set(failures);
        try {
            subject(idle).send(true);
        } catch (OutOfMemoryError expected) {
            // the sentry starts it
        }
        handled.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        failing.set(0);
        Processes.kill(idle);
    }

    private static Pid start(ProcessRuntime runtime, Runnable handler) {
        return start(ProcessOptions.defaults().runtime(runtime), handler);
    }

    private static Pid start(ProcessOptions options, Runnable handler) {
        Startup started = Behavior.start(new Extra(handler), options);
        if (started instanceof Startup.Running running) return running.pid();
        throw new IllegalStateException("not started: " + started);
    }

    private static Subject<Boolean> subject(Pid pid) {
        return new LocalSubject<>(ProcessPort.of(pid));
    }

    /** A behaviour that does one thing at each message. */
    private static final class Extra extends Behavior<Boolean> {
        private final Runnable handler;

        Extra(Runnable handler) {
            this.handler = handler;
        }

        @Override
        protected @Nullable Object init() {
            return null;
        }

        @Override
        protected void handle(Boolean message) {
            handler.run();
        }
    }

    /**
     * A scheduler that cannot start threads as long as {@code failing} says so, and otherwise
     * starts platform threads.
     */
    private final class Failing extends ForwardingScheduler {
        Failing(Scheduler real) {
            super(real);
        }

        @Override
        public void start(String name, Runnable body) {
            if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) throw EXHAUSTED;
            ThreadContext.platformProcess(name, body).start();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler that runs exactly one process at a time, in an order fixed by a seed, on a clock that
 * moves only when all of them wait.
 *
 * <p>Each process runs on a thread of its own, and only the thread that holds the baton runs. Every
 * wait of the engine hands the baton on: to a runnable thread, picked by the seed, or, if there is
 * none, to the thread with the wait that ends first, after the clock was moved to that time. A wait
 * outside the engine keeps the baton; after five seconds of real time the simulation then fails
 * with the stack of that thread.
 *
 * <pre>
 * RUNNABLE -> RUNNING    picked                                      the thread that hands the baton on
 * RUNNING  -> WAITING    park without a permit                       its own thread
 * RUNNING  -> RUNNABLE   park with a permit, a scheduling point      its own thread
 * WAITING  -> RUNNABLE   unpark, interrupt, time limit               the running thread, or a thread outside
 * RUNNING  -> (gone)     its body has returned                       its own thread
 * </pre>
 *
 * <p>The monitor of this object guards all fields. A thread that waits for the baton also reads its
 * {@code Task.granted} without the monitor (volatile).
 */
public final class DeterministicScheduler extends BatonScheduler {
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final long seed;
    private final SplittableRandom random;
    private @Nullable Task main;
    private @Nullable IllegalStateException failure;

    public DeterministicScheduler(long seed, @Nullable ClassLoader classLoader) {
        super(classLoader);
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    // ---- Scheduler

    @Override
    public synchronized void start(String name, Runnable body) {
        var task = new Task(name);
        Thread thread = ThreadContext.virtual(name, classLoader, () -> run(task, body));
        task.thread = thread;
        tasks.put(thread, task);
        runnable.add(task);
        thread.start();
        if (running == null) handOn();
    }

    @Override
    public void adopt(Runnable body) {
        Thread thread = Thread.currentThread();
        var task = new Task(thread.getName());
        task.thread = thread;
        synchronized (this) {
            if (main != null)
                throw new IllegalStateException(
                        "the simulation already runs a body, on thread " + main.name);
            main = task;
            tasks.put(thread, task);
            runnable.add(task);
            if (running == null) handOn();
        }
        Thread watchdog = ThreadContext.platform("otp-simulation", classLoader, this::watch);
        watchdog.start();
        try {
            awaitBaton(task);
            body.run();
        } finally {
            watchdog.interrupt();
            gone(task);
        }
        IllegalStateException failed = failure();
        if (failed != null) throw failed;
    }

    @Override
    void ended(Task task) {
        if (main == task) main = null;
    }

    @Override
    public void park(Object blocker, long nanos) {
        Task task = current(blocker);
        synchronized (this) {
            suspend(task, blocker, nanos);
        }
        awaitBaton(task);
    }

    private Task current(Object blocker) {
        synchronized (this) {
            Task task = tasks.get(Thread.currentThread());
            if (task != null) return task;
        }
        throw new IllegalStateException(
                "thread '%s' waits for %s, but only threads of the simulation can wait in it"
                        .formatted(Thread.currentThread().getName(), blocker));
    }

    @Override
    public synchronized void unpark(@Nullable Thread thread) {
        Task task = tasks.get(thread);
        if (task == null) return;
        if (task.waiting) wake(task);
        else task.permit = true;
        if (running == null) handOn();
    }

    @Override
    public synchronized @Nullable Object blocker(Thread thread) {
        Task task = tasks.get(thread);
        return task == null ? null : task.blocker;
    }

    @Override
    public synchronized void interrupt(Thread thread) {
        thread.interrupt();
        Task task = tasks.get(thread);
        if (task != null && task.waiting) wake(task);
        if (running == null) handOn();
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized int pending() {
        return (int) dues.stream().filter(due -> !due.cancelled).count();
    }

    // ---- the baton

    /**
     * Gives the baton to the next thread; moves the clock if no thread can run. The caller holds
     * the monitor.
     */
    @Override
    void handOn() {
        running = null;
        while (runnable.isEmpty() && failure == null) {
            Due next = dues.poll();
            if (next == null) {
                stalled();
                return;
            }
            now = Math.max(now, next.at);
            running = IN_BETWEEN; // an action must not hand the baton on
            if (!next.cancelled) next.action.run();
            while (!dues.isEmpty() && dues.peek().at <= now) {
                Due sameTime = dues.poll();
                if (!sameTime.cancelled) sameTime.action.run();
            }
            running = null;
        }
        if (runnable.isEmpty()) return;
        Task next = runnable.remove(random.nextInt(runnable.size()));
        grant(next);
    }

    private static final Task IN_BETWEEN = new Task("clock");

    /** No thread can run and no time will change that: an error if the body is waiting. */
    private void stalled() {
        if (main != null && main.waiting) fail("all processes wait and no timer is set", null);
    }

    @Override
    void awaitBaton(Task task) {
        boolean interrupted = false;
        while (!task.granted) {
            if (task == main && failure() != null) break;
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        task.granted = false;
        if (interrupted) Thread.currentThread().interrupt();
        IllegalStateException failed = task == main ? failure() : null;
        if (failed != null) throw failed;
    }

    /** A simulation that has failed runs nothing any more: what a thread of it owes is void. */
    @Override
    public boolean watchDebts() {
        return failure() != null;
    }

    private synchronized @Nullable IllegalStateException failure() {
        return failure;
    }

    private void fail(String what, @Nullable Task culprit) {
        String waiting =
                tasks.values().stream()
                        .filter(task -> task.waiting)
                        .map(task -> task.name)
                        .sorted()
                        .collect(Collectors.joining(", "));
        failure =
                new IllegalStateException(
                        "simulation with seed %d: %s; waiting: [%s]"
                                .formatted(seed, what, waiting));
        Thread thread = culprit == null ? null : culprit.thread;
        if (thread != null) failure.setStackTrace(thread.getStackTrace());
        if (main == null || main.thread == null) return;
        if (culprit == main) main.thread.interrupt();
        else LockSupport.unpark(main.thread);
    }

    // ---- the watchdog

    private void watch() {
        Task seen = null;
        long since = 0;
        while (!Thread.interrupted()) {
            LockSupport.parkNanos(STUCK_NANOS / 20);
            synchronized (this) {
                Task holder = running;
                long time = System.nanoTime();
                if (holder == null || holder != seen || holder.thread == null) {
                    seen = holder;
                    since = time;
                } else if (time - since > STUCK_NANOS && isBlocked(holder.thread)) {
                    fail(
                            "'%s' waits for something other than a message, a reply or a timer of its runtime; the stack shows where"
                                    .formatted(holder.name),
                            holder);
                    return;
                }
            }
        }
    }

    private static boolean isBlocked(Thread thread) {
        return switch (thread.getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            default -> false;
        };
    }
}

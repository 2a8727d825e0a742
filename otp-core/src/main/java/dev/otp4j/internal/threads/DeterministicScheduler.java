/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
public final class DeterministicScheduler implements Scheduler {
    private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final long seed;
    private final @Nullable ClassLoader classLoader;
    private final SplittableRandom random;
    private final List<Task> runnable = new ArrayList<>();
    private final Map<Thread, Task> tasks = new IdentityHashMap<>();
    private final PriorityQueue<Due> dues = new PriorityQueue<>();
    private long now;
    private long sequence;
    private @Nullable Task running;
    private @Nullable Task main;
    private @Nullable IllegalStateException failure;
    private boolean closed;

    public DeterministicScheduler(long seed, @Nullable ClassLoader classLoader) {
        this.seed = seed;
        this.classLoader = classLoader;
        this.random = new SplittableRandom(seed);
    }

    /** A thread of the simulation, which needs the baton to run. */
    private static final class Task {
        final String name;
        @Nullable Thread thread;
        boolean permit;
        boolean waiting;
        @Nullable Object blocker;
        @Nullable Due due;
        volatile boolean granted;

        Task(String name) {
            this.name = name;
        }
    }

    /** An action at a time of the clock: a wait ends, or a timer fires. */
    private static final class Due implements Comparable<Due>, Alarm {
        final long at;
        final long order;
        final Runnable action;
        boolean cancelled;
        boolean timer;

        Due(long at, long order, Runnable action) {
            this.at = at;
            this.order = order;
            this.action = action;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
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

    private void run(Task task, Runnable body) {
        awaitBaton(task);
        try {
            body.run();
        } finally {
            gone(task);
        }
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

    private synchronized void gone(Task task) {
        tasks.remove(task.thread);
        runnable.remove(task);
        if (main == task) main = null;
        if (running == task) handOn();
    }

    @Override
    public void turnUsedUp() {}

    @Override
    public boolean turnsAreShort() {
        return false;
    }

    @Override
    public void park(Object blocker, long nanos) {
        Task task = current(blocker);
        synchronized (this) {
            if (task.permit || Thread.currentThread().isInterrupted()) {
                task.permit = false;
                runnable.add(task);
            } else {
                task.waiting = true;
                task.blocker = blocker;
                if (nanos != Long.MAX_VALUE) {
                    task.due = due(nanos, () -> wake(task));
                }
            }
            handOn();
        }
        awaitBaton(task);
    }

    @Override
    public void linger(BooleanSupplier over) {}

    @Override
    public void yield() {}

    @Override
    public void outOfMemory() {}

    @Override
    public boolean watchDebts() {
        return false; // each thread pays its own debts: a simulation has no sentry
    }

    @Override
    public boolean watchHandOvers() {
        return false; // a simulation does not chain activations
    }

    @Override
    public void point() {
        Task task;
        synchronized (this) {
            task = tasks.get(Thread.currentThread());
            if (task == null || running != task) return;
            runnable.add(task);
            handOn();
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
    public synchronized Alarm schedule(long nanos, Runnable task) {
        Due due = due(nanos, () -> start("timer", task));
        due.timer = true;
        if (closed) due.cancel();
        return due;
    }

    @Override
    public synchronized int pending() {
        return (int) dues.stream().filter(due -> !due.cancelled).count();
    }

    /** Cancels all timers: a process that survives the simulation must not keep its clock going. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Due due : dues) {
            if (due.timer) due.cancel();
        }
    }

    // ---- the baton

    private Due due(long nanos, Runnable action) {
        long at = now + nanos < now ? Long.MAX_VALUE : now + nanos;
        var due = new Due(at, sequence++, action);
        dues.add(due);
        return due;
    }

    private void wake(Task task) {
        if (!task.waiting) return;
        task.waiting = false;
        task.blocker = null;
        if (task.due != null) task.due.cancel();
        task.due = null;
        runnable.add(task);
    }

    /**
     * Gives the baton to the next thread; moves the clock if no thread can run. The caller holds
     * the monitor.
     */
    private void handOn() {
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
        running = next;
        next.granted = true;
        LockSupport.unpark(next.thread);
    }

    private static final Task IN_BETWEEN = new Task("clock");

    /** No thread can run and no time will change that: an error if the body is waiting. */
    private void stalled() {
        if (main != null && main.waiting) fail("all processes wait and no timer is set", null);
    }

    private void awaitBaton(Task task) {
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
                            "'%s' waits outside the engine, at the place that this stack shows"
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part that both schedulers with a virtual clock have in common: each process runs on a thread
 * of its own, and only the thread that holds the baton runs.
 *
 * <p>The monitor of this object guards all fields. A thread that waits for the baton also reads its
 * {@code Task.granted} without the monitor (volatile).
 */
abstract class BatonScheduler implements Scheduler {
    final @Nullable ClassLoader classLoader;
    final List<Task> runnable = new ArrayList<>();
    final Map<Thread, Task> tasks = new IdentityHashMap<>();
    final PriorityQueue<Due> dues = new PriorityQueue<>();
    long now;
    @Nullable Task running;
    boolean closed;
    private long sequence;

    BatonScheduler(@Nullable ClassLoader classLoader) {
        this.classLoader = classLoader;
    }

    /** A thread that needs the baton to run. */
    static final class Task {
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
    static final class Due implements Comparable<Due>, Alarm {
        final long at;
        final long order;
        final boolean timer;
        final Runnable action;
        volatile boolean cancelled;

        Due(long at, long order, boolean timer, Runnable action) {
            this.at = at;
            this.order = order;
            this.timer = timer;
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

    /** Gives the baton to the next thread. The caller holds the monitor. */
    abstract void handOn();

    /** Waits until the task has the baton. The caller does not hold the monitor. */
    abstract void awaitBaton(Task task);

    /** The task has ended. The caller holds the monitor. */
    void ended(Task task) {}

    final void run(Task task, Runnable body) {
        awaitBaton(task);
        try {
            body.run();
        } finally {
            gone(task);
        }
    }

    final synchronized void gone(Task task) {
        tasks.remove(task.thread);
        runnable.remove(task);
        ended(task);
        if (running == task) handOn();
    }

    @Override
    public final void point() {
        Task task;
        synchronized (this) {
            task = tasks.get(Thread.currentThread());
            if (task == null || running != task) return;
            runnable.add(task);
            handOn();
        }
        awaitBaton(task);
    }

    /** Makes the current task wait, or lets others run first. The caller holds the monitor. */
    final void suspend(Task task, Object blocker, long nanos) {
        if (task.permit || Thread.currentThread().isInterrupted()) {
            task.permit = false;
            runnable.add(task);
        } else {
            task.waiting = true;
            task.blocker = blocker;
            if (nanos != Long.MAX_VALUE) task.due = due(nanos, false, () -> wake(task));
        }
        handOn();
    }

    /** Makes a waiting task runnable. The caller holds the monitor. */
    final void wake(Task task) {
        if (!task.waiting) return;
        task.waiting = false;
        task.blocker = null;
        if (task.due != null) task.due.cancel();
        task.due = null;
        runnable.add(task);
    }

    /** Has something happen after a time of the clock. The caller holds the monitor. */
    final Due due(long nanos, boolean timer, Runnable action) {
        long at = now + nanos < now ? Long.MAX_VALUE : now + nanos;
        var due = new Due(at, sequence++, timer, action);
        dues.add(due);
        return due;
    }

    /** Hands the baton to that task. The caller holds the monitor. */
    final void grant(Task next) {
        running = next;
        next.granted = true;
        LockSupport.unpark(next.thread);
    }

    @Override
    public final synchronized Alarm schedule(long nanos, Runnable task) {
        Due due = due(nanos, true, () -> start("timer", task));
        if (closed) due.cancel();
        return due;
    }

    /** Cancels all timers: a process that survives must not keep the clock going. */
    @Override
    public final synchronized void close() {
        closed = true;
        for (Due due : dues) {
            if (due.timer) due.cancel();
        }
    }

    @Override
    public final void turnUsedUp() {}

    @Override
    public final boolean turnsAreShort() {
        return false;
    }

    @Override
    public final void linger(BooleanSupplier over) {}

    @Override
    public final void yield() {}

    @Override
    public final void outOfMemory() {}

    @Override
    public boolean watchDebts() {
        return false; // each thread pays its own debts: there is no sentry
    }

    @Override
    public final boolean watchHandOvers() {
        return false; // activations are not chained
    }
}

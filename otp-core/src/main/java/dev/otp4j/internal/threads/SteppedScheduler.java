/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler that runs one process at a time, in an order fixed by a seed, on a clock that stands
 * still until a thread outside moves it. Unlike in a {@link DeterministicScheduler} threads of the
 * application may send, call and wait at any time.
 *
 * <p>Each process runs on a thread of its own, and only the thread that holds the baton runs. Every
 * wait of the engine hands the baton on to a runnable thread that the seed picks. If there is none,
 * the scheduler is idle. A wait outside the engine keeps the baton.
 *
 * <pre>
 * RUNNABLE -> RUNNING    picked                                      the thread that hands the baton on, or finds it free
 * RUNNING  -> WAITING    park without a permit                       its own thread
 * RUNNING  -> RUNNABLE   park with a permit, a scheduling point      its own thread
 * WAITING  -> RUNNABLE   unpark, interrupt, time limit               any thread
 * RUNNING  -> (gone)     its body has returned                       its own thread
 * </pre>
 *
 * <p>A thread that is not of this scheduler parks in real time. When its time limit has passed, its
 * next look at the clock shows a time beyond the limit, so that the engine ends the wait; all other
 * looks show the time that stands still.
 *
 * <p>The monitor of this object guards all fields. A thread that waits for the baton also reads its
 * {@code Task.granted} without the monitor (volatile).
 */
public final class SteppedScheduler extends BatonScheduler {
    /** The limit that has passed for a thread outside, until it looks at the clock. */
    private final ThreadLocal<@Nullable Long> overdue = new ThreadLocal<>();

    private SplittableRandom random;

    public SteppedScheduler(long seed, @Nullable ClassLoader classLoader) {
        super(classLoader);
        this.random = new SplittableRandom(seed);
    }

    // ---- for the thread that moves the clock

    /** Takes another order from now on. */
    public synchronized void reseed(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Whether the current thread runs a process, a timer or the like. */
    public synchronized boolean runsCurrentThread() {
        return tasks.containsKey(Thread.currentThread());
    }

    /**
     * Waits in real time until no thread can run.
     *
     * @return null, or what runs after {@code nanos}, with its stack
     */
    public synchronized @Nullable IllegalStateException awaitIdle(long nanos)
            throws InterruptedException {
        long begun = System.nanoTime();
        while (running != null || !runnable.isEmpty()) {
            long left = nanos - (System.nanoTime() - begun);
            if (left <= 0) return busy();
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return null;
    }

    private IllegalStateException busy() {
        Task holder = running;
        String name = holder == null ? "a thread" : holder.name;
        var busy =
                new IllegalStateException(
                        "'%s' is busy, or waits for something other than a message, a reply or a timer of its runtime; the stack shows where"
                                .formatted(name));
        Thread thread = holder == null ? null : holder.thread;
        if (thread != null) busy.setStackTrace(thread.getStackTrace());
        return busy;
    }

    /**
     * Moves the clock to the next time at which something is due, {@code target} at the latest, and
     * makes it happen.
     *
     * @return false if the clock has reached {@code target} and nothing was due
     */
    public synchronized boolean step(long target) {
        Due next = nextDue();
        if (next == null || next.at > target) {
            now = Math.max(now, target);
            return false;
        }
        now = Math.max(now, next.at);
        for (Due due = next; due != null && due.at <= now; due = nextDue()) {
            dues.remove(due);
            due.action.run();
        }
        if (running == null && !runnable.isEmpty()) handOn();
        return true;
    }

    private @Nullable Due nextDue() {
        while (!dues.isEmpty() && dues.peek().cancelled) dues.poll();
        return dues.peek();
    }

    // ---- Scheduler

    @Override
    public void start(String name, Runnable body) {
        var task = new Task(name);
        Thread thread = ThreadContext.virtual(name, classLoader, () -> run(task, body));
        enter(task, thread);
        thread.start();
    }

    private synchronized void enter(Task task, Thread thread) {
        task.thread = thread;
        tasks.put(thread, task);
        runnable.add(task);
        if (running == null) handOn();
    }

    @Override
    public void adopt(Runnable body) {
        Thread thread = Thread.currentThread();
        var task = new Task(thread.getName());
        enter(task, thread);
        run(task, body);
    }

    @Override
    public void park(Object blocker, long nanos) {
        Task task;
        synchronized (this) {
            task = tasks.get(Thread.currentThread());
            if (task != null) suspend(task, blocker, nanos);
        }
        if (task == null) parkOutside(blocker, nanos);
        else awaitBaton(task);
    }

    private void parkOutside(Object blocker, long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(blocker);
            return;
        }
        long begun = System.nanoTime();
        LockSupport.parkNanos(blocker, nanos);
        if (System.nanoTime() - begun >= nanos) overdue.set(nanos);
    }

    @Override
    public synchronized void unpark(@Nullable Thread thread) {
        Task task = tasks.get(thread);
        if (task == null) LockSupport.unpark(thread);
        else if (task.waiting) wakeAndRun(task);
        else task.permit = true;
    }

    @Override
    public synchronized @Nullable Object blocker(Thread thread) {
        Task task = tasks.get(thread);
        return task == null ? LockSupport.getBlocker(thread) : task.blocker;
    }

    @Override
    public synchronized void interrupt(Thread thread) {
        thread.interrupt();
        Task task = tasks.get(thread);
        if (task != null) wakeAndRun(task);
    }

    @Override
    public long nanoTime() {
        Long passed = overdue.get();
        if (passed != null) overdue.remove();
        synchronized (this) {
            return passed == null ? now : now + passed;
        }
    }

    @Override
    public synchronized int pending() {
        return (int) dues.stream().filter(due -> due.timer && !due.cancelled).count();
    }

    // ---- the baton

    /** The caller holds the monitor. */
    private void wakeAndRun(Task task) {
        wake(task);
        if (running == null && !runnable.isEmpty()) handOn();
    }

    /**
     * Gives the baton to the next thread, or lets the waiting threads know that there is none. The
     * caller holds the monitor.
     */
    @Override
    void handOn() {
        running = null;
        if (runnable.isEmpty()) {
            notifyAll();
            return;
        }
        int count = runnable.size(); // no choice takes no number: its moment may be chance
        Task next = runnable.remove(count == 1 ? 0 : random.nextInt(count));
        grant(next);
    }

    @Override
    void awaitBaton(Task task) {
        boolean interrupted = false;
        while (!task.granted) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        task.granted = false;
        if (interrupted) Thread.currentThread().interrupt();
    }
}

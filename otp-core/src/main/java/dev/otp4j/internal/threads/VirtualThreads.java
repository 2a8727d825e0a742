/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The real scheduler: a fresh virtual thread for each activation, one daemon thread for timers. */
public final class VirtualThreads implements Scheduler {
    private static final long TIMER_THREAD_KEEP_ALIVE_SECONDS = 10;

    /**
     * How often a virtual thread lets others run before it parks; one of these may send the reply.
     */
    private static final int YIELDS = 3;

    private static final Spinners SPINNERS =
            new Spinners(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    private final ScheduledThreadPoolExecutor timers;
    private final Sentry sentry;
    private final @Nullable ClassLoader classLoader;

    /**
     * @param node name of the runtime's node
     * @param loader context class loader of all threads
     * @param duties what the sentry watches
     */
    public VirtualThreads(
            String node,
            @Nullable ClassLoader loader,
            SentryDuties duties,
            DiversionSettings diverting) {
        sentry = new Sentry(node, loader, duties, diverting);
        classLoader = loader;
        String name = "otp-timers:" + node;
        timers =
                new ScheduledThreadPoolExecutor(
                        1, task -> ThreadContext.platform(name, classLoader, task));
        timers.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // closed
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timers.setKeepAliveTime(TIMER_THREAD_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        timers.allowCoreThreadTimeOut(true); // without timers there is no thread
    }

    @Override
    public void start(String name, Runnable body) {
        StackRoom.ensure();
        Runnable tracked = sentry.tracked(body);
        try {
            begin(name, tracked);
        } catch (OutOfMemoryError none) {
            sentry.outOfMemory();
            if (sentry.takesBack(tracked)) throw none;
        }
        sentry.touch();
    }

    private void begin(String name, Runnable body) {
        if (sentry.diverts() && Thread.currentThread().isVirtual()) {
            sentry.divert(() -> ThreadContext.virtual(name, classLoader, body).start());
        } else {
            ThreadContext.virtual(name, classLoader, body).start();
        }
    }

    @Override
    public void outOfMemory() {
        sentry.outOfMemory();
    }

    @Override
    public void turnUsedUp() {
        sentry.press();
    }

    @Override
    public boolean turnsAreShort() {
        return sentry.diverts();
    }

    @Override
    public void park(Object blocker, long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    @Override
    public void yield() {
        Thread.yield();
    }

    @Override
    public void linger(BooleanSupplier over) {
        if (Thread.currentThread().isVirtual()) {
            for (int i = 0; i < YIELDS && !over.getAsBoolean(); i++) Thread.yield();
        } else {
            SPINNERS.spin(over);
        }
    }

    @Override
    public void unpark(@Nullable Thread thread) {
        if (thread == null) return;
        if (thread.isVirtual()) StackRoom.ensure();
        LockSupport.unpark(thread);
    }

    @Override
    public @Nullable Object blocker(Thread thread) {
        return LockSupport.getBlocker(thread);
    }

    @Override
    public void interrupt(Thread thread) {
        if (thread.isVirtual()) StackRoom.ensure();
        thread.interrupt();
    }

    @Override
    public boolean watchHandOvers() {
        return sentry.watch();
    }

    @Override
    public boolean watchDebts() {
        return sentry.watchDebts();
    }

    /**
     * Whether the sentry looks at the hand-over cells now; it does so only while they are in use.
     */
    public boolean watchesHandOvers() {
        return sentry.watches();
    }

    @Override
    public void point() {}

    @Override
    public void adopt(Runnable body) {
        body.run();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Alarm schedule(long nanos, Runnable task) {
        var future = timers.schedule(task, nanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public int pending() {
        return timers.getQueue().size(); // cancelled tasks are removed at once
    }

    @Override
    public void close() {
        timers.shutdownNow();
        sentry.close();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import dev.otp4j.internal.log.Logs;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Delivers reports to logs and listeners, in the order in which they were handed in, on a thread
 * that runs no process. A thread that hands in a report never waits: a report that finds the queue
 * full is dropped and counted.
 *
 * <pre>
 * running  false -> true    a thread that hands in a report wins the CAS and starts the delivering thread
 *          true  -> false   the delivering thread, when it finds no report; then it looks once more
 * size     raised before a report is queued, lowered after it was delivered
 * delivery written by the winner of running, before the delivering thread starts; read by a thread that waits
 *          for reports and does not see the delivering thread begin (volatile)
 * </pre>
 */
public final class ReportQueue {
    private static final System.Logger LOG = Logs.of("dev.otp4j.process.reports");

    /**
     * Most reports that the queue holds: more than any reader follows. With their throwables they
     * take some megabytes.
     */
    public static final int CAPACITY = 8_192;

    /** A virtual thread that has not begun after this time has no carrier. */
    private static final long TO_BEGIN = TimeUnit.MILLISECONDS.toNanos(100);

    private final Scheduler scheduler;
    private final @Nullable ClassLoader classLoader;
    private final Queue<Runnable> reports = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable Delivery delivery;
    private long droppedToldOf; // used by delivering threads; running orders these

    /** Delivers what is queued, on the first thread that runs this. */
    private final class Delivery implements Runnable {
        private final AtomicBoolean begun = new AtomicBoolean();

        @Override
        public void run() {
            if (begun.compareAndSet(false, true)) deliverAll();
        }
    }

    public ReportQueue(Scheduler scheduler, @Nullable ClassLoader classLoader) {
        this.scheduler = scheduler;
        this.classLoader = classLoader;
    }

    /**
     * Queues a report; what its delivery throws is dropped. Never waits.
     *
     * @throws OutOfMemoryError if there is no memory to queue it
     */
    public void hand(Runnable delivery) {
        if (size.incrementAndGet() > CAPACITY) {
            size.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        put(delivery);
    }

    private void put(Runnable delivery) {
        boolean queued = false;
        try {
            queued = reports.add(delivery);
        } finally {
            if (!queued) size.decrementAndGet();
        }
        begin();
    }

    /** Starts the delivering thread if reports wait and no thread delivers them. */
    public void begin() {
        if (reports.isEmpty() || !running.compareAndSet(false, true)) return;
        Delivery next = null;
        try {
            next = new Delivery();
            delivery = next;
            scheduler.start("otp:reports", next);
        } catch (Throwable noThread) {
            // a failed start must not harm the code that reports; the sentry tries again
            if (next == null || next.begun.compareAndSet(false, true)) running.set(false);
        }
    }

    /** Counts a report that could not be handed in as dropped. */
    public void lost() {
        dropped.incrementAndGet();
    }

    /** Whether reports wait for a thread that could not be started. */
    public boolean isStuck() {
        return !running.get() && !reports.isEmpty();
    }

    private void deliverAll() {
        do {
            try {
                for (Runnable next; (next = reports.poll()) != null; size.decrementAndGet()) {
                    deliver(next);
                }
                tellDropped();
            } finally {
                running.set(false); // also after an error: the sentry then starts another thread
            }
        } while (!reports.isEmpty() && running.compareAndSet(false, true));
    }

    public static void deliver(Runnable delivery) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        try {
            delivery.run();
        } catch (Throwable ignored) {
            // a log or listener that fails must not stop the other reports
        } finally {
            Thread.interrupted(); // an interrupt that one delivery left must not reach the next
            ThreadContext.restore(current, before);
        }
    }

    private void tellDropped() {
        long now = dropped.get();
        long lost = now - droppedToldOf;
        if (lost == 0) return;
        droppedToldOf = now;
        deliver(
                () ->
                        LOG.log(
                                Level.WARNING,
                                "dropped {0} reports: the report queue ({1}) is full because a log appender or listener is slow",
                                lost,
                                CAPACITY));
    }

    public long dropped() {
        return dropped.get();
    }

    /**
     * Delivers on a platform thread: the virtual thread may not have begun because all carriers are
     * occupied.
     */
    private void deliverOnPlatformThread() {
        Delivery waiting = delivery;
        if (waiting != null) ThreadContext.platform("otp:reports", classLoader, waiting).start();
    }

    /**
     * Waits until all reports that were handed in before are delivered. False if that took longer
     * than {@code limit}, or if the current thread was interrupted; its interrupt status is set
     * again.
     */
    public boolean await(Duration limit) {
        if (size.get() == 0) return true;
        var reached = new CountDownLatch(1);
        size.incrementAndGet();
        put(reached::countDown);
        long nanos = Nanos.of(limit);
        long toBegin = Math.min(nanos, TO_BEGIN);
        try {
            if (reached.await(toBegin, TimeUnit.NANOSECONDS)) return true;
            deliverOnPlatformThread();
            return reached.await(nanos - toBegin, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread that does what is due and then waits until something is due again, or it is
 * woken. What its work throws does not end it.
 */
final class KeeperThread implements Runnable {
    /** What the thread does. */
    interface Work {
        /**
         * Does what is due.
         *
         * @return when something is due next, or null if nothing is
         */
        @Nullable Long turn();
    }

    /** It looks this often, even if nothing is due: a wake-up that has failed costs no more. */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(1);

    private static final System.Logger LOG = System.getLogger("dev.otp4j.lease");

    private final LongSupplier clock;
    private final Work work;
    private final Runnable atEnd;
    private final Thread thread;
    private volatile boolean stopped;

    /**
     * @param atEnd runs on this thread when it ends, however long its last turn takes
     */
    KeeperThread(String name, LongSupplier clock, Work work, Runnable atEnd) {
        this.clock = clock;
        this.work = work;
        this.atEnd = atEnd;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
    }

    void start() {
        thread.start();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    /** Ends the thread when its present turn is over, and waits for that, but not for long. */
    void stop(Duration limit) {
        stopped = true;
        wake();
        try {
            thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            keepOn();
        } finally {
            atEnd.run();
        }
    }

    private void keepOn() {
        while (!stopped) {
            long pause = AFTER_FAILURE;
            try {
                Long due = work.turn();
                pause = due == null ? LONGEST : Math.min(LONGEST, due - clock.getAsLong());
            } catch (Throwable failed) {
                log(failed);
            }
            Thread.interrupted(); // an interrupt of a driver or a listener is not for this thread
            if (pause > 0 && !stopped) LockSupport.parkNanos(this, pause);
        }
    }

    private void log(Throwable failed) {
        try {
            LOG.log(
                    Level.ERROR,
                    "thread '%s' failed and tries again".formatted(thread.getName()),
                    failed);
        } catch (Throwable noMemory) {
            // it goes on all the same
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets somebody do something at a steady rate, until it is over. */
final class Pace {
    private final CountDownLatch over;
    private final long interval;
    private long due = System.nanoTime();

    Pace(CountDownLatch over, Duration interval) {
        this.over = over;
        this.interval = interval.toNanos();
    }

    /** Waits for the next turn; false if it is over. What is late is not made up for. */
    boolean next() {
        due = Math.max(due + interval, System.nanoTime());
        return !isOverWithin(due - System.nanoTime());
    }

    /** Waits for as long as a turn takes. */
    void pause() {
        LockSupport.parkNanos(interval);
    }

    private boolean isOverWithin(long nanos) {
        try {
            return over.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}

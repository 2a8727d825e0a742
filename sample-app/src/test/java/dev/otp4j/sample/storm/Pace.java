/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Paces repeated work at a steady rate, until the run is over. */
final class Pace {
    private final CountDownLatch over;
    private final long interval;
    private long due = System.nanoTime();

    Pace(CountDownLatch over, Duration interval) {
        this.over = over;
        this.interval = interval.toNanos();
    }

    /** Waits for the next turn. Returns false if the run is over. Missed turns are not repeated. */
    boolean next() {
        due = Math.max(due + interval, System.nanoTime());
        return !isOverWithin(due - System.nanoTime());
    }

    /** Waits for the duration of one turn. */
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

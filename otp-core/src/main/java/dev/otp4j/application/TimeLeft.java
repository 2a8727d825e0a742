/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.internal.threads.Nanos;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** One limit for several waits, one after another. Begins when it is made. */
final class TimeLeft {
    private final Duration limit;
    private final long begun = System.nanoTime();

    TimeLeft(Duration limit) {
        this.limit = limit;
    }

    Duration limit() {
        return limit;
    }

    /** What is left of it, never negative. */
    Duration left() {
        Duration left = limit.minusNanos(System.nanoTime() - begun);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Takes a lock within what is left, but {@code most} at the most. False, with the status
     * restored, if interrupted.
     */
    boolean tryLock(Lock lock, Duration most) {
        if (lock.tryLock()) return true; // also for a thread that is interrupted already
        Duration left = left();
        try {
            return lock.tryLock(
                    Nanos.of(left.compareTo(most) < 0 ? left : most), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits until a condition holds that sends no signal when it does. */
final class Conditions {
    private static final long FIRST_PAUSE = 50_000;
    private static final long LONGEST_PAUSE = 2_000_000;

    private Conditions() {}

    /**
     * Looks at the condition again and again, at first after 50 µs, later every 2 ms.
     *
     * @return false if it did not hold within {@code limit}, or the thread was interrupted
     */
    static boolean await(Duration limit, BooleanSupplier condition) {
        long nanos = nanos(limit);
        long begun = System.nanoTime();
        long pause = FIRST_PAUSE;
        while (!condition.getAsBoolean()) {
            boolean over = System.nanoTime() - begun > nanos;
            if (over || Thread.currentThread().isInterrupted()) return false;
            LockSupport.parkNanos(pause);
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }
        return true;
    }

    /** Nanoseconds of a time limit; the longest one if it has more than fit in. */
    static long nanos(Duration limit) {
        if (Objects.requireNonNull(limit, "'limit' must not be null").isNegative()) {
            throw new IllegalArgumentException("'limit' must not be negative: " + limit);
        }
        try {
            return limit.toNanos();
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE / 2;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The largest value of the last minute or two: of the period that is running and the one before. A
 * period lasts until somebody reads after a minute, so that nothing is missed by who reads seldom,
 * and only readers look at the clock.
 */
final class Longest {
    static final Duration PERIOD = Duration.ofMinutes(1);

    private final LongSupplier clock;
    private final AtomicLong running = new AtomicLong();
    private long before; // guarded by this, as is the next
    private long began;

    /**
     * @param clock in nanoseconds
     */
    Longest(LongSupplier clock) {
        this.clock = clock;
        began = clock.getAsLong();
    }

    void add(long value) {
        long seen = running.get();
        while (value > seen && !running.compareAndSet(seen, value)) seen = running.get();
    }

    synchronized long value() {
        long now = clock.getAsLong();
        long largest = Math.max(before, running.get());
        if (now - began < PERIOD.toNanos()) return largest;
        before = running.getAndSet(0);
        began = now;
        return Math.max(largest, before);
    }
}

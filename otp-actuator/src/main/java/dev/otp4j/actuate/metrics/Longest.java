/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The largest value of the current period and the one before, which is the last one to two minutes
 * if it is read often. A period ends at the first read after a minute. So a reader that reads
 * seldom misses no value, and only readers read the clock.
 */
final class Longest {
    static final Duration PERIOD = Duration.ofMinutes(1);

    private final LongSupplier clock;
    private final AtomicLong running = new AtomicLong();
    private long before; // guarded by this, as is 'began'
    private long began;

    /**
     * @param clock gives the time in nanoseconds
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

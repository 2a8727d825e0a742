/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How many handlers ran at once on average, of late: a growing sum of handling times, divided by
 * the time in which it grew. Covers the last ten to twenty seconds if it is read often, else the
 * time since the last read but one. Only readers read the clock.
 */
final class BusyShare {
    static final Duration PERIOD = Duration.ofSeconds(10);

    private record Mark(long at, double nanos) {}

    private final DoubleSupplier nanos;
    private final LongSupplier clock;
    private Mark before; // guarded by this, as is 'last'
    private Mark last;

    /**
     * @param nanos the sum of the handling times so far, in nanoseconds
     * @param clock gives the time in nanoseconds
     */
    BusyShare(DoubleSupplier nanos, LongSupplier clock) {
        this.nanos = nanos;
        this.clock = clock;
        before = last = new Mark(clock.getAsLong(), nanos.getAsDouble());
    }

    synchronized double value() {
        var now = new Mark(clock.getAsLong(), nanos.getAsDouble());
        long elapsed = now.at() - before.at();
        double share = elapsed <= 0 ? 0 : (now.nanos() - before.nanos()) / elapsed;
        if (now.at() - last.at() >= PERIOD.toNanos()) {
            before = last;
            last = now;
        }
        return share;
    }
}

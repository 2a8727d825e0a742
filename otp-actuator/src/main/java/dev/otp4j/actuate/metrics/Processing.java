/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the handlers of one definition took. Written by many threads; none waits for another.
 *
 * <p>A Micrometer timer looks at the clock for each measurement, to forget the longest in time; in
 * here whoever reads that does.
 */
final class Processing {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final Longest longest = new Longest(System::nanoTime);
    private volatile List<Timer> told = List.of();

    /** Has a timer told each measurement from now on. */
    synchronized void telling(Timer timer) {
        var all = new ArrayList<>(told);
        all.add(timer);
        told = List.copyOf(all);
    }

    void add(long took) {
        count.increment();
        nanos.add(took);
        longest.add(took);
        List<Timer> timers = told;
        for (int i = 0; i < timers.size(); i++) timers.get(i).record(took, TimeUnit.NANOSECONDS);
    }

    long count() {
        return count.sum();
    }

    double nanos() {
        return nanos.sum();
    }

    double longest() {
        return longest.value();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Times of one kind, such as the handling times of one definition. Many threads write without
 * waiting for each other.
 *
 * <p>A Micrometer timer reads the clock at each measurement, to know when its maximum expires. Here
 * only the reader of the maximum reads the clock.
 */
final class Times {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final Longest longest = new Longest(System::nanoTime);
    private volatile List<Timer> told = List.of();

    /** Makes {@code timer} record each measurement from now on. */
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

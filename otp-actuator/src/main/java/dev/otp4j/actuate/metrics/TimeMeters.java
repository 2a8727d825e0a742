/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The meters that show {@link Times}: a {@link Timer} in a registry that is configured to publish a
 * distribution of it, and in any other registry a {@link FunctionTimer} with a gauge of the longest
 * time.
 *
 * @param name name of the timer; the gauge's name ends in {@code .max}
 * @param description what is timed
 */
record TimeMeters(String name, String description) {
    List<Meter> register(MeterRegistry registry, Tags tags, Times times) {
        Timer timer = Timer.builder(name).tags(tags).description(description).register(registry);
        if (isDistributed(timer)) {
            times.telling(timer);
            return List.of(timer);
        }
        registry.remove(timer); // only a registered timer tells how it is configured
        var total =
                FunctionTimer.builder(name, times, Times::count, Times::nanos, TimeUnit.NANOSECONDS)
                        .tags(tags)
                        .description(description)
                        .register(registry);
        var longest =
                TimeGauge.builder(name + ".max", times, TimeUnit.NANOSECONDS, Times::longest)
                        .tags(tags)
                        .description(description + ": the longest of the last one to two minutes")
                        .register(registry);
        return List.of(total, longest);
    }

    private static boolean isDistributed(Timer timer) {
        HistogramSnapshot shown = timer.takeSnapshot();
        return shown.percentileValues().length > 0 || shown.histogramCounts().length > 0;
    }
}

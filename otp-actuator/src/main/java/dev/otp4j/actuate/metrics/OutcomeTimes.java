/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.process.HandlerTiming;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** Times by outcome: {@code ok} or {@code failed}. */
final class OutcomeTimes implements HandlerTiming.Recorder {
    private final Times ok = new Times();
    private final Times failed = new Times();

    @Override
    public void handled(long nanos, boolean hasFailed) {
        (hasFailed ? failed : ok).add(nanos);
    }

    /** How many were measured. */
    long count() {
        return ok.count() + failed.count();
    }

    private double nanos() {
        return ok.nanos() + failed.nanos();
    }

    /** Registers meters that differ in the tag {@code outcome}. */
    List<Meter> register(MeterRegistry registry, Tags tags, TimeMeters meters) {
        var all = new ArrayList<Meter>();
        all.addAll(meters.register(registry, tags.and("outcome", "ok"), ok));
        all.addAll(meters.register(registry, tags.and("outcome", "failed"), failed));
        return all;
    }

    /**
     * Registers the gauge {@code otp.actor.busy}.
     *
     * @param oneIn one handler in that many is timed
     */
    Gauge registerBusy(MeterRegistry registry, Tags tags, IntSupplier oneIn) {
        var share = new BusyShare(() -> nanos() * Math.max(1, oneIn.getAsInt()), System::nanoTime);
        return Gauge.builder("otp.actor.busy", share, BusyShare::value)
                .strongReference(true)
                .tags(tags)
                .description(
                        "Handlers of all instances that ran at once, on average of the last 10 to 20 seconds")
                .register(registry);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.process.HandlerTiming;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Times by definition and outcome, and their meters in all registries. Thread-safe; a definition
 * that is known already is found without a lock.
 */
final class TimedDefinitions {
    private final TimeMeters meters;
    private final @Nullable IntSupplier busyOneIn;
    private final List<MeterRegistry> registries = new ArrayList<>();
    private final RegisteredMeters registered = new RegisteredMeters();
    private final Map<Definition, ByOutcome> known = new ConcurrentHashMap<>();

    /** The times of one definition. */
    static final class ByOutcome implements HandlerTiming.Recorder {
        private final Times ok = new Times();
        private final Times failed = new Times();

        @Override
        public void handled(long nanos, boolean hasFailed) {
            (hasFailed ? failed : ok).add(nanos);
        }

        private double nanos() {
            return ok.nanos() + failed.nanos();
        }
    }

    /**
     * @param busyOneIn if the gauge {@code otp.actor.busy} is to be shown: one handler in that many
     *     is timed
     */
    TimedDefinitions(TimeMeters meters, @Nullable IntSupplier busyOneIn) {
        this.meters = meters;
        this.busyOneIn = busyOneIn;
    }

    ByOutcome of(Definition definition) {
        ByOutcome times = known.get(definition);
        return times == null ? add(definition) : times;
    }

    private synchronized ByOutcome add(Definition definition) {
        ByOutcome times = known.get(definition);
        if (times != null) return times;
        var added = new ByOutcome();
        registries.forEach(registry -> register(registry, definition, added));
        known.put(definition, added);
        return added;
    }

    synchronized void bindTo(MeterRegistry registry) {
        registries.add(registry);
        known.forEach((definition, times) -> register(registry, definition, times));
    }

    synchronized void remove(Definition definition) {
        known.remove(definition);
        registered.remove(definition);
    }

    synchronized void close() {
        registries.clear();
        known.clear();
        registered.removeAll();
    }

    private void register(MeterRegistry registry, Definition definition, ByOutcome times) {
        var tags = definition.tags();
        var all = new ArrayList<Meter>();
        all.addAll(meters.register(registry, tags.and("outcome", "ok"), times.ok));
        all.addAll(meters.register(registry, tags.and("outcome", "failed"), times.failed));
        if (busyOneIn != null) {
            var share =
                    new BusyShare(
                            () -> times.nanos() * Math.max(1, busyOneIn.getAsInt()),
                            System::nanoTime);
            all.add(
                    Gauge.builder("otp.actor.busy", share, BusyShare::value)
                            .strongReference(true)
                            .tags(tags)
                            .description(
                                    "Handlers of all instances that ran at once, on average of the last 10 to 20 seconds")
                            .register(registry));
        }
        all.forEach(meter -> registered.add(definition, registry, meter));
    }
}

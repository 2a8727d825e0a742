/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long messages were queued, by definition, and the meters of this in all registries. A
 * definition has meters from its first measured message on. Thread-safe.
 */
final class WaitingTimes {
    private final TimeMeters meters;
    private final List<MeterRegistry> registries = new ArrayList<>();
    private final RegisteredMeters registered = new RegisteredMeters();
    private final Map<Definition, Times> known = new HashMap<>();

    WaitingTimes(TimeMeters meters) {
        this.meters = meters;
    }

    synchronized Times of(Definition definition) {
        Times times = known.get(definition);
        if (times != null) return times;
        var added = new Times();
        known.put(definition, added);
        for (MeterRegistry registry : registries) register(registry, definition, added);
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

    private void register(MeterRegistry registry, Definition definition, Times times) {
        for (Meter meter : meters.register(registry, definition.tags(), times)) {
            registered.add(definition, registry, meter);
        }
    }
}

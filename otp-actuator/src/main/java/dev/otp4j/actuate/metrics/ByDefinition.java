/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What was measured, by definition, and the meters of this in all registries. A definition has
 * meters from its first measurement on. Thread-safe; a definition that is known already is found
 * without a lock.
 *
 * @param <T> the measurements of one definition
 */
final class ByDefinition<T> {
    /** Registers the meters of one definition. */
    interface Registration<T> {
        List<Meter> register(MeterRegistry registry, Tags tags, T measured);
    }

    private final Supplier<T> create;
    private final Registration<T> meters;
    private final List<MeterRegistry> registries = new ArrayList<>();
    private final RegisteredMeters registered = new RegisteredMeters();
    private final Map<Definition, T> known = new ConcurrentHashMap<>();

    ByDefinition(Supplier<T> create, Registration<T> meters) {
        this.create = create;
        this.meters = meters;
    }

    T of(Definition definition) {
        T measured = known.get(definition);
        return measured == null ? add(definition) : measured;
    }

    private synchronized T add(Definition definition) {
        T measured = known.get(definition);
        if (measured != null) return measured;
        T added = create.get();
        for (MeterRegistry registry : registries) register(registry, definition, added);
        known.put(definition, added);
        return added;
    }

    synchronized void bindTo(MeterRegistry registry) {
        registries.add(registry);
        known.forEach((definition, measured) -> register(registry, definition, measured));
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

    private void register(MeterRegistry registry, Definition definition, T measured) {
        for (Meter meter : meters.register(registry, definition.tags(), measured)) {
            registered.add(definition, registry, meter);
        }
    }
}

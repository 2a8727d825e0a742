/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** The registries that meters are shown in, and what was registered there. Thread-safe. */
final class Shown {
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final RegisteredMeters registered = new RegisteredMeters();

    void add(MeterRegistry registry) {
        registries.add(registry);
    }

    /** Registers a meter in all registries. */
    void everywhere(Object of, Function<MeterRegistry, Meter> meter) {
        for (MeterRegistry registry : registries) {
            registered.add(of, registry, meter.apply(registry));
        }
    }

    void in(MeterRegistry registry, Object of, Meter meter) {
        registered.add(of, registry, meter);
    }

    List<MeterRegistry> registries() {
        return registries;
    }

    void remove(Object of) {
        registered.remove(of);
    }

    void close() {
        registries.clear();
        registered.removeAll();
    }
}

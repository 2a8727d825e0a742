/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers which meters were registered in which registry, by definition or system, so that they
 * can be removed: a registry may outlive the measured system. Thread-safe.
 */
final class RegisteredMeters {
    private record Registered(MeterRegistry registry, Meter meter) {
        void remove() {
            registry.remove(meter);
        }
    }

    private final Map<Object, List<Registered>> meters = new HashMap<>();

    synchronized void add(Object of, MeterRegistry registry, Meter meter) {
        meters.computeIfAbsent(of, first -> new ArrayList<>()).add(new Registered(registry, meter));
    }

    synchronized void remove(Object of) {
        List<Registered> removed = meters.remove(of);
        if (removed != null) removed.forEach(Registered::remove);
    }

    synchronized void removeAll() {
        meters.values().forEach(all -> all.forEach(Registered::remove));
        meters.clear();
    }
}

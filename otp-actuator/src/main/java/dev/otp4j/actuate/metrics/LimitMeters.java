/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.ProcessRuntime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/**
 * The meters of the concurrency limits of a runtime, tagged by the name of the limit. A limit gets
 * its meters when the first child under it starts. Limits of the same name are added up.
 */
final class LimitMeters {
    private final ProcessRuntime runtime;
    private final Shown shown;
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    LimitMeters(ProcessRuntime runtime, Shown shown) {
        this.runtime = runtime;
        this.shown = shown;
    }

    /** A process under that limit has started. */
    void started(ConcurrencyLimit limit) {
        if (names.contains(limit.name())) return;
        synchronized (shown) {
            if (!names.add(limit.name())) return;
            for (MeterRegistry registry : shown.registries()) register(registry, limit.name());
        }
    }

    void registerAll(MeterRegistry registry) {
        for (String name : names) register(registry, name);
    }

    void clear() {
        names.clear();
    }

    private void register(MeterRegistry registry, String name) {
        gauge(
                registry,
                name,
                "permits",
                "Handlers that may run at the same time",
                ConcurrencyLimit::permits);
        gauge(registry, name, "in.use", "Permits that processes have", ConcurrencyLimit::inUse);
        gauge(
                registry,
                name,
                "waiting",
                "Processes that wait for a permit",
                ConcurrencyLimit::waiting);
        gauge(
                registry,
                name,
                "held.by.ended",
                "Permits of dead processes whose code still runs",
                ConcurrencyLimit::heldByEnded);
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            String what,
            String description,
            ToIntFunction<ConcurrencyLimit> value) {
        Gauge gauge =
                Gauge.builder("otp.concurrency." + what, runtime, of -> sum(of, name, value))
                        .tags("limit", name)
                        .description(description)
                        .register(registry);
        shown.in(registry, this, gauge);
    }

    private static int sum(
            ProcessRuntime runtime, String name, ToIntFunction<ConcurrencyLimit> value) {
        return runtime.concurrencyLimits().stream()
                .filter(limit -> limit.name().equals(name))
                .mapToInt(value)
                .sum();
    }
}

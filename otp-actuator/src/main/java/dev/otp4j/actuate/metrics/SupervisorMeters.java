/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.supervisor.KeyCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/** The meters of the supervisors of one definition. */
final class SupervisorMeters {
    private final String definition;
    private final Shown shown;
    private final ToDoubleFunction<String> used;
    private final Function<String, KeyCounts> keys;
    private boolean keyed; // guarded by shown
    private final LongAdder escalations = new LongAdder();

    /**
     * @param used gives the share of the tolerance that is used
     * @param keys gives the keys of a keyed factory
     */
    SupervisorMeters(
            String definition,
            Shown shown,
            ToDoubleFunction<String> used,
            Function<String, KeyCounts> keys) {
        this.keys = keys;
        this.definition = definition;
        this.shown = shown;
        this.used = used;
    }

    void escalated() {
        escalations.increment();
    }

    void register(MeterRegistry registry) {
        var share =
                Gauge.builder(
                                "otp.supervisor.tolerance.used",
                                this,
                                meters -> meters.used.applyAsDouble(definition))
                        .tag("supervisor", definition)
                        .description(
                                "Restarts that count now, as a share of those that are tolerated; of the instance that is nearest to giving up")
                        .register(registry);
        shown.in(registry, definition, share);
        var given =
                FunctionCounter.builder("otp.supervisor.escalations", escalations, LongAdder::sum)
                        .tag("supervisor", definition)
                        .description("How often a supervisor gave up")
                        .baseUnit("escalations")
                        .register(registry);
        shown.in(registry, definition, given);
        if (keyed) registerKeys(registry);
    }

    /** It is a keyed factory. The caller has the lock. */
    void keyed() {
        if (keyed) return;
        keyed = true;
        shown.registries().forEach(this::registerKeys);
    }

    private void registerKeys(MeterRegistry registry) {
        gauge(registry, "otp.keyed.keys", "Keys that are not idle", KeyCounts::keys);
        gauge(registry, "otp.keyed.keys.failed", "Keys that are left down", KeyCounts::failed);
        gauge(
                registry,
                "otp.keyed.starts.waiting",
                "Keys that wait for their turn to start",
                KeyCounts::waiting);
        var passivated =
                FunctionCounter.builder(
                                "otp.keyed.passivated",
                                this,
                                meters -> meters.keys.apply(definition).passivated())
                        .tag("supervisor", definition)
                        .description("Actors of keys that ended because they were idle")
                        .register(registry);
        shown.in(registry, definition, passivated);
    }

    private void gauge(
            MeterRegistry registry, String name, String description, ToIntFunction<KeyCounts> of) {
        var gauge =
                Gauge.builder(name, this, meters -> of.applyAsInt(meters.keys.apply(definition)))
                        .tag("supervisor", definition)
                        .description(description)
                        .register(registry);
        shown.in(registry, definition, gauge);
    }

    void remove() {
        shown.remove(definition);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/** The meters of the supervisors of one definition. */
final class SupervisorMeters {
    private final String definition;
    private final Shown shown;
    private final ToDoubleFunction<String> used;
    private final LongAdder escalations = new LongAdder();

    /**
     * @param used gives the share of the tolerance that is used
     */
    SupervisorMeters(String definition, Shown shown, ToDoubleFunction<String> used) {
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
    }

    void remove() {
        shown.remove(definition);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Meters of each target. They do not ask the database. */
final class DeliveryMeters implements MeterBinder {
    private final Deliveries deliveries;

    DeliveryMeters(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (TargetDesk<?> desk : deliveries.desks()) {
            gauge(registry, desk, "waiting", "Events that wait here", tally -> tally.waiting);
            gauge(
                    registry,
                    desk,
                    "given.up",
                    "Events that were given up after their last attempt, on all instances",
                    tally -> tally.givenUp < 0 ? Double.NaN : tally.givenUp);
            count(registry, desk, "handled", "Handled events", tally -> tally.handled.get());
            count(registry, desk, "failed", "Failed attempts", tally -> tally.failed.get());
            count(
                    registry,
                    desk,
                    "resubmitted",
                    "Attempts that were taken from the database",
                    tally -> tally.resubmitted.get());
            count(
                    registry,
                    desk,
                    "left",
                    "Events left to a later attempt because too many were waiting",
                    tally -> tally.leftToLater.get());
        }
    }

    private static void gauge(
            MeterRegistry registry,
            TargetDesk<?> desk,
            String name,
            String description,
            ToDoubleFunction<Tally> value) {
        Gauge.builder("otp.delivery." + name, desk.tally, value)
                .description(description)
                .tag("target", desk.name())
                .register(registry);
    }

    private static void count(
            MeterRegistry registry,
            TargetDesk<?> desk,
            String name,
            String description,
            ToDoubleFunction<Tally> value) {
        FunctionCounter.builder("otp.delivery." + name, desk.tally, value)
                .description(description)
                .tag("target", desk.name())
                .register(registry);
    }
}

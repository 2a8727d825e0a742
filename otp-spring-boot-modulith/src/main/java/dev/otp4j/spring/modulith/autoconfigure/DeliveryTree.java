/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The supervised actors of durable delivery. For each target a bookkeeper and a dispatcher, which
 * are restarted together because one counts what the other has in hand; and one resubmitter. What a
 * crash of theirs loses is in the database.
 */
final class DeliveryTree {
    static final String NAME = "durable-delivery";

    private static final int INTENSITY = 10;
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private DeliveryTree() {}

    static ChildSpecification<?> of(
            List<TargetDesk<?>> desks,
            DurableDeliveryProperties settings,
            Bookkeeper.Books books,
            Resubmitter.Tools tools) {
        StaticSupervisor.Builder all =
                StaticSupervisor.oneForOne().restartTolerance(INTENSITY, PERIOD);
        BooleanSupplier stopping = () -> tools.state().get() == OtpSystem.State.STOPPING;
        for (TargetDesk<?> desk : desks) all = all.add(target(desk, books, stopping));
        return all.add(
                        ChildSpecification.worker(
                                "resubmitter",
                                StatefulActor.of(() -> new Resubmitter(desks, settings, tools))
                                                .trapExits(true)
                                        ::start))
                .supervised(NAME);
    }

    private static ChildSpecification<?> target(
            TargetDesk<?> desk, Bookkeeper.Books books, BooleanSupplier stopping) {
        return StaticSupervisor.oneForAll()
                .restartTolerance(INTENSITY, PERIOD)
                .add(
                        ChildSpecification.worker(
                                "bookkeeper",
                                StatefulActor.of(() -> new Bookkeeper(desk, books))
                                                .named(desk.bookkeeper)
                                                .trapExits(true)
                                        ::start))
                .add(
                        ChildSpecification.worker(
                                "dispatcher",
                                StatefulActor.of(() -> new Dispatcher(desk, stopping))
                                                .named(desk.dispatcher)
                                                .trapExits(true)
                                        ::start))
                .supervised(desk.name());
    }
}

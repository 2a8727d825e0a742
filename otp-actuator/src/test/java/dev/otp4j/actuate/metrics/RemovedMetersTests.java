/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Started;
import dev.otp4j.actuate.metrics.Workers.Task;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A definition that is gone has no meters. */
@Timeout(60)
class RemovedMetersTests {
    private final Name<Task> desk = Name.create("desk", Vacancy.holding(10));
    private final Name<Task> guest = Name.create("guest", Vacancy.holding(10));
    private final FactoryName<String, Subject<Task>> carts = FactoryName.create("carts");
    private final AtomicReference<StaticSupervisor> handle = new AtomicReference<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ProcessingMeters processing = new ProcessingMeters();
    private final CallMeters calls = new CallMeters();
    private final OtpSystem system =
            OtpSystem.builder("shop")
                    .root(this::root)
                    .runtime(runtime -> runtime.timing(1, processing).callTiming(calls))
                    .build();
    private final OtpMeters meters = new OtpMeters(system);

    private StaticSupervisor.Builder root() {
        return StaticSupervisor.oneForOne()
                .add(Workers.child("desk", desk))
                .add(
                        ChildSpecification.supervisor(
                                "house",
                                () -> {
                                    Started<StaticSupervisor> house =
                                            StaticSupervisor.oneForOne()
                                                    .restartTolerance(10, Duration.ofHours(1))
                                                    .start();
                                    handle.set(house.data());
                                    return house;
                                }));
    }

    @BeforeEach
    void start() {
        system.runtime().addListener(meters.removingFrom(processing).removingFrom(calls));
        processing.bindTo(registry);
        calls.bindTo(registry);
        meters.bindTo(registry);
        system.start();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private List<String> ids() {
        double read = registry.get("otp.actors.running").tag("actor", "desk").gauge().value();
        assertThat(read).isEqualTo(1);
        return registry.getMeters().stream().map(Meter::getId).map(Object::toString).toList();
    }

    private void crashAndCall(Name<Task> name) {
        long before = system.restarts();
        name.subject().send(Workers.crash(new IllegalStateException()));
        assertThat(system).hasRestarts(before + 1);
        int reply =
                name.subject()
                        .call(
                                Duration.ofMinutes(1),
                                (Subject<Integer> to) -> Workers.run(() -> to.send(1)));
        assertThat(reply).isEqualTo(1);
        String actor = name.toString().contains("guest") ? "guest" : "desk";
        await().until(
                        () ->
                                registry.get("otp.actor.message.processing")
                                                .tags("actor", actor, "outcome", "ok")
                                                .functionTimer()
                                                .count()
                                        == 1);
    }

    @Test
    void allOfADeletedChildWithWhatWasCountedAndTimed() {
        List<String> before = ids();
        handle.get().startChild(Workers.child("guest", guest));
        crashAndCall(guest);
        assertThat(ids())
                .anyMatch(id -> id.contains("otp.actor.crashes") && id.contains("guest"))
                .anyMatch(id -> id.contains("otp.actor.busy") && id.contains("guest"))
                .anyMatch(id -> id.contains("otp.actor.calls'") && id.contains("guest"));

        handle.get().terminateChild("guest");
        handle.get().deleteChild("guest");

        await().until(() -> ids().stream().noneMatch(id -> id.contains("guest")));
        assertThat(ids()).containsAll(before);
    }

    @Test
    void andOfAllThatWasBelowADeletedSupervisor() {
        List<String> before = ids();
        handle.get()
                .startChild(
                        StaticSupervisor.oneForOne()
                                .add(Workers.child("guest", guest))
                                .add(
                                        FactorySupervisor.workerChild(
                                                        (String user) -> Workers.actor().start())
                                                .named(carts)
                                                .supervised("carts"))
                                .supervised("wing"));
        FactorySupervisor.byName(carts).startChild("user");
        crashAndCall(guest);
        assertThat(ids())
                .anyMatch(id -> id.contains("otp.supervisor.escalations") && id.contains("wing"))
                .anyMatch(id -> id.contains("otp.actors.running") && id.contains("carts"));

        handle.get().terminateChild("wing");
        handle.get().deleteChild("wing");

        await().untilAsserted(
                        () ->
                                assertThat(ids())
                                        .noneMatch(id -> id.contains("wing"))
                                        .noneMatch(id -> id.contains("guest"))
                                        .noneMatch(id -> id.contains("carts"))
                                        .containsAll(before));
    }

    @Test
    void andTheyComeBackWithTheChild() {
        handle.get().startChild(Workers.child("guest", guest));
        handle.get().terminateChild("guest");
        handle.get().deleteChild("guest");
        await().until(() -> ids().stream().noneMatch(id -> id.contains("guest")));

        handle.get().startChild(Workers.child("guest", guest));
        crashAndCall(guest);

        assertThat(ids())
                .anyMatch(id -> id.contains("otp.actor.crashes") && id.contains("guest"))
                .anyMatch(id -> id.contains("otp.actor.calls'") && id.contains("guest"));
    }
}

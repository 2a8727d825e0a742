/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actuate.Trees;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtpMetersTests {
    private final Trees trees = new Trees(5);
    private final OtpMeters meters = new OtpMeters(trees.system);
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @BeforeEach
    void start() {
        trees.telling(meters);
        meters.bindTo(registry);
        trees.system.start();
    }

    @AfterEach
    void close() {
        trees.stuck.countDown();
        trees.system.close();
    }

    private double gauge(String name, String actor, String supervisor) {
        return registry.get(name).tags("actor", actor, "supervisor", supervisor).gauge().value();
    }

    private double restarts(String actor) {
        return registry.get("otp.actor.restarts").tag("actor", actor).functionCounter().count();
    }

    @Test
    void haveANameOfTheSpecificationAndAreTaggedByActorAndSupervisor() {
        assertThat(registry.getMeters())
                .map(Meter::getId)
                .map(
                        id ->
                                id.getName()
                                        + "["
                                        + id.getTag("actor")
                                        + "/"
                                        + id.getTag("supervisor")
                                        + "]")
                .contains(
                        "otp.actors.running[desk/root]",
                        "otp.actor.mailbox.size[desk/root]",
                        "otp.actor.mailbox.size.max[desk/root]",
                        "otp.actor.restarts[desk/root]",
                        "otp.actors.running[archive/back]",
                        "otp.actor.restarts[back/root]")
                .doesNotContain("otp.actors.running[back/root]");
    }

    @Test
    void countARestartForGood() {
        assertThat(restarts("desk")).isZero();

        trees.desk.subject().send("crash");

        await().until(() -> restarts("desk") == 1);
        trees.system.stop(Duration.ofSeconds(5));
        trees.system.start();
        assertThat(restarts("desk")).isEqualTo(1);
    }

    @Test
    void showWhatIsQueuedBehindAStuckActor() {
        trees.desk.subject().send("stick");
        await().until(() -> trees.handled.get() == 1);

        for (int i = 0; i < 3; i++) trees.desk.subject().send("behind");

        await().untilAsserted(
                        () ->
                                assertThat(gauge("otp.actor.mailbox.size", "desk", "root"))
                                        .isEqualTo(3));
        assertThat(gauge("otp.actors.running", "desk", "root")).isEqualTo(1);
    }

    @Test
    void sumOverAllChildrenOfAFactoryAndDoNotGrowWithThem() {
        var carts = FactorySupervisor.byName(trees.carts);
        carts.startChild("first");
        int before = registry.getMeters().size();

        for (int i = 1; i < 150; i++) carts.startChild("user" + i);
        var busy = carts.startChild("busy").data();
        var busier = carts.startChild("busier").data();
        busy.send("stick");
        busier.send("stick");
        await().until(() -> trees.handled.get() == 2);
        for (int i = 0; i < 2; i++) busy.send("behind");
        for (int i = 0; i < 3; i++) busier.send("behind");

        await().untilAsserted(
                        () -> {
                            assertThat(gauge("otp.actors.running", "carts", "carts"))
                                    .isEqualTo(152);
                            assertThat(gauge("otp.actor.mailbox.size", "carts", "carts"))
                                    .isEqualTo(5);
                            assertThat(gauge("otp.actor.mailbox.size.max", "carts", "carts"))
                                    .isEqualTo(3);
                        });
        assertThat(registry.getMeters()).hasSize(before);
    }

    @Test
    void countWhatIsHeldUntilAnActorIsThereAgain() {
        trees.archive.whileVacant(Vacancy.holding(700));
        trees.archive.subject().send("crash");
        assertThat(trees.system).actor("/back/archive").hasState(TreeNode.State.RESTARTING);

        for (int i = 0; i < 700; i++) trees.archive.subject().send("held");

        await().untilAsserted(
                        () ->
                                assertThat(gauge("otp.actor.mailbox.held", "archive", "back"))
                                        .isEqualTo(700));
        assertThat(registry.get("otp.held.messages").gauge().value()).isEqualTo(700);
        for (int i = 0; i < 5; i++) trees.archive.subject().send("lost");
        assertThat(lost("full")).isEqualTo(5);
        assertThat(lost("dead")).isZero();
    }

    private double lost(String reason) {
        return registry.get("otp.dead.letters").tag("reason", reason).functionCounter().count();
    }

    @Test
    void countWhatIsHeldAndLostWhileNoTreeStands() {
        trees.system.stop(Duration.ofSeconds(5));
        trees.desk.whileVacant(Vacancy.holding(500));

        for (int i = 0; i < 600; i++) trees.desk.subject().send("early");

        assertThat(registry.get("otp.held.messages").gauge().value()).isEqualTo(500);
        assertThat(lost("full")).isEqualTo(100);
    }

    @Test
    void areRemovedWithTheChildrenThatAreDeleted() {
        var handle = new AtomicReference<StaticSupervisor>();
        var told = new AtomicReference<OtpMeters>();
        try (OtpSystem system =
                OtpSystem.builder("guests")
                        .listener(new Telling(told))
                        .root(() -> StaticSupervisor.oneForOne().add(guests(handle)))
                        .build()) {
            var own = new OtpMeters(system);
            told.set(own);
            var shown = new SimpleMeterRegistry();
            own.bindTo(shown);
            system.start();
            StaticSupervisor guests = handle.get();
            guests.startChild(guest("stays"));
            int before = shown.getMeters().size();

            for (int n = 0; n < 1_000; n++) {
                guests.startChild(guest("guest" + n));
                guests.terminateChild("guest" + n);
                guests.deleteChild("guest" + n);
            }

            await().untilAsserted(
                            () -> {
                                var gauge = shown.get("otp.actors.running").tag("actor", "stays");
                                assertThat(gauge.gauge().value()).isEqualTo(1);
                                assertThat(shown.getMeters()).hasSize(before);
                            });
        }
    }

    private record Telling(AtomicReference<OtpMeters> meters) implements SupervisorListener {
        @Override
        public void counted(SupervisorReport report) {
            meters.get().counted(report);
        }
    }

    private static ChildSpecification<StaticSupervisor> guests(
            AtomicReference<StaticSupervisor> handle) {
        return ChildSpecification.supervisor(
                "guests",
                () -> {
                    var started = StaticSupervisor.oneForOne().start();
                    handle.set(started.data());
                    return started;
                });
    }

    private static ChildSpecification<?> guest(String id) {
        return ChildSpecification.worker(
                id,
                () ->
                        Actor.startingWith(() -> 0)
                                .onMessage((Integer state, Integer message) -> Next.stop())
                                .start());
    }

    @Test
    void areRemovedFromRegistriesThatLiveLongerWhenTheyAreClosed() {
        var other = registry.counter("of.somebody.else");

        meters.close();

        assertThat(registry.getMeters()).containsExactly(other);
    }

    @Test
    void areBoundToARegistryThatComesLate() {
        var late = new SimpleMeterRegistry();

        meters.bindTo(late);

        assertThat(late.getMeters()).hasSameSizeAs(registry.getMeters());
    }
}

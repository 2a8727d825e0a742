/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The meters of mailboxes with a limit. */
class RoomMetersTests {
    private static final MailboxLimit THREE = MailboxLimit.blocking(3, Duration.ofSeconds(20));

    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicReference<OtpMeters> told = new AtomicReference<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Name<String> desk = Name.create("desk");
    private final FactoryName<String, Subject<String>> carts = FactoryName.create("carts");
    private final OtpSystem system =
            OtpSystem.builder("shop").listener(new Told(told)).root(this::root).build();

    private record Told(AtomicReference<OtpMeters> to) implements SupervisorListener {
        @Override
        public void counted(SupervisorReport report) {
            to.get().counted(report);
        }
    }

    private StaticSupervisor.Builder root() {
        return StaticSupervisor.oneForOne()
                .add(ChildSpecification.worker("desk", waiting().mailbox(THREE).named(desk)::start))
                .add(ChildSpecification.worker("free", waiting()::start))
                .add(
                        FactorySupervisor.workerChild(
                                        (String id) -> waiting().mailbox(THREE).start())
                                .named(carts)
                                .supervised("carts"));
    }

    private ActorBuilder<Integer, String, Subject<String>> waiting() {
        return Actor.startingWith(() -> 0)
                .onMessage(
                        (Integer state, String message) -> {
                            busy.countDown();
                            release.await();
                            return Next.<Integer, String>continueWith(state);
                        });
    }

    @BeforeEach
    void start() {
        var meters = new OtpMeters(system);
        told.set(meters);
        meters.bindTo(registry);
        system.start();
    }

    @AfterEach
    void close() {
        release.countDown();
        system.close();
    }

    private double gauge(String name, String actor) {
        return registry.get(name).tag("actor", actor).gauge().value();
    }

    @Test
    void capacityIsThatOfAllInstancesWithALimit() {
        assertThat(gauge("otp.actor.mailbox.capacity", "desk")).isEqualTo(3);
        assertThat(registry.find("otp.actor.mailbox.capacity").tag("actor", "free").gauge())
                .isNull();
        assertThat(registry.find("otp.actor.senders.waiting").tag("actor", "free").gauge())
                .isNull();

        var factory = FactorySupervisor.byName(carts);
        for (int i = 0; i < 5; i++) factory.startChild("cart " + i);

        await().untilAsserted(
                        () ->
                                assertThat(gauge("otp.actor.mailbox.capacity", "carts"))
                                        .isEqualTo(15));
    }

    @Test
    void waitingSendersAreCounted() throws InterruptedException {
        assertThat(gauge("otp.actor.senders.waiting", "desk")).isZero();
        desk.subject().send("in hand");
        busy.await();
        for (int i = 0; i < 3; i++) desk.subject().send("queued");
        for (int i = 0; i < 2; i++) Thread.ofVirtual().start(() -> desk.subject().send("waits"));

        await().untilAsserted(
                        () -> assertThat(gauge("otp.actor.senders.waiting", "desk")).isEqualTo(2));
        release.countDown();
        await().untilAsserted(
                        () -> assertThat(gauge("otp.actor.senders.waiting", "desk")).isZero());
    }
}

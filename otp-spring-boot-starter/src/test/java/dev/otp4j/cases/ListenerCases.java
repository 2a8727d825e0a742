/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.autoconfigure.RootSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/** Listener beans. */
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ListenerCases {
    @Test
    @Tag("O1")
    void listenerBeansHearEveryEvent() {
        Contexts.withProbe()
                .withBean(Heard.class)
                .run(
                        context -> {
                            var heard = context.getBean(Heard.class);
                            OtpSystem system = context.getBean(OtpSystem.class);
                            Contexts.probe(context).send(Probe.fail("told to"));
                            leaveDeadLetter(system);
                            var zombie = new CountDownLatch(1);
                            makeZombie(system, zombie);
                            BooleanSupplier starved = () -> heard.count("carriersStarved") > 0;
                            occupyCarriers(system, starved);
                            await().atMost(Duration.ofSeconds(9)).until(() -> oldZombie(system));
                            // the sentry reports it the next time it looks
                            awaitOrGoOn(() -> heard.count("zombieFound") > 0);
                            zombie.countDown();
                            awaitOrGoOn(() -> heard.count("zombieEnded") > 0);
                            context.getSourceApplicationContext().stop();
                            awaitOrGoOn(() -> heard.count("terminated") > 0);

                            assertThat(heard.all())
                                    .containsKeys(
                                            "reported",
                                            "counted",
                                            "processEnded",
                                            "processCrashed",
                                            "messageDropped",
                                            "carriersStarved",
                                            "zombieFound",
                                            "zombieEnded",
                                            "terminated");
                        });
    }

    private static void leaveDeadLetter(OtpSystem system) {
        Subject<String> dead = Processes.run(system.runtime(), Subject::create);
        dead.send("nobody is there");
        await().until(() -> system.deadLetters() > 0);
    }

    private static void makeZombie(OtpSystem system, CountDownLatch end) {
        var begun = new CountDownLatch(1);
        Pid pid =
                Processes.run(
                        system.runtime(),
                        () ->
                                Processes.spawnUnlinked(
                                        () -> {
                                            begun.countDown();
                                            stubbornly(end);
                                        }));
        await().until(() -> begun.getCount() == 0);
        Processes.kill(pid);
        await().until(() -> system.runtime().zombieCount() > 0);
    }

    private static void stubbornly(CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException stubborn) {
                // goes on
            }
        }
    }

    private static boolean oldZombie(OtpSystem system) {
        return system.runtime().zombies().stream().anyMatch(z -> z.age().toMillis() > 5_000);
    }

    private static void occupyCarriers(OtpSystem system, BooleanSupplier enough) {
        int carriers = Runtime.getRuntime().availableProcessors();
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        for (int i = 0; i < carriers; i++) {
            Processes.run(
                    system.runtime(),
                    () ->
                            Processes.spawnUnlinked(
                                    () -> {
                                        while (!enough.getAsBoolean() && System.nanoTime() < end) {
                                            Thread.onSpinWait();
                                        }
                                    }));
        }
    }

    private static void awaitOrGoOn(BooleanSupplier heard) {
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        await().until(() -> heard.getAsBoolean() || System.nanoTime() > end);
    }

    @Order(1)
    static class Broken implements SupervisorListener {
        @Override
        public void counted(SupervisorReport report) {
            throw new NoClassDefFoundError("not/There");
        }
    }

    @Order(2)
    static class Second extends Heard {}

    @Test
    @Tag("O2")
    void aListenerThatThrowsAnErrorKeepsNothingFromOthersAndIsWarnedOfOnce() {
        try (var lines = new Lines()) {
            Contexts.withProbe()
                    .withBean(Broken.class)
                    .withBean(Second.class)
                    .run(
                            context -> {
                                Contexts.probe(context).send(Probe.fail("told to"));
                                assertThat(Probe.total(restarted(context))).isZero();

                                var second = context.getBean(Second.class);
                                await().untilAsserted(
                                                () ->
                                                        assertThat(second.count("counted"))
                                                                .isPositive());
                                assertThat(meters(context.getBean(MeterRegistry.class)))
                                        .contains("otp.actor.restarts");
                                await().untilAsserted(
                                                () ->
                                                        assertThat(lines.with("Broken"))
                                                                .filteredOn(
                                                                        l ->
                                                                                l.level()
                                                                                        .equals(
                                                                                                "WARN"))
                                                                .hasSize(1));
                            });
        }
    }

    private static Subject<Probe.Message> restarted(ApplicationContext context) {
        OtpSystem system = context.getBean(OtpSystem.class);
        await().until(() -> system.restarts() > 0);
        return Contexts.probe(context);
    }

    static TreeSet<String> meters(MeterRegistry registry) {
        var names = new TreeSet<String>();
        for (Meter meter : registry.getMeters()) {
            String name = meter.getId().getName();
            if (name.startsWith("otp.")) names.add(name);
        }
        return names;
    }

    static class OwnSystem {
        @Bean
        OtpSystem mine(RootSupervisor root) {
            return OtpSystem.builder("mine").root(root).build();
        }
    }

    @Test
    @Tag("S2")
    void aSystemThatTheApplicationDefinesHasMetersAndTellsListeners() {
        Contexts.runner(Probe.class, Contexts.Client.class, OwnSystem.class)
                .withBean(Heard.class)
                .withPropertyValues("otp.metrics.message-timing=all")
                .run(
                        context -> {
                            Contexts.probe(context).send(Probe.fail("told to"));
                            assertThat(Probe.total(restarted(context))).isZero();

                            assertThat(meters(context.getBean(MeterRegistry.class)))
                                    .contains(
                                            "otp.actors.running",
                                            "otp.actor.restarts",
                                            "otp.actor.mailbox.size",
                                            "otp.actor.message.processing");
                            var heard = context.getBean(Heard.class);
                            await().untilAsserted(
                                            () ->
                                                    assertThat(heard.all())
                                                            .containsKeys(
                                                                    "processCrashed",
                                                                    "reported",
                                                                    "counted"));
                        });
    }
}

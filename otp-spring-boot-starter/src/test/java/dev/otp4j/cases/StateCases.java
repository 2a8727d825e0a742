/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.cases.Contexts.Client;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;

/** An application that starts and stops the system itself. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class StateCases {
    private static final String NONE = "otp.supervision.supervisors.root.intensity=0";

    @Test
    @Tag("S1a")
    void afterAStartByTheApplicationACallWaitsForARestartAndAFailedRootBreaksLiveness() {
        Contexts.runner(Gate.Gated.class, Client.class)
                .withBean(Gate.class)
                .withPropertyValues(
                        "otp.supervision.auto-startup=false",
                        "otp.supervision.supervisors.root.intensity=1")
                .run(
                        context -> {
                            OtpSystem system = live(context);
                            Subject<Probe.Message> probe = Contexts.probe(context);
                            Gate gate = context.getBean(Gate.class);
                            system.start();

                            probe.send(Probe.fail("first"));
                            gate.entered.await();
                            CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
                                    .execute(gate::open);
                            assertThat(Probe.total(probe)).isZero();

                            probe.send(Probe.fail("second"));
                            awaitLiveness(context, LivenessState.BROKEN);
                            assertThat(system.state()).isEqualTo(OtpSystem.State.GAVE_UP);
                        });
    }

    @Test
    @Tag("S1b")
    void afterAStopAndAStartByTheApplicationSendsHaveWaitedAndAFailedRootBreaksLiveness() {
        Contexts.withProbe()
                .withPropertyValues(NONE)
                .run(
                        context -> {
                            OtpSystem system = live(context);
                            Subject<Probe.Message> probe = Contexts.probe(context);
                            assertThat(Probe.total(probe)).isZero();

                            system.stop(Duration.ofSeconds(5));
                            probe.send(new Probe.Add(3));
                            system.start();

                            assertThat(Probe.total(probe)).isEqualTo(3);
                            probe.send(Probe.fail("last"));
                            awaitLiveness(context, LivenessState.BROKEN);
                        });
    }

    @Test
    @Tag("S1c")
    void aStartByTheApplicationAfterTheRootGaveUpMakesLivenessCorrectAgain() {
        Contexts.withProbe()
                .withPropertyValues(NONE)
                .run(
                        context -> {
                            OtpSystem system = live(context);
                            Subject<Probe.Message> probe = Contexts.probe(context);
                            probe.send(Probe.fail("last"));
                            awaitLiveness(context, LivenessState.BROKEN);

                            system.start();

                            assertThat(Probe.total(probe)).isZero();
                            awaitLiveness(context, LivenessState.CORRECT);
                        });
    }

    /** Publishes that the application is live, as Boot does at the end of its start. */
    private static OtpSystem live(ApplicationContext context) {
        AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
        awaitLiveness(context, LivenessState.CORRECT);
        return context.getBean(OtpSystem.class);
    }

    private static void awaitLiveness(ApplicationContext context, LivenessState state) {
        var availability = context.getBean(ApplicationAvailability.class);
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(availability.getLivenessState()).isEqualTo(state));
    }
}

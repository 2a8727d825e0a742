/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actuate.metrics.Workers.Task;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Expect;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The meters that are not those of a definition, by their names in Prometheus too. */
@Timeout(120)
class SystemMetersTests {
    private final Name<Task> desk = Name.create("desk", Vacancy.holding(1));
    private final CountDownLatch end = new CountDownLatch(1);
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final OtpSystem system =
            OtpSystem.builder("shop")
                    .root(
                            () ->
                                    StaticSupervisor.oneForOne()
                                            .restartTolerance(1, Duration.ofHours(1))
                                            .add(Workers.child("desk", desk)))
                    .build();
    private final OtpMeters meters = new OtpMeters(system);

    @BeforeEach
    void bind() {
        system.runtime().addListener(meters);
        meters.bindTo(registry);
    }

    @AfterEach
    void stop() {
        end.countDown();
        system.close();
    }

    /** The states whose gauge is 1. */
    private List<String> states() {
        return registry.get("otp.system.state").gauges().stream()
                .filter(gauge -> gauge.value() == 1)
                .map(gauge -> gauge.getId().getTag("state"))
                .toList();
    }

    @Test
    void theStateIsTheOneGaugeThatIsOne() {
        assertThat(registry.get("otp.system.state").gauges()).extracting(Gauge::value).hasSize(5);
        assertThat(states()).containsExactly("stopped");

        system.start();
        assertThat(states()).containsExactly("running");

        desk.subject().send(Workers.crash(new IllegalStateException()));
        await().until(() -> system.restarts() == 1); // a message that is queued dies with the actor
        desk.subject().send(Workers.crash(new IllegalStateException()));
        await().until(() -> system.state() == OtpSystem.State.GAVE_UP);
        assertThat(states()).containsExactly("gave-up");
    }

    @Test
    void zombiesAreCountedWhileTheirCodeRuns() {
        system.start();
        var running = new CountDownLatch(1);
        desk.subject()
                .send(
                        Workers.run(
                                () -> {
                                    running.countDown();
                                    Expect.stubbornly(end);
                                }));
        Expect.await(running);
        Gauge zombies = registry.get("otp.zombies").gauge();
        assertThat(zombies.value()).isZero();

        Processes.kill(desk.pid().orElseThrow());

        await().until(() -> zombies.value() == 1);
        end.countDown();
        await().until(() -> zombies.value() == 0);
    }

    @Test
    void starvedCarriersAreCounted() {
        system.start();
        var starved = registry.get("otp.carriers.starved").functionCounter();
        double before = starved.count();

        desk.subject().send(Workers.run(this::computeUntilStarved));
        int carriers = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < carriers; i++) Thread.startVirtualThread(this::computeUntilStarved);

        await().atMost(Duration.ofSeconds(60)).until(() -> starved.count() > before);
        assertThat(registry.scrape()).containsPattern("(?m)^otp_carriers_starved_total [1-9]");
    }

    private void computeUntilStarved() {
        while (system.runtime().starvations() == 0 && end.getCount() > 0) Thread.onSpinWait();
    }

    @Test
    void namesInPrometheusSayEachThingOnce() {
        system.start();

        assertThat(registry.scrape().lines().map(line -> line.replaceAll("[{ ].*", "")))
                .contains(
                        "otp_system_state",
                        "otp_dead_letters_total",
                        "otp_held_messages",
                        "otp_handlers_stuck",
                        "otp_zombies",
                        "otp_carriers_starved_total",
                        "otp_actors_running",
                        "otp_actor_mailbox_size",
                        "otp_actor_mailbox_age_max_seconds",
                        "otp_actor_restarts_total",
                        "otp_actor_stops_total",
                        "otp_actor_stuck",
                        "otp_actor_stuck_found_total",
                        "otp_actor_calls_failed_total",
                        "otp_actor_start_seconds_count",
                        "otp_actor_start_max_seconds",
                        "otp_supervisor_tolerance_used",
                        "otp_supervisor_escalations_total");
    }

    @Test
    void theUsualFailuresOfCallsAreThereBeforeTheFirst() {
        system.start();

        assertThat(registry.get("otp.actor.calls.failed").tag("actor", "desk").meters())
                .extracting(meter -> meter.getId().getTag("outcome"))
                .containsExactlyInAnyOrder("timed-out", "callee-down");
        assertThat(
                        registry.get("otp.actor.calls.failed")
                                .tags("actor", "desk", "outcome", "timed-out")
                                .functionCounter()
                                .count())
                .isZero();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.test.OtpTesting;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessingMetersTests {
    private static final String NAME = "otp.actor.message.processing";

    private final Name<Runnable> desk = Name.create("desk");
    private final FactoryName<String, Subject<Runnable>> carts = FactoryName.create("carts");
    private final ProcessingMeters meters = new ProcessingMeters();

    /** Wraps the recorders that the engine gets, so that each measured time is known. */
    private final HandlerTiming exact =
            process -> {
                HandlerTiming.Recorder recorder = meters.recorder(process);
                return recorder == null
                        ? null
                        : (nanos, failed) -> recorder.handled(failed ? 5_000 : 2_000, failed);
            };

    private final OtpSystem system =
            OtpSystem.builder("test").root(this::root).runtime(r -> r.timing(1, exact)).build();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private StaticSupervisor.Builder root() {
        return StaticSupervisor.oneForOne()
                .add(ChildSpecification.worker("desk", () -> worker(desk).start()))
                .add(
                        FactorySupervisor.workerChild((String user) -> worker(null).start())
                                .named(carts)
                                .supervised("carts"));
    }

    private static dev.otp4j.actor.ActorBuilder<Integer, Runnable, Subject<Runnable>> worker(
            @Nullable Name<Runnable> name) {
        var worker =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer state, Runnable code) -> {
                                    code.run();
                                    return Next.continueWith(state);
                                });
        return name == null ? worker : worker.named(name);
    }

    private static void fail() {
        throw new IllegalStateException("on purpose");
    }

    @AfterEach
    void close() {
        system.close();
    }

    private static FunctionTimer timer(MeterRegistry registry, String actor, String outcome) {
        return registry.get(NAME).tags("actor", actor, "outcome", outcome).functionTimer();
    }

    private double count(String actor, String outcome) {
        return timer(registry, actor, outcome).count();
    }

    @Test
    void countAndSumByDefinitionAndOutcome() {
        meters.bindTo(registry);
        system.start();
        for (int i = 0; i < 3; i++) desk.subject().send(() -> {});
        desk.subject().send(ProcessingMetersTests::fail);

        await().until(() -> count("desk", "failed") == 1);
        assertThat(count("desk", "ok")).isEqualTo(3);
        FunctionTimer ok = timer(registry, "desk", "ok");
        assertThat(ok.getId().getTag("supervisor")).isEqualTo("root");
        assertThat(ok.totalTime(TimeUnit.NANOSECONDS)).isEqualTo(6_000);
        assertThat(timer(registry, "desk", "failed").totalTime(TimeUnit.NANOSECONDS))
                .isEqualTo(5_000);
        TimeGauge longest =
                registry.get(NAME + ".max").tags("actor", "desk", "outcome", "ok").timeGauge();
        assertThat(longest.value(TimeUnit.NANOSECONDS)).isEqualTo(2_000);
    }

    @Test
    void sumOverTheChildrenOfAFactoryAndLeaveSupervisorsOut() {
        meters.bindTo(registry);
        system.start();
        var factory = FactorySupervisor.byName(carts);
        for (int i = 0; i < 20; i++) factory.startChild("user" + i).data().send(() -> {});

        await().until(() -> count("carts", "ok") == 20);
        assertThat(timer(registry, "carts", "ok").getId().getTag("supervisor")).isEqualTo("carts");
        assertThat(registry.getMeters())
                .map(meter -> meter.getId().getTag("actor"))
                .containsOnly("desk", "carts");
        assertThat(registry.find(NAME).meters()).hasSize(4);
    }

    @Test
    void sayHowManyMessagesADefinitionHasHandled() {
        system.start();
        Pid root = OtpTesting.pid(system, "/");
        Pid clerk = OtpTesting.pid(system, "/desk");
        for (int i = 0; i < 3; i++) desk.subject().send(() -> {});
        await().untilAsserted(() -> assertThat(meters.handledBy(clerk)).isEqualTo(3));
        assertThat(meters.handledBy(root)).isNull();

        assertThat(new ProcessingMeters(() -> 61).handledBy(clerk)).isZero();
        assertThat(new ProcessingMeters(() -> 0).handledBy(clerk)).isNull();
    }

    @Test
    void showHowManyHandlersRanAtOnce() {
        meters.bindTo(registry);
        system.start();
        desk.subject().send(() -> {});

        await().until(() -> count("desk", "ok") == 1);
        double busy =
                registry.get("otp.actor.busy")
                        .tags("actor", "desk", "supervisor", "root")
                        .gauge()
                        .value();
        assertThat(busy).isPositive().isLessThan(1); // 2 µs of some milliseconds
    }

    @Test
    void outliveARestartAndAreSeenByARegistryThatComesLate() {
        system.start();
        desk.subject().send(() -> {});
        desk.subject().send(ProcessingMetersTests::fail);
        assertThat(system).hasRestarts(1);
        desk.subject().send(() -> {});
        meters.bindTo(registry);

        await().until(() -> count("desk", "ok") == 2);
        assertThat(count("desk", "failed")).isEqualTo(1);
    }

    private static MeterFilter percentiles() {
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(
                    Meter.Id id, DistributionStatisticConfig config) {
                return DistributionStatisticConfig.builder().percentiles(0.5).build().merge(config);
            }
        };
    }

    @Test
    void areATimerWhereADistributionIsWanted() {
        registry.config().meterFilter(percentiles());
        meters.bindTo(registry);
        system.start();
        for (int i = 0; i < 5; i++) desk.subject().send(() -> {});

        Timer timer = registry.get(NAME).tags("actor", "desk", "outcome", "ok").timer();
        await().until(() -> timer.count() == 5);
        assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isEqualTo(10_000);
        assertThat(timer.takeSnapshot().percentileValues()[0].value()).isBetween(1_900.0, 2_100.0);
        assertThat(registry.find(NAME + ".max").meter()).isNull();
    }

    @Test
    void areATimerWhereServiceLevelObjectivesAreWanted() {
        registry.config()
                .meterFilter(
                        new MeterFilter() {
                            @Override
                            public DistributionStatisticConfig configure(
                                    Meter.Id id, DistributionStatisticConfig config) {
                                return DistributionStatisticConfig.builder()
                                        .serviceLevelObjectives(Duration.ofMillis(1).toNanos())
                                        .build()
                                        .merge(config);
                            }
                        });
        meters.bindTo(registry);
        system.start();
        assertThat(registry.find(NAME).timers()).isNotEmpty();
    }

    @Test
    void areTheSameInAllRegistriesAndInThoseOfAComposite() {
        var composite = new CompositeMeterRegistry();
        composite.add(registry);
        var other = new SimpleMeterRegistry();
        other.config().meterFilter(percentiles());
        meters.bindTo(composite);
        meters.bindTo(other);
        system.start();
        desk.subject().send(() -> {});

        await().until(() -> count("desk", "ok") == 1);
        await().until(
                        () ->
                                other.get(NAME)
                                                .tags("actor", "desk", "outcome", "ok")
                                                .timer()
                                                .count()
                                        == 1);
        assertThat(registry.find(NAME).timers()).isEmpty();
    }

    private static MeterFilter histogram() {
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(
                    Meter.Id id, DistributionStatisticConfig config) {
                return DistributionStatisticConfig.builder()
                        .percentilesHistogram(true)
                        .build()
                        .merge(config);
            }
        };
    }

    @Test
    void areASummaryOfPrometheusOrItsHistogram() {
        var sums = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var buckets = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        buckets.config().meterFilter(histogram());
        meters.bindTo(sums);
        meters.bindTo(buckets);
        system.start();
        FactorySupervisor.byName(carts).startChild("somebody");
        for (int i = 0; i < 3; i++) desk.subject().send(() -> {});

        String own = "{actor=\"desk\",outcome=\"ok\",supervisor=\"root\"} ";
        await().untilAsserted(
                        () ->
                                assertThat(sums.scrape())
                                        .contains(
                                                "otp_actor_message_processing_seconds_count"
                                                        + own
                                                        + "3\n",
                                                "otp_actor_message_processing_seconds_sum"
                                                        + own
                                                        + "6.0E-6\n",
                                                "otp_actor_message_processing_max_seconds"
                                                        + own
                                                        + "2.0E-6\n")
                                        .doesNotContain("_bucket"));
        await().untilAsserted(
                        () ->
                                assertThat(buckets.scrape())
                                        .contains(
                                                "otp_actor_message_processing_seconds_count"
                                                        + own
                                                        + "3\n",
                                                "otp_actor_message_processing_seconds_bucket{"
                                                        + "actor=\"desk\",outcome=\"ok\""));
    }

    @Test
    void aRegistryMayDenyThem() {
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("otp."));
        meters.bindTo(registry);
        system.start();
        desk.subject().send(() -> {});

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void measureTheTimeInTheQueueWhereTheRuntimeNotesIt() {
        try (OtpSystem noting =
                OtpSystem.builder("noting")
                        .root(this::root)
                        .runtime(r -> r.timing(1, meters).queueTiming())
                        .build()) {
            meters.bindTo(registry);
            noting.start();
            for (int i = 0; i < 3; i++) desk.subject().send(() -> {});
            await().until(() -> count("desk", "ok") == 3);

            FunctionTimer waiting =
                    registry.get("otp.actor.message.waiting").tags("actor", "desk").functionTimer();
            assertThat(waiting.count()).isEqualTo(3);
            assertThat(waiting.totalTime(TimeUnit.NANOSECONDS)).isNotNegative();
        }
    }
}

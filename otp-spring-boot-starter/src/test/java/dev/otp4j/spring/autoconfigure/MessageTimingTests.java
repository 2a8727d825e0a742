/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actuate.autoconfigure.OtpMetricsAutoConfiguration;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.Subject;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The property {@code otp.metrics.message-timing} and its effects. */
class MessageTimingTests {
    private static final String NAME = "otp.actor.message.processing";

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    MetricsAutoConfiguration.class,
                                    CompositeMeterRegistryAutoConfiguration.class,
                                    OtpAutoConfiguration.class,
                                    OtpMetricsAutoConfiguration.class))
                    .withBean(SimpleMeterRegistry.class)
                    .withUserConfiguration(Counter.class)
                    .withBean(Client.class);

    record Client(Subject<Counter.Message> counter) {}

    private static MeterRegistry registry(AssertableApplicationContext context) {
        return context.getBean(MeterRegistry.class);
    }

    /**
     * Makes the counter handle {@code count} messages; the last of them may not be recorded yet.
     */
    private static void handled(AssertableApplicationContext context, int count) {
        Subject<Counter.Message> counter = context.getBean(Client.class).counter();
        for (int i = 1; i < count; i++) counter.send(new Counter.Add(1));
        assertThat(Counter.total(counter)).isEqualTo(count - 1);
    }

    private static FunctionTimer timer(AssertableApplicationContext context, String outcome) {
        return registry(context)
                .get(NAME)
                .tags("actor", "counter", "supervisor", "root", "outcome", outcome)
                .functionTimer();
    }

    @Test
    void noneIsTimedByDefault() {
        runner.run(
                context -> {
                    handled(context, 200);

                    assertThat(registry(context).find(NAME).meters()).isEmpty();
                    assertThat(registry(context).find("otp.actors.running").gauges()).isNotEmpty();
                });
    }

    @Test
    void allAreTimed() {
        runner.withPropertyValues("otp.metrics.message-timing=all")
                .run(
                        context -> {
                            handled(context, 200);

                            await().until(() -> timer(context, "ok").count() == 200);
                            assertThat(timer(context, "ok").totalTime(TimeUnit.NANOSECONDS))
                                    .isPositive();
                            context.getBean(Client.class).counter().send(new Counter.Crash());
                            await().until(() -> timer(context, "failed").count() == 1);
                            assertThat(timer(context, "ok").count()).isEqualTo(200);
                        });
    }

    @Test
    void oneIn61IsSampled() {
        runner.withPropertyValues("otp.metrics.message-timing=sampled")
                .run(
                        context -> {
                            handled(context, 4 * 61);

                            await().until(() -> timer(context, "ok").count() == 4);
                            assertThat(timer(context, "failed").count()).isZero();
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"percentiles.%s=0.5,0.99", "slo.%s=1ms"})
    void itsDistributionIsTheApplicationsToConfigure(String property) {
        runner.withPropertyValues(
                        "otp.metrics.message-timing=all",
                        "management.metrics.distribution." + property.formatted(NAME))
                .run(
                        context -> {
                            handled(context, 50);

                            Timer timer = registry(context).get(NAME).tag("outcome", "ok").timer();
                            await().until(() -> timer.count() == 50);
                            HistogramSnapshot shown = timer.takeSnapshot();
                            assertThat(shown.percentileValues().length)
                                    .isEqualTo(property.contains("0.99") ? 2 : 0);
                            assertThat(shown.histogramCounts().length > 0)
                                    .isEqualTo(!property.contains("0.99"));
                        });
    }

    @Test
    void theMetersCanBeDenied() {
        runner.withPropertyValues(
                        "otp.metrics.message-timing=all", "management.metrics.enable.otp=false")
                .run(
                        context -> {
                            handled(context, 50);
                            assertThat(registry(context).find(NAME).meters()).isEmpty();
                        });
    }

    @Test
    void aBeanOfOnesOwnTakesItsPlace() {
        var told = new AtomicInteger();
        runner.withPropertyValues("otp.metrics.message-timing=all")
                .withBean(
                        HandlerTiming.class,
                        () -> process -> (nanos, failed) -> told.incrementAndGet())
                .run(
                        context -> {
                            handled(context, 50);
                            await().until(() -> told.get() >= 50);
                            assertThat(registry(context).find(NAME).meters()).isEmpty();
                        });
    }

    @Test
    void withoutMetersItMeansNothing() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                .withUserConfiguration(Counter.class)
                .withBean(Client.class)
                .withPropertyValues("otp.metrics.message-timing=all")
                .run(context -> handled(context, 5));
    }
}

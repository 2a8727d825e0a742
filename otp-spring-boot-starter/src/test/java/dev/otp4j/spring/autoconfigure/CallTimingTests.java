/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actuate.autoconfigure.OtpMetricsAutoConfiguration;
import dev.otp4j.process.CallTiming;
import dev.otp4j.process.Subject;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The property {@code otp.metrics.call-timing} and its effects. */
class CallTimingTests {
    private static final String NAME = "otp.actor.calls";

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

    private static void call(AssertableApplicationContext context) {
        Counter.total(context.getBean(Client.class).counter());
    }

    @Test
    void noCallIsTimedByDefault() {
        runner.run(
                context -> {
                    call(context);
                    var registry = context.getBean(MeterRegistry.class);
                    assertThat(registry.find(NAME).meters()).isEmpty();
                });
    }

    @Test
    void eachCallIsTimed() {
        runner.withPropertyValues("otp.metrics.call-timing=true")
                .run(
                        context -> {
                            for (int i = 0; i < 3; i++) call(context);
                            var timer =
                                    context.getBean(MeterRegistry.class)
                                            .get(NAME)
                                            .tags("actor", "counter", "outcome", "ok")
                                            .functionTimer();
                            assertThat(timer.count()).isEqualTo(3);
                        });
    }

    @Test
    void aBeanOfOnesOwnTakesItsPlace() {
        var told = new AtomicInteger();
        runner.withPropertyValues("otp.metrics.call-timing=true")
                .withBean(CallTiming.class, () -> (callee, nanos, failed) -> told.incrementAndGet())
                .run(
                        context -> {
                            call(context);
                            assertThat(told).hasValue(1);
                            var registry = context.getBean(MeterRegistry.class);
                            assertThat(registry.find(NAME).meters()).isEmpty();
                        });
    }

    @Test
    void theTimeInTheQueueIsMeasuredOfTheMessagesThatAreTimed() {
        runner.withPropertyValues("otp.metrics.message-timing=all", "otp.metrics.queue-timing=true")
                .run(
                        context -> {
                            for (int i = 0; i < 3; i++) call(context);
                            call(context); // the one before has been measured
                            var timer =
                                    context.getBean(MeterRegistry.class)
                                            .get("otp.actor.message.waiting")
                                            .tags("actor", "counter")
                                            .functionTimer();
                            assertThat(timer.count()).isGreaterThanOrEqualTo(3);
                        });
    }

    @Test
    void theTimeInTheQueueOfNoMessageIsRefused() {
        runner.withPropertyValues("otp.metrics.queue-timing=true")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageContaining(
                                                "needs 'otp.metrics.message-timing=sampled'"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actuate.autoconfigure.OtpMetricsAutoConfiguration;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.LiveObjects;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Checks that closed contexts leave nothing behind. */
@Timeout(60)
class ContextsComeAndGoTests {
    private static final int WARM_UP = 10;

    /** If each context left an object behind, there would be this many more of them. */
    private static final int CONTEXTS = 250;

    /** A registry that outlives the contexts, each of which would otherwise close it. */
    private static final MeterRegistry REGISTRY =
            new SimpleMeterRegistry() {
                @Override
                public void close() {}
            };

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    MetricsAutoConfiguration.class,
                                    CompositeMeterRegistryAutoConfiguration.class,
                                    OtpAutoConfiguration.class,
                                    OtpMetricsAutoConfiguration.class))
                    .withPropertyValues(
                            "otp.metrics.message-timing=all",
                            "otp.supervision.start-timeout=1h",
                            "logging.level.root=warn")
                    .withUserConfiguration(Shared.class, Counter.class)
                    .withBean(Client.class);

    record Client(Subject<Counter.Message> counter) {}

    @Configuration(proxyBeanMethods = false)
    static class Shared {
        @Bean(destroyMethod = "")
        MeterRegistry registry() {
            return REGISTRY;
        }
    }

    private void comeAndGo(int contexts) {
        for (int n = 0; n < contexts; n++) {
            runner.run(
                    context -> {
                        Subject<Counter.Message> counter = context.getBean(Client.class).counter();
                        assertThat(Counter.total(counter)).isZero();
                        assertThat(REGISTRY.get("otp.actors.running").gauge().value()).isOne();
                    });
        }
    }

    @Test
    void nothingIsLeftOfThem() {
        comeAndGo(WARM_UP);
        LiveObjects before = LiveObjects.count();

        comeAndGo(CONTEXTS);

        assertThat(REGISTRY.getMeters())
                .filteredOn(meter -> meter.getId().getName().startsWith("otp."))
                .isEmpty();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(grown(before)).isEmpty());
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    private static Map<String, Long> grown(LiveObjects before) {
        Map<String, Long> grown = LiveObjects.count().growth(before, CONTEXTS / 2);
        grown.keySet().removeIf(type -> !isOurs(type));
        return grown;
    }

    /** Caches of the JDK, of Spring and of the test tools grow for a while. */
    private static boolean isOurs(String type) {
        return type.startsWith("dev.otp4j.")
                || type.startsWith("io.micrometer.")
                || type.startsWith("java.util.concurrent.ScheduledThreadPool")
                || type.contains("ApplicationContext")
                || type.equals("java.lang.Thread")
                || type.equals("java.lang.VirtualThread");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("otp"))
                .toList();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.event.ActorStartedEvent;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** With {@code spring.main.lazy-initialization} all beans are created on request only. */
@Timeout(60)
class LazyInitializationTests {
    static class Listening implements SupervisorListener {
        final List<SupervisorReport> reports = new CopyOnWriteArrayList<>();

        @Override
        public void reported(SupervisorReport report) {
            reports.add(report);
        }
    }

    static class Events {
        final List<String> started = new CopyOnWriteArrayList<>();

        @EventListener
        void started(ActorStartedEvent event) {
            started.add(event.getPath());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        ApplicationAvailabilityAutoConfiguration.class,
        OtpAutoConfiguration.class
    })
    @Import(Counter.class)
    static class Application {
        @Bean
        Listening listening() {
            return new Listening();
        }

        @Bean
        Events events() {
            return new Events();
        }
    }

    private static ConfigurableApplicationContext run(String... arguments) {
        var spring = new SpringApplication(Application.class);
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.setLazyInitialization(true);
        return spring.run(arguments);
    }

    @SuppressWarnings("unchecked")
    private static Subject<Counter.Message> counter(ConfigurableApplicationContext context) {
        return (Subject<Counter.Message>) context.getBean("counter");
    }

    @Test
    void theTreeStartsAndActorsAreReached() {
        try (var context = run()) {
            assertThat(context.getBean(OtpSystem.class).state()).isEqualTo(OtpSystem.State.RUNNING);
            assertThat(Counter.total(counter(context))).isZero();
        }
    }

    @Test
    void listenersAreToldFromTheFirstStartOn() {
        try (var context = run()) {
            await().until(() -> context.getBean(Events.class).started.contains("/counter"));
            await().until(
                            () ->
                                    context.getBean(Listening.class).reports.stream()
                                            .anyMatch(report -> report.child().equals("counter")));
        }
    }

    @Test
    void aRootThatGivesUpBreaksLiveness() {
        try (var context = run("--otp.supervision.supervisors.root.intensity=0")) {
            counter(context).send(new Counter.Crash());

            await().until(
                            () ->
                                    context.getBean(ApplicationAvailability.class)
                                                    .getLivenessState()
                                            == LivenessState.BROKEN);
        }
    }
}

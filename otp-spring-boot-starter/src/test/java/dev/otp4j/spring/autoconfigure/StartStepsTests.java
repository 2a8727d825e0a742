/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.context.metrics.buffering.StartupTimeline.TimelineEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.metrics.StartupStep;

/** The starts of actors at boot are steps of the application's start-up. */
class StartStepsTests {
    private final BufferingApplicationStartup startup = new BufferingApplicationStartup(10_000);

    @Supervisor("shop")
    static class Shop {}

    abstract static class Idle implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            if (message.equals("crash")) throw new IllegalStateException("told to crash");
            return Next.continueWith(state);
        }
    }

    @SupervisedActor(value = "stock", supervisor = Shop.class, order = 1)
    static class Stock extends Idle {}

    @SupervisedActor(value = "orders", supervisor = Shop.class, order = 2)
    static class Orders extends Idle {}

    @SupervisedActor(value = "broken", supervisor = Shop.class, order = 3)
    static class Broken extends Idle {
        @Override
        public Integer init(Subject<String> self) {
            throw new IllegalStateException("cannot start");
        }
    }

    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({Stock.class, Orders.class})
    static class Application {}

    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({Stock.class, Broken.class})
    static class BrokenApplication {}

    private ConfigurableApplicationContext run(Class<?> application) {
        var spring = new SpringApplication(application);
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.setRegisterShutdownHook(false);
        spring.setApplicationStartup(startup);
        return spring.run("--spring.main.banner-mode=off");
    }

    private List<TimelineEvent> steps(String prefix) {
        return startup.getBufferedTimeline().getEvents().stream()
                .filter(event -> event.getStartupStep().getName().startsWith(prefix))
                .sorted((a, b) -> Long.compare(id(a), id(b)))
                .toList();
    }

    private static long id(TimelineEvent event) {
        return event.getStartupStep().getId();
    }

    private static String line(TimelineEvent event) {
        var text = new StringBuilder(event.getStartupStep().getName());
        for (StartupStep.Tag tag : event.getStartupStep().getTags()) {
            text.append(' ').append(tag.getKey()).append('=').append(tag.getValue());
        }
        return text.toString();
    }

    @Test
    void standInOrderWithTheirDurationsAndLieInTheStepOfTheirSupervisor() {
        try (var context = run(Application.class)) {
            List<TimelineEvent> steps = steps("otp.");
            assertThat(steps)
                    .map(StartStepsTests::line)
                    .containsExactly(
                            "otp.tree.start",
                            "otp.supervisor.start path=/shop",
                            "otp.actor.start path=/shop/stock",
                            "otp.actor.start path=/shop/orders");
            TimelineEvent tree = steps.get(0);
            TimelineEvent shop = steps.get(1);
            assertThat(shop.getStartupStep().getParentId()).isEqualTo(id(tree));
            for (TimelineEvent actor : steps.subList(2, 4)) {
                assertThat(actor.getStartupStep().getParentId()).isEqualTo(id(shop));
                assertThat(actor.getDuration()).isPositive();
                assertThat(actor.getStartTime()).isAfterOrEqualTo(shop.getStartTime());
                assertThat(actor.getEndTime()).isBeforeOrEqualTo(shop.getEndTime());
            }
            assertThat(context.isRunning()).isTrue();
        }
    }

    @Test
    void aRestartIsNoStep() {
        try (var context = run(Application.class)) {
            @SuppressWarnings("unchecked")
            var stock = (Subject<String>) context.getBean("stock");
            OtpSystem system = context.getBean(OtpSystem.class);
            stock.send("crash");
            assertThat(system).hasRestarts(1);
            assertThat(steps("otp.actor.start")).hasSize(2);
        }
    }

    @Test
    void aStartThatFailsSaysSo() {
        assertThatThrownBy(() -> run(BrokenApplication.class)).isNotNull();
        assertThat(steps("otp.actor.start"))
                .map(StartStepsTests::line)
                .first()
                .isEqualTo("otp.actor.start path=/shop/stock");
        assertThat(steps("otp.actor.start"))
                .map(StartStepsTests::line)
                .anyMatch(line -> line.startsWith("otp.actor.start path=/shop/broken failure="));
    }
}

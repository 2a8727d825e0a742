/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.event.ActorEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;

/** Spring's test framework pauses contexts that it keeps, and restarts them for the next test. */
@Timeout(60)
class PausedContextTests {
    record Client(Subject<Counter.Message> counter) {}

    static class Events {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @EventListener
        void hear(ActorEvent event) {
            heard.add(event.getClass().getSimpleName());
        }
    }

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Counter.class)
                    .withBean(Client.class)
                    .withBean(Events.class);

    @Test
    void aRestartedContextHasTheSameSubjectsAndNewActors() {
        runner.run(
                context -> {
                    var source =
                            (ConfigurableApplicationContext) context.getSourceApplicationContext();
                    var system = context.getBean(OtpSystem.class);
                    var counter = context.getBean(Client.class).counter();
                    counter.send(new Counter.Add(1));
                    assertThat(Counter.total(counter)).isOne();

                    for (int pauses = 0; pauses < 3; pauses++) {
                        source.pause();
                        assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
                        counter.send(new Counter.Add(2)); // held
                        source.restart();

                        assertThat(Counter.total(counter)).isEqualTo(2);
                    }
                });
    }

    @Test
    void eventsGoOn() {
        runner.run(
                context -> {
                    var source =
                            (ConfigurableApplicationContext) context.getSourceApplicationContext();
                    var heard = context.getBean(Events.class).heard;

                    source.pause();
                    source.restart();

                    await().untilAsserted(
                                    () ->
                                            assertThat(heard)
                                                    .containsExactly(
                                                            "ActorStartedEvent",
                                                            "ActorStoppedEvent",
                                                            "ActorStartedEvent"));
                });
    }
}

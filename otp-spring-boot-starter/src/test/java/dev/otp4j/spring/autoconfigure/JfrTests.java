/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.jfr.JfrEvents;
import dev.otp4j.process.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What an application with the starter commits to a recording. */
class JfrTests {
    record Client(Subject<Counter.Message> counter) {}

    @TempDir Path folder;

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    OtpAutoConfiguration.class, OtpJfrAutoConfiguration.class))
                    .withUserConfiguration(Counter.class)
                    .withBean(Client.class);

    private List<RecordedEvent> recorded(Recording recording) throws IOException {
        Path file = folder.resolve("events.jfr");
        recording.stop();
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.otp4j."))
                .filter(event -> event.hasField("path"))
                .filter(event -> "/counter".equals(event.getString("path")))
                .toList();
    }

    @Test
    void aCrashAndARestartAreEventsByDefault() {
        runner.run(
                context -> {
                    var system = context.getBean(OtpSystem.class);
                    try (var recording = new Recording()) {
                        recording.enable("dev.otp4j.Crash");
                        recording.enable("dev.otp4j.Restart");
                        recording.enable("dev.otp4j.HandlerSlow").withThreshold(Duration.ZERO);
                        recording.start();
                        context.getBean(Client.class).counter().send(new Counter.Crash());
                        assertThat(system).hasRestarts(1);
                        system.runtime().awaitReports(Duration.ofSeconds(5));

                        assertThat(recorded(recording))
                                .extracting(event -> event.getEventType().getName())
                                .containsExactlyInAnyOrder("dev.otp4j.Crash", "dev.otp4j.Restart");
                    }
                });
    }

    @Test
    void slowHandlersAreEventsIfWanted() {
        runner.withPropertyValues("otp.jfr.slow-handlers=true")
                .run(
                        context -> {
                            try (var recording = new Recording()) {
                                recording
                                        .enable("dev.otp4j.HandlerSlow")
                                        .withThreshold(Duration.ZERO);
                                recording.start();
                                Subject<Counter.Message> counter =
                                        context.getBean(Client.class).counter();
                                counter.send(new Counter.Add(1));
                                assertThat(Counter.total(counter)).isEqualTo(1);

                                assertThat(recorded(recording))
                                        .extracting(event -> event.getString("messageType"))
                                        .contains(Counter.Add.class.getName());
                            }
                        });
    }

    @Test
    void thereIsNoListenerIfItIsOffOrTheJvmHasNoFlightRecorder() {
        runner.withPropertyValues("otp.jfr.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(JfrEvents.class));
        runner.withPropertyValues("otp.jfr.slow-handlers=true")
                .withClassLoader(new FilteredClassLoader("jdk.jfr"))
                .run(
                        context -> {
                            assertThat(context).doesNotHaveBean(JfrEvents.class);
                            assertThat(Counter.total(context.getBean(Client.class).counter()))
                                    .isZero();
                        });
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.cases.jar.ProbeApplication;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;

/** The engine's threads in an application. */
abstract class ThreadCases {
    @Test
    @Tag("J1")
    void codeInAPackedApplicationFindsResourcesServicesAndClasses(@TempDir Path folder)
            throws Exception {
        Path jar = BootJar.pack(folder.resolve("probe.jar"), ProbeApplication.class);
        try (var jvm = ChildJvm.start(List.of("-jar", jar.toString()))) {
            jvm.finished(Duration.ofSeconds(40));

            var soft = new SoftAssertions();
            for (String place : ProbeApplication.PLACES) {
                soft.assertThat(jvm.value(place)).as(place).isEqualTo("true 1 found");
            }
            soft.assertAll();
        }
    }

    @Test
    @Tag("N4")
    void aWebApplicationHasNoThreadOfTheProjectThatKeepsTheJvmAlive() {
        try (var context =
                SpringApplication.run(
                        new Class<?>[] {Contexts.Auto.class, Probe.class, Contexts.Client.class},
                        new String[] {"--server.port=0"})) {
            assertThat(Probe.total(Contexts.probe(context))).isZero();

            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !thread.isDaemon())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("otp"));
        }
    }

    @SupervisedActor("spawner")
    static class SpawnerActor extends DeathCases.Spawner {}

    record SpawnerClient(Subject<DeathCases.Spawn> spawner) {}

    @Test
    @Tag("H4")
    void aProcessOutsideTheTreeIsKilledAndReportedWhenTheContextIsClosed() {
        try (var lines = new Lines()) {
            Contexts.runner(SpawnerActor.class, SpawnerClient.class)
                    .run(
                            context -> {
                                var spawner = context.getBean(SpawnerClient.class).spawner();
                                Pid spawned = spawner.call(Probe.PATIENCE, DeathCases.Spawn::new);

                                context.getSourceApplicationContext().close();

                                DeathCases.assertKilledAndReported(spawned, lines);
                            });
        }
    }
}

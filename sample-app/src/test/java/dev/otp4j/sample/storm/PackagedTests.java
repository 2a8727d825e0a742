/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.probe.ClassLoaderProbe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged application, started with {@code java -jar}: there the application's classes are not
 * on the JDK's class path. Runs after Maven has packaged it; the system property {@code sample.jar}
 * names the jar.
 */
@EnabledIfSystemProperty(named = "sample.jar", matches = ".+")
@Timeout(300)
class PackagedTests {
    private static final List<String> PLACES =
            List.of("constructor", "init", "handler", "listener", "callAsync");

    @TempDir Path folder;

    /** Beans are lazy here, so that the database is set up in an actor, which needs it first. */
    @Test
    void actorsFindResourcesServicesAndClassesOfTheApplication() throws IOException {
        RelayProcess process =
                RelayProcess.startJar(
                        withProbe(), folder, "256m", "--spring.main.lazy-initialization=true");
        try {
            assertThat(process.relay().subscribe("http://localhost:9/none").get("id")).isNotNull();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> process.output().contains("PROBE callAsync"));
            for (String place : PLACES) {
                assertThat(process.output())
                        .contains("PROBE " + place + ": resource true, drivers 2, class true");
            }
        } finally {
            process.kill();
        }
    }

    private Path withProbe() throws IOException {
        Path jar = folder.resolve("relay.jar");
        Files.copy(Path.of(System.getProperty("sample.jar")), jar);
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            Path classes = files.getPath("BOOT-INF", "classes");
            write(classes.resolve("probe.txt"), "here");
            write(
                    classes.resolve(
                            "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports"),
                    ClassLoaderProbe.class.getName());
            for (Class<?> type : ClassLoaderProbe.class.getNestMembers()) copy(type, classes);
        }
        return jar;
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static void copy(Class<?> type, Path classes) throws IOException {
        String name = type.getName().replace('.', '/') + ".class";
        Path target = classes.resolve(name);
        Files.createDirectories(target.getParent());
        try (InputStream content = type.getClassLoader().getResourceAsStream(name)) {
            Files.copy(content, target);
        }
    }
}

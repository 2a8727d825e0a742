/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTests {
    /** A logging library. */
    public static final class Library extends System.LoggerFinder {
        /** Made by name. */
        public Library() {}

        @Override
        public System.Logger getLogger(String name, Module module) {
            return new Sink(name);
        }
    }

    private record Sink(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {}

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object... values) {}
    }

    @Test
    void areThoseOfTheJvmIfThereIsNoLibrary() {
        assertThat(Logs.of("some")).hasSameClassAs(System.getLogger("some"));
    }

    /** As in the jar of a Spring Boot application: the JVM's class loader sees no library. */
    @Test
    void areThoseOfTheLibraryBesideTheEngine(@TempDir Path services) throws Exception {
        provide(services, Library.class.getName());

        try (var application = application(services)) {
            assertThat(logger(application).getClass().getName()).isEqualTo(Sink.class.getName());
            assertThat(logger(application).getName()).isEqualTo("some");
        }
    }

    @Test
    void areThoseOfTheJvmIfTheLibraryIsBroken(@TempDir Path services) throws Exception {
        provide(services, "no.such.Library");

        try (var application = application(services)) {
            assertThat(logger(application)).hasSameClassAs(System.getLogger("some"));
        }
    }

    private static void provide(Path services, String library) throws IOException {
        Path file = services.resolve("META-INF/services/java.lang.System$LoggerFinder");
        Files.createDirectories(file.getParent());
        Files.writeString(file, library);
    }

    /** The engine and its tests once more, in a class loader of their own. */
    private static URLClassLoader application(Path services) throws IOException {
        URL[] parts = {
            Logs.class.getProtectionDomain().getCodeSource().getLocation(),
            LogsTests.class.getProtectionDomain().getCodeSource().getLocation(),
            services.toUri().toURL()
        };
        return new URLClassLoader(parts, ClassLoader.getPlatformClassLoader());
    }

    private static System.Logger logger(ClassLoader application) throws Exception {
        Class<?> logs = application.loadClass(Logs.class.getName());
        return (System.Logger) logs.getMethod("of", String.class).invoke(null, "some");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program in a separate JVM. It prints its results, one line {@code name=value} for each. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final Path output;

    private ChildJvm(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts a class with the class path of this JVM. */
    static ChildJvm start(Class<?> main, List<String> options, String... arguments) {
        return start(main, options, classPath(), arguments);
    }

    /** Starts a class that needs the engine and nothing else. */
    static ChildJvm startBare(Class<?> main, List<String> options, String... arguments) {
        return start(main, options, engineClassPath(), arguments);
    }

    private static ChildJvm start(
            Class<?> main, List<String> options, String classPath, String... arguments) {
        var command = new ArrayList<>(options);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return start(command);
    }

    /** Starts {@code java} with these arguments. */
    static ChildJvm start(List<String> arguments) {
        try {
            Path output = Files.createTempFile("case-", ".log");
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-XX:TieredStopAtLevel=1");
            command.add("-Djava.util.logging.config.file=" + quiet());
            command.addAll(arguments);
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            return new ChildJvm(builder.redirectOutput(output.toFile()).start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path quiet() throws IOException {
        Path file = Files.createTempFile("case-", ".properties");
        file.toFile().deleteOnExit();
        return Files.writeString(file, "handlers=\n.level=OFF\n");
    }

    static String classPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** {@return the classes of this build, and what the engine's annotations need} */
    static String engineClassPath() {
        return Stream.of(classPath().split(File.pathSeparator))
                .filter(ChildJvm::isOfEngine)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOfEngine(String entry) {
        Path path = Path.of(entry);
        String name = path.getFileName().toString();
        return Files.isDirectory(path)
                || name.startsWith("otp-core")
                || name.startsWith("jspecify");
    }

    /** Waits until the program has ended; returns this. */
    ChildJvm finished(Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) return this;
            throw new AssertionError("the program runs after " + limit + ":\n" + text());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the program has printed the value of that name; returns the value. */
    String awaitValue(String name, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (find(name) == null) {
            if (!process.isAlive() || System.nanoTime() - end > 0) return value(name);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return value(name);
    }

    /** {@return the value that the program has printed for that name} */
    String value(String name) {
        String found = find(name);
        if (found == null) throw new AssertionError("no '" + name + "' in the output:\n" + text());
        return found;
    }

    private String find(String name) {
        return text().lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse(null);
    }

    /** {@return the output of the program so far} */
    String text() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

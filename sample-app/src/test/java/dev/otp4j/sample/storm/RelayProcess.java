/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import com.sun.tools.attach.VirtualMachine;
import dev.otp4j.sample.SampleApplication;
import dev.otp4j.sample.testkit.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The application in a separate JVM, whose heap can be measured. */
public final class RelayProcess {
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Pattern VIRTUAL =
            Pattern.compile("(\\d+)\\s+\\d+\\s+java\\.lang\\.VirtualThread\\s");
    private static final Duration START = Duration.ofMinutes(4);

    private final Process process;
    private final Path log;
    private final Path folder;
    private final int port;

    private RelayProcess(Process process, Path log, Path folder, int port) {
        this.process = process;
        this.log = log;
        this.folder = folder;
        this.port = port;
    }

    /** Starts it from the class path of the tests and waits until it listens. */
    static RelayProcess start(Path folder, String heap, String... arguments) {
        return launch(folder, List.of(), fromClassPath(heap), arguments);
    }

    /** As {@link #startJar}, with at most so many file descriptors. */
    static RelayProcess startJarWithFiles(
            int files, Path jar, Path folder, String heap, String... arguments) {
        var limited = List.of("sh", "-c", "ulimit -n " + files + " && exec \"$@\"", "sh");
        return launch(folder, limited, fromJar(jar, heap), arguments);
    }

    private static List<String> fromClassPath(String heap) {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of("-Xmx" + heap, "-cp", classPath, SampleApplication.class.getName());
    }

    /** Starts it with {@code java -jar} and waits until it listens. */
    public static RelayProcess startJar(Path jar, Path folder, String heap, String... arguments) {
        return launch(folder, List.of(), fromJar(jar, heap), arguments);
    }

    private static List<String> fromJar(Path jar, String heap) {
        return List.of("-Xmx" + heap, "-jar", jar.toString());
    }

    private static RelayProcess launch(
            Path folder, List<String> before, List<String> what, String... arguments) {
        try {
            Path log = Files.createTempFile(folder, "relay-", ".log");
            List<String> command = new ArrayList<>(before);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-XX:+ExitOnOutOfMemoryError"); // as the documented command
            command.addAll(what);
            command.addAll(
                    List.of(
                            "--server.port=0",
                            "--spring.profiles.active=chaos",
                            "--spring.main.banner-mode=off",
                            "--relay.allow-private-addresses=true", // the receivers are here
                            "--relay.data-dir=" + folder.resolve("data")));
            command.addAll(List.of(arguments));
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            return new RelayProcess(process, log, folder, awaitPort(process, log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int awaitPort(Process process, Path log) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            Matcher port = PORT.matcher(Files.readString(log));
            if (port.find()) return Integer.parseInt(port.group(1));
            if (ended(process, Duration.ofMillis(50)) || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new AssertionError("the application does not start:\n" + tail(log));
            }
        }
    }

    private static boolean ended(Process process, Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    /** {@return the port at which it listens} */
    public int port() {
        return port;
    }

    /** {@return the processor time that it has used} */
    public Duration processorTime() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** {@return a client of it} */
    public Relay relay() {
        return new Relay(port);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@return the output of the application so far} */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the last lines of the output} */
    String lastLines() {
        try {
            return tail(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the JVM to end, as Ctrl-C does. {@return its exit code} */
    int stop(Duration within) {
        process.destroy();
        if (!ended(process, within)) {
            throw new AssertionError("it does not end within " + within + ":\n" + lastLines());
        }
        return process.exitValue();
    }

    /** Kills the JVM, without a shutdown. */
    public void kill() {
        process.destroyForcibly();
        ended(process, Duration.ofSeconds(30));
    }

    /**
     * The resources that the JVM uses.
     *
     * @param heap bytes that are in use after a full collection
     * @param threads platform threads, but for those that serve these looks
     * @param virtualThreads virtual threads, those between two activations included
     */
    public record Usage(long heap, int threads, int virtualThreads) {
        public long megabytes() {
            return heap >> 20;
        }
    }

    public Usage usage() {
        try {
            var machine = VirtualMachine.attach(Long.toString(process.pid()));
            String address;
            try {
                address = machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
            try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
                var server = connector.getMBeanServerConnection();
                var memory = ManagementFactory.getPlatformMXBean(server, MemoryMXBean.class);
                var threads = ManagementFactory.getPlatformMXBean(server, ThreadMXBean.class);
                memory.gc();
                memory.gc();
                long heap = memory.getHeapMemoryUsage().getUsed();
                return new Usage(heap, platform(threads), virtual(server));
            }
        } catch (Exception e) {
            throw new AssertionError("the JVM cannot be looked at:\n" + lastLines(), e);
        }
    }

    private static int platform(ThreadMXBean threads) {
        return (int)
                Stream.of(threads.getThreadInfo(threads.getAllThreadIds()))
                        .filter(thread -> thread != null)
                        .filter(thread -> !thread.getThreadName().startsWith("RMI "))
                        .count();
    }

    /** Counts objects: a dump of the stacks of virtual threads can crash a JVM 25. */
    private static int virtual(MBeanServerConnection server) throws Exception {
        Object histogram =
                server.invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Matcher line = VIRTUAL.matcher(histogram.toString());
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }
}

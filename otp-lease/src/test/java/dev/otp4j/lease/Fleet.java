/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Instances in JVMs of their own, on one PostgreSQL, all of which write to one arbiter. */
final class Fleet implements AutoCloseable {
    /**
     * How an instance is started.
     *
     * @param options of the JVM
     * @param environment of the process
     */
    record Launch(List<String> options, Map<String, String> environment) {
        static final Launch USUAL =
                new Launch(List.of("-XX:TieredStopAtLevel=1", "-Xmx96m"), Map.of());
    }

    final Arbiter arbiter;
    private final Map<String, Process> processes = new TreeMap<>();
    private final Path folder;
    private final Duration ttl;
    private final ArbiterServer server;
    private EmbeddedPostgres database;

    Fleet(Path folder, Duration ttl) throws Exception {
        this.folder = folder;
        this.ttl = ttl;
        this.database = database(0);
        this.server = new ArbiterServer();
        this.arbiter = server.arbiter;
        JdbcLeaseStore.of(() -> DriverManager.getConnection(url(), "postgres", "postgres"))
                .initializeSchema();
    }

    private EmbeddedPostgres database(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
    }

    private String url() {
        return "jdbc:postgresql://localhost:%d/postgres".formatted(database.getPort());
    }

    void restartDatabase(Runnable meanwhile) throws IOException {
        int port = database.getPort();
        database.close();
        meanwhile.run();
        database = database(port);
    }

    void launch(String name) throws IOException {
        launch(name, Launch.USUAL);
    }

    void launch(String name, Launch how) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(how.options());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(LeaseProcess.class.getName(), name, url()));
        command.add(Integer.toString(server.port()));
        command.add(Long.toString(ttl.toMillis()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(how.environment());
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(file(name)));
        processes.put(name, builder.start());
    }

    /** {@return what an instance has printed} */
    String log(String name) throws IOException {
        return Files.readString(file(name).toPath());
    }

    private File file(String name) {
        return new File(folder.toFile(), name + ".log");
    }

    List<String> names() {
        return List.copyOf(processes.keySet());
    }

    Process process(String name) {
        return processes.get(name);
    }

    void signal(String name, String signal) throws Exception {
        long pid = processes.get(name).pid();
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Stops an instance in order, by the end of its standard input. */
    void stop(String name) throws Exception {
        Process process = processes.get(name);
        process.getOutputStream().close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("%s stops", name).isTrue();
    }

    void awaitHolder() {
        await("a holder", () -> arbiter.writes() > 10, Duration.ofSeconds(30));
    }

    void awaitSuccessor(String of) {
        await("a successor of " + of, () -> isOther(of), Duration.ofSeconds(30));
    }

    private boolean isOther(String than) {
        return !arbiter.writer().equals(than) && arbiter.writes() > 10;
    }

    /** Whether there is no write for 50 ms. */
    boolean isQuiet() {
        int before = arbiter.writes();
        pause(50);
        return arbiter.writes() == before;
    }

    static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    static void await(String what, BooleanSupplier condition, Duration limit) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as(what).isLessThan(limit);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() throws Exception {
        for (Process process : processes.values()) process.destroyForcibly().waitFor();
        server.close();
        database.close();
    }
}

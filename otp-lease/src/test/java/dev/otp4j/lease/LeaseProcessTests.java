/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Rule;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances in JVMs of their own, on one PostgreSQL, with {@code kill -9}, SIGSTOP and a restart of
 * the database. {@code -Dlease.process-rounds=1000} adds rounds of random faults.
 */
@Tag("race")
@Timeout(3600)
class LeaseProcessTests {
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final int ROUNDS = Integer.getInteger("lease.process-rounds", 1);

    private static final int KILLS = 1 + ROUNDS / 10;

    private final Map<String, Process> processes = new HashMap<>();
    @TempDir private Path folder;
    private EmbeddedPostgres database;
    private ArbiterServer server;
    private Arbiter arbiter;

    @BeforeEach
    @Timeout(120)
    void start() throws Exception {
        database = database(0);
        server = new ArbiterServer();
        arbiter = server.arbiter;
        JdbcLeaseStore.of(() -> DriverManager.getConnection(url(), "postgres", "postgres"))
                .initializeSchema();
        for (String name : new String[] {"one", "two", "three"}) launch(name);
        await("a holder", () -> arbiter.writes() > 10, Duration.ofSeconds(30));
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

    private void launch(String name) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeaseProcess.class.getName(),
                        name,
                        url(),
                        Integer.toString(server.port()),
                        Long.toString(TTL.toMillis()));
        builder.redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), name + ".log")));
        processes.put(name, builder.start());
    }

    @AfterEach
    @Timeout(120)
    void stop() throws Exception {
        for (Process process : processes.values()) process.destroyForcibly().waitFor();
        server.close();
        database.close();
    }

    private static void await(String what, BooleanSupplier condition, Duration limit) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as(what).isLessThan(limit);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void signal(String name, String signal) throws Exception {
        long pid = processes.get(name).pid();
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    private void awaitSuccessor(String of) {
        await("a successor of " + of, () -> isOther(of), Duration.ofSeconds(30));
    }

    private boolean isOther(String than) {
        return !arbiter.writer().equals(than) && arbiter.writes() > 10;
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    @Rule({"LE-02", "LE-03", "LE-04"})
    void faultsOfRealProcesses() throws Exception {
        killNine();
        stopAndContinue();
        databaseRestarts();
        randomFaults();
        assertThat(arbiter.faults()).isEmpty();
        System.out.printf(
                "lease processes: holders=%d refused writes=%d longest gap=%d ms%n",
                arbiter.holders(), arbiter.refused(), arbiter.longestGapMillis());
    }

    private void killNine() throws Exception {
        for (int i = 0; i < KILLS; i++) {
            String holder = arbiter.writer();
            long killed = System.nanoTime();
            signal(holder, "KILL");
            awaitSuccessor(holder);
            long after = TimeUnit.NANOSECONDS.toMillis(arbiter.firstWriteAfter(killed));
            System.out.printf("kill -9: successor wrote after %d ms, TTL %s%n", after, TTL);
            assertThat(after).isLessThan(TTL.toMillis() + 500);
            launch(holder);
        }
    }

    /** All threads of the holder stand still for longer than its lease lives. */
    private void stopAndContinue() throws Exception {
        String holder = arbiter.writer();
        signal(holder, "STOP");
        awaitSuccessor(holder);
        pause(500);
        long token = arbiter.largest();
        signal(holder, "CONT");
        pause(1000);
        System.out.printf("SIGSTOP: %d writes of the old holder refused%n", arbiter.refused());
        assertThat(arbiter.writer()).isNotEqualTo(holder);
        assertThat(arbiter.largest()).isEqualTo(token);
    }

    private void databaseRestarts() throws Exception {
        String holder = arbiter.writer();
        int port = database.getPort();
        long token = arbiter.largest();
        database.close();
        await("the holder stops", this::isQuiet, TTL);
        pause(4000 - TTL.toMillis());
        database = database(port);
        await("it goes on", () -> arbiter.largest() > token, Duration.ofSeconds(20));
        System.out.printf("database restarted: %s, then %s%n", holder, arbiter.writer());
    }

    private boolean isQuiet() {
        int before = arbiter.writes();
        pause(50);
        return arbiter.writes() == before;
    }

    private void randomFaults() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var names = processes.keySet().stream().sorted().toList();
        for (int i = 0; i < ROUNDS; i++) {
            String holder = arbiter.writer();
            String hit = random.nextInt(3) == 0 ? names.get(random.nextInt(3)) : holder;
            switch (random.nextInt(3)) {
                case 0 -> {
                    signal(hit, "KILL");
                    processes.get(hit).waitFor();
                    launch(hit);
                }
                case 1 -> {
                    signal(hit, "STOP");
                    pause(random.nextLong(2 * TTL.toMillis()));
                    signal(hit, "CONT");
                }
                default -> { // in order
                    processes.get(hit).getOutputStream().close();
                    assertThat(processes.get(hit).waitFor(20, TimeUnit.SECONDS)).isTrue();
                    launch(hit);
                }
            }
            long token = arbiter.largest();
            int writes = arbiter.writes();
            await(
                    "round %d of seed %d goes on".formatted(i, seed),
                    () -> arbiter.largest() > token || arbiter.writes() > writes + 5,
                    Duration.ofSeconds(30));
        }
    }
}

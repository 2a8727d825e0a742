/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Rule;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * Two instances in JVMs of their own, on one PostgreSQL, of which one is killed, stopped in order,
 * or paused in each round. {@code -Ddelivery.process-rounds=1000} sets the number of rounds.
 */
@Tag("race")
@Timeout(36_000)
class DeliveryProcessTests {
    private static final int ROUNDS = Integer.getInteger("delivery.process-rounds", 6);

    private final String url = Databases.postgres();
    private final JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(url));
    private final List<Process> all = new ArrayList<>();
    private final List<Process> running = new ArrayList<>();
    private final long seed = Long.getLong("delivery.seed", System.nanoTime());
    private final Random random = new Random(seed);
    @TempDir private Path folder;
    private int launched;

    @BeforeEach
    void createTables() {
        var script =
                new ClassPathResource(
                        "org/springframework/modulith/events/jdbc/schemas/v2/schema-postgresql.sql");
        new ResourceDatabasePopulator(script).execute(Objects.requireNonNull(jdbc.getDataSource()));
        jdbc.execute("CREATE TABLE orders (id UUID PRIMARY KEY)");
        jdbc.execute("CREATE TABLE packed (id UUID NOT NULL)");
    }

    private Process launch(Duration placing) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeliveryProcess.class.getName(),
                        url,
                        Long.toString(placing.toMillis()));
        builder.redirectErrorStream(true);
        builder.redirectOutput(new File(folder.toFile(), ++launched + ".log"));
        Process process = builder.start();
        running.add(process);
        all.add(process);
        return process;
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : all) {
            process.destroyForcibly();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private long count(String sql) {
        return Objects.requireNonNull(jdbc.queryForObject(sql, Long.class));
    }

    private static void await(String what, Duration limit, BooleanSupplier condition) {
        long until = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - until).as(what).isNegative();
            LockSupport.parkNanos(20_000_000);
        }
    }

    private long placed() {
        return count("SELECT COUNT(*) FROM orders");
    }

    /** An end without warning, one in order, or a pause after which its attempts are stale. */
    private void fault(Process hit, Duration placing) throws Exception {
        switch (random.nextInt(3)) {
            case 0 -> hit.destroyForcibly();
            case 1 -> hit.destroy();
            default -> {
                signal(hit, "STOP");
                LockSupport.parkNanos(DeliveryProcess.STALENESS.plusSeconds(1).toNanos());
                signal(hit, "CONT");
                running.add(hit);
                return;
            }
        }
        launch(placing);
    }

    private static void signal(Process process, String signal) throws Exception {
        String pid = Long.toString(process.pid());
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
    }

    @Test
    @Rule("DD-13")
    void eachCommittedEventIsHandledAndNoneThatRolledBackWhateverIsKilled() throws Exception {
        Duration endless = Duration.ofDays(1);
        launch(endless);
        launch(endless);
        for (int round = 0; round < ROUNDS; round++) {
            long before = placed();
            await("orders are placed", Duration.ofMinutes(2), () -> placed() > before + 20);
            LockSupport.parkNanos(random.nextInt(300) * 1_000_000L);
            fault(running.removeFirst(), endless); // the one that has started for certain
        }
        stop();
        running.clear();

        long begun = System.nanoTime();
        launch(Duration.ZERO);
        String incomplete = "SELECT COUNT(*) FROM event_publication WHERE completion_date IS NULL";
        await("all is completed", Duration.ofMinutes(5), () -> count(incomplete) == 0);

        System.Logger log = System.getLogger(DeliveryProcessTests.class.getName());
        log.log(
                System.Logger.Level.INFO,
                "seed {0}: {1} rounds, {2} orders, {3} times handled, {4} publications, the rest in {5} ms",
                seed,
                ROUNDS,
                placed(),
                count("SELECT COUNT(*) FROM packed"),
                count("SELECT COUNT(*) FROM event_publication"),
                (System.nanoTime() - begun) / 1_000_000);
        assertThat(placed()).isGreaterThan(ROUNDS);
        assertThat(count("SELECT COUNT(*) FROM event_publication")).isEqualTo(placed());
        assertThat(count("SELECT COUNT(*) FROM orders WHERE id NOT IN (SELECT id FROM packed)"))
                .as("committed and never handled, seed " + seed)
                .isZero();
        assertThat(count("SELECT COUNT(*) FROM packed WHERE id NOT IN (SELECT id FROM orders)"))
                .as("handled and not committed, seed " + seed)
                .isZero();
    }
}

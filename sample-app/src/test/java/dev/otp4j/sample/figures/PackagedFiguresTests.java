/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.figures;

import dev.otp4j.sample.figures.Sink.Manner;
import dev.otp4j.sample.figures.Times.Period;
import dev.otp4j.sample.ledger.Postgres;
import dev.otp4j.sample.storm.RelayProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints how many events the packaged relay accepts and delivers, and how long they take, as a
 * table for the README. Clients, relay, database and receivers share the machine.
 *
 * <p>System properties: {@code figures} is the duration of each measurement, such as {@code PT30S};
 * without it nothing is measured. {@code figures.databases} is {@code h2,postgresql}; {@code
 * figures.heap} is {@code 512m}; {@code figures.only} is a regular expression for the names of
 * measurements.
 */
@EnabledIfSystemProperty(named = "figures", matches = "PT.+")
@EnabledIfSystemProperty(named = "sample.jar", matches = ".+")
class PackagedFiguresTests {
    private static final Duration DURATION = Duration.parse(System.getProperty("figures", "PT0S"));
    private static final Duration WARM_UP =
            Duration.parse(System.getProperty("figures.warm-up", "PT60S"));
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final int HEALTHY = 3;
    private static final int BROKEN = 30;
    private static final int MANY = 2_000;

    /**
     * What is measured.
     *
     * @param rate events per second; 0 for as many as the clients can
     * @param broken number of subscribers that never take anything
     * @param quiet number of further healthy subscribers, whose arrivals are not recorded
     */
    private record Scenario(String name, int clients, int rate, int broken, int quiet) {}

    private static final List<Scenario> SCENARIOS =
            List.of(
                    new Scenario("1 client", 1, 0, 0, 0),
                    new Scenario("20 clients", 20, 0, 0, 0),
                    new Scenario("200 clients", 200, 0, 0, 0),
                    new Scenario("20 clients, together 500/s", 20, 500, 0, 0),
                    new Scenario("20 clients, 30 broken subscribers", 20, 0, BROKEN, 0),
                    new Scenario("1 client, 2,000 subscriptions", 1, 0, 0, MANY - HEALTHY));

    @TempDir Path folder;

    @Test
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void measure() throws IOException {
        var rows = new ArrayList<String>();
        String databases = System.getProperty("figures.databases", "h2,postgresql");
        for (String database : databases.split(",")) {
            for (Scenario each : SCENARIOS) {
                if (!each.name().matches(System.getProperty("figures.only", ".*"))) continue;
                String row = measure(database, each);
                rows.add(row);
                System.out.println(row);
            }
        }
        System.out.printf(
                "%n| | Accepted/s | Refused | Deliveries/s | Delivered meanwhile | p50 | p99 | Relay's CPU"
                        + " per event | File, MB |%n|---|---|---|---|---|---|---|---|---|%n%s%n",
                String.join("\n", rows));
    }

    private String measure(String database, Scenario scenario) throws IOException {
        Path data = Files.createTempDirectory(folder, database);
        var times = new Times(HEALTHY);
        RelayProcess relay = start(database, data);
        try (var sink = new Sink(times)) {
            subscribe(relay, sink, scenario);
            Period period;
            long from;
            long until;
            int refused;
            Duration cpu;
            try (var clients =
                    new Clients(relay.port(), times, scenario.clients(), scenario.rate())) {
                pause(WARM_UP);
                from = System.nanoTime();
                int before = clients.refused();
                Duration used = relay.processorTime();
                pause(DURATION);
                until = System.nanoTime();
                refused = clients.refused() - before;
                cpu = relay.processorTime().minus(used);
            }
            drain(times);
            period = times.between(from, until);
            return row(database, scenario, period, refused, cpu, file(data));
        } finally {
            relay.kill();
        }
    }

    private RelayProcess start(String database, Path data) {
        var arguments = new ArrayList<String>();
        arguments.add("--logging.level.root=ERROR");
        arguments.add("--logging.level.org.springframework.boot.tomcat=INFO");
        if (database.equals("postgresql")) {
            arguments.add("--spring.profiles.active=postgresql");
            arguments.add("--spring.datasource.url=" + Postgres.database());
            arguments.add("--spring.datasource.username=postgres");
        }
        return RelayProcess.startJar(
                Path.of(System.getProperty("sample.jar")),
                data,
                System.getProperty("figures.heap", "512m"),
                arguments.toArray(String[]::new));
    }

    private static void subscribe(RelayProcess process, Sink sink, Scenario scenario)
            throws IOException {
        var relay = process.relay();
        for (int n = 0; n < HEALTHY; n++) relay.subscribe(sink.url(Manner.HEALTHY, n));
        for (int n = 0; n < scenario.quiet(); n++) relay.subscribe(sink.url(Manner.QUIET, n));
        for (int n = 0; n < scenario.broken(); n++) {
            relay.subscribe(
                    switch (n % 3) {
                        case 0 -> sink.url(Manner.BROKEN, n);
                        case 1 -> sink.url(Manner.HANGING, n);
                        default -> closed();
                    });
        }
    }

    /** {@return a URL whose port refuses connections} */
    private static String closed() throws IOException {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return "http://localhost:" + socket.getLocalPort() + "/";
        }
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) LockSupport.parkNanos(end - System.nanoTime());
    }

    private static void drain(Times times) {
        long end = System.nanoTime() + DRAIN.toNanos();
        while (!times.isComplete() && System.nanoTime() < end) pause(Duration.ofMillis(100));
    }

    private static String file(Path data) throws IOException {
        Path file = data.resolve("data").resolve("relay.mv.db");
        return Files.exists(file) ? "%d".formatted(Files.size(file) >> 20) : "";
    }

    private static String row(
            String database,
            Scenario scenario,
            Period period,
            int refused,
            Duration cpu,
            String file) {
        double seconds = DURATION.toMillis() / 1e3;
        return String.format(
                Locale.ROOT,
                "| %s, %s | %.0f | %d | %.0f | %.1f %% | %.0f ms | %.0f ms | %.2f ms | %s |",
                database.equals("h2") ? "H2" : "PostgreSQL",
                scenario.name(),
                period.accepted() / seconds,
                refused,
                period.delivered() / seconds,
                100.0 * period.meanwhile() / Math.max(1, HEALTHY * period.accepted()),
                period.p50(),
                period.p99(),
                cpu.toNanos() / 1e6 / Math.max(1, period.accepted()),
                file);
    }
}

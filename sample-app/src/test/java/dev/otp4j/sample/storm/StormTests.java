/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.storm.RelayProcess.Usage;
import dev.otp4j.sample.testkit.Relay;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Runs the application while parts of it are killed, with receivers of all kinds. At the end the
 * whole process is killed as well. The promises of the application are checked against the events
 * that were accepted, the deliveries that arrived, and the contents of the database.
 *
 * <p>System properties: {@code storm.duration} (PT15S), {@code storm.rate} (events per second, 30),
 * {@code storm.payloads} (a folder of {@code *.json} to post), {@code storm.seed}.
 */
class StormTests {
    private static final Duration DURATION =
            Duration.parse(System.getProperty("storm.duration", "PT15S"));
    private static final int RATE = Integer.getInteger("storm.rate", 30);
    private static final long SEED = Long.getLong("storm.seed", System.nanoTime());
    private static final int POSTERS = 3;
    private static final int MAX_ATTEMPTS = 8;
    private static final String HEAP = "256m";

    /** By how much the heap in use may grow from the first third of the storm to its end. */
    private static final long HEAP_GROWTH_MB = 16;

    /** How long a step may take that makes steady progress; generous, for a busy machine. */
    private static final Duration STEADY = Duration.ofSeconds(60);

    @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.ON_SUCCESS)
    Path folder;

    private final List<String> payloads = Payloads.of(System.getProperty("storm.payloads"));
    private final AtomicReference<RelayProcess> process = new AtomicReference<>();
    private final EndpointServer server = new EndpointServer().open();
    private final EndpointServer absent = new EndpointServer();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final Endpoint healthy = new Endpoint("/healthy", Endpoint.HEALTHY);
    private final Endpoint second = new Endpoint("/second", Endpoint.HEALTHY);
    private final Endpoint disabled = new Endpoint("/disabled", Endpoint.HEALTHY);
    private final Endpoint flaky =
            new Endpoint(
                    "/flaky",
                    (exchange, id, repeated) ->
                            Endpoint.answer(
                                    exchange, repeated || id.hashCode() % 50 != 0 ? 204 : 503));
    private final Endpoint closing =
            new Endpoint(
                    "/closing",
                    (exchange, id, repeated) ->
                            (repeated || id.hashCode() % 50 != 1)
                                    && Endpoint.answer(exchange, 204));
    private final Endpoint slow =
            new Endpoint(
                    "/slow",
                    (exchange, id, repeated) -> {
                        new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
                        return Endpoint.answer(exchange, 204);
                    });
    private final Endpoint failing =
            new Endpoint("/failing", (exchange, id, repeated) -> Endpoint.answer(exchange, 500));
    private final Endpoint hanging = new Endpoint("/hanging", Endpoint.HANGING);
    private final Endpoint late = new Endpoint("/late", Endpoint.HEALTHY);

    private final Map<Endpoint, String> ids = new LinkedHashMap<>();

    private RelayProcess start() {
        return RelayProcess.start(
                folder,
                HEAP,
                "--relay.request-timeout=2s",
                "--relay.retry-delay=100ms",
                "--relay.max-retry-delay=2s",
                "--relay.max-attempts=" + MAX_ATTEMPTS,
                "--relay.poll-interval=1s",
                "--relay.sweep-interval=1s");
    }

    private Relay relay() {
        return process.get().relay();
    }

    @AfterEach
    void end() {
        if (process.get() != null) process.get().kill();
        server.close();
        absent.close();
        threads.shutdownNow();
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void noAcceptedEventIsLostAndTheHeapStaysFlat() throws Exception {
        process.set(start());
        for (Endpoint each :
                List.of(healthy, second, disabled, flaky, closing, slow, failing, hanging)) {
            subscribe(server, each);
        }
        subscribe(absent, late);
        awaitCouriers(ids.size());
        Usage base = process.get().usage();

        List<Poster> posters = new ArrayList<>();
        var over = new CountDownLatch(1);
        var running = new ArrayList<Future<?>>();
        posters.addAll(posters("p", over, RATE, running));
        var relays = relay();
        var killer = new Killer(() -> relays, new Pace(over, Duration.ofMillis(500)), SEED);
        var churn =
                new Churn(
                        () -> relays,
                        server,
                        ids.get(disabled),
                        new Pace(over, Duration.ofSeconds(1)));
        var observer = new Observer(() -> relays, new Pace(over, Duration.ofMillis(500)));
        running.add(threads.submit(killer));
        running.add(threads.submit(churn));
        running.add(threads.submit(observer));

        List<Usage> usages = storm(running);
        over.countDown();
        for (Future<?> each : running) each.get();
        long restarts = restarts();

        awaitDelivered(accepted(posters), healthy, second, disabled, flaky, closing);
        awaitQuiet();
        Usage rest = process.get().usage();
        System.out.printf(
                "storm of %s, seed %d%n  %d events accepted, %d refused, %d repeated%n"
                        + "  kills %d %s, restarts %d%n  %d guests, %d pauses%n  observer: %s%n"
                        + "  heap MB, before: %d, during: %s, after: %d%n"
                        + "  threads, before: %d + %d virtual, during: %s, after: %d + %d virtual%n  %s%n",
                DURATION,
                SEED,
                accepted(posters).size(),
                posters.stream().mapToInt(Poster::refusals).sum(),
                posters.stream().mapToInt(Poster::repetitions).sum(),
                killer.total(),
                killer.kills(),
                restarts,
                churn.endpoints().size(),
                churn.pauses(),
                observer,
                base.megabytes(),
                usages.stream().map(Usage::megabytes).toList(),
                rest.megabytes(),
                base.threads(),
                base.virtualThreads(),
                usages.stream().map(Usage::threads).toList(),
                rest.threads(),
                rest.virtualThreads(),
                ids.keySet().stream().map(Endpoint::toString).toList());

        assertThat(killer.total()).isGreaterThan((int) DURATION.toSeconds() / 2);
        assertThat(restarts).isGreaterThanOrEqualTo(killer.total() / 2);
        assertThat(observer.complaints()).isEmpty();
        assertHeapIsFlat(usages, rest);
        assertThat(rest.threads()).isLessThanOrEqualTo(threadsOf(usages.subList(1, 4)) + 10);
        assertThat(rest.virtualThreads()).isLessThanOrEqualTo(base.virtualThreads() + 30);

        killTheWholeProcess(posters);
        awaitDelivered(accepted(posters), healthy, second, disabled, flaky, closing);
        assertThat(process.get().stop(Duration.ofSeconds(15))).isEqualTo(143);
        check(posters, churn);
    }

    private void subscribe(EndpointServer at, Endpoint endpoint) {
        JsonNode made = relay().subscribe(at.add(endpoint));
        endpoint.signedWith(made.get("secret").stringValue());
        ids.put(endpoint, made.get("id").stringValue());
    }

    private List<Poster> posters(
            String name, CountDownLatch over, int rate, List<Future<?>> running) {
        var posters = new ArrayList<Poster>();
        Duration interval = Duration.ofSeconds(POSTERS).dividedBy(rate);
        for (int n = 0; n < POSTERS; n++) {
            var poster = new Poster(name + n, this::relay, payloads, new Pace(over, interval));
            posters.add(poster);
            running.add(threads.submit(poster));
        }
        return posters;
    }

    /** Runs the storm. Measures ten times, and opens the late receiver halfway. */
    private List<Usage> storm(List<Future<?>> running) throws Exception {
        var usages = new ArrayList<Usage>();
        var never = new CountDownLatch(1);
        int before = 0;
        for (int n = 1; n <= 10; n++) {
            assertThat(never.await(DURATION.toMillis() / 10, TimeUnit.MILLISECONDS)).isFalse();
            if (n == 5) absent.open();
            usages.add(process.get().usage());
            int now = healthy.confirmedCount();
            if (DURATION.toSeconds() >= 60) assertThat(now).isGreaterThan(before);
            before = now;
            System.out.printf(
                    "storm: %d0 %%, heap %d MB, healthy %s%n",
                    n, usages.getLast().megabytes(), now);
            for (Future<?> each : running) if (each.isDone()) each.get();
        }
        return usages;
    }

    private static void assertHeapIsFlat(List<Usage> usages, Usage rest) {
        long early = usages.subList(1, 4).stream().mapToLong(Usage::megabytes).max().orElseThrow();
        long late = usages.subList(7, 10).stream().mapToLong(Usage::megabytes).min().orElseThrow();
        assertThat(late).as("heap in MB: " + usages).isLessThanOrEqualTo(early + HEAP_GROWTH_MB);
        assertThat(rest.megabytes()).isLessThanOrEqualTo(early + HEAP_GROWTH_MB);
    }

    private static int threadsOf(List<Usage> usages) {
        return usages.stream().mapToInt(Usage::threads).max().orElseThrow();
    }

    private void awaitCouriers(int number) {
        await().atMost(STEADY)
                .untilAsserted(
                        () ->
                                assertThat(
                                                relay().get("/actuator/otp/relay/couriers")
                                                        .json()
                                                        .get("childCount")
                                                        .intValue())
                                        .isEqualTo(number));
    }

    private long restarts() {
        return relay().get("/actuator/otp").json().get("restarts").longValue();
    }

    private void awaitDelivered(Map<String, Integer> accepted, Endpoint... endpoints) {
        for (Endpoint each : endpoints) {
            await().atMost(STEADY.plus(DURATION))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(
                            () ->
                                    assertThat(each.confirmedCount())
                                            .as(each.path + " of " + accepted.size())
                                            .isGreaterThanOrEqualTo(accepted.size()));
        }
    }

    /** Waits until only the needed couriers run and no message waits in a mailbox. */
    private void awaitQuiet() {
        awaitCouriers(ids.size());
        await().atMost(STEADY)
                .untilAsserted(
                        () ->
                                assertThat(
                                                Observer.queued(
                                                        relay().get("/actuator/otp")
                                                                .json()
                                                                .get("tree")))
                                        .isZero());
        assertThat(relay().get("/actuator/health").json().get("status")).hasToString("\"UP\"");
    }

    /** Kills the whole process while events come in and the couriers have work. */
    private void killTheWholeProcess(List<Poster> posters) throws Exception {
        var over = new CountDownLatch(1);
        var running = new ArrayList<Future<?>>();
        List<Poster> more = posters("q", over, RATE, running);
        await().atMost(STEADY)
                .until(() -> more.stream().allMatch(poster -> poster.accepted().size() > 10));
        process.get().kill();
        process.set(start());
        int before = accepted(more).size();
        await().atMost(STEADY).until(() -> accepted(more).size() > before + 10);
        over.countDown();
        for (Future<?> each : running) each.get();
        posters.addAll(more);
    }

    private static Map<String, Integer> accepted(List<Poster> posters) {
        var all = new HashMap<String, Integer>();
        posters.forEach(poster -> all.putAll(poster.accepted()));
        return all;
    }

    private void check(List<Poster> posters, Churn churn) throws Exception {
        Map<String, Integer> accepted = accepted(posters);
        var all = new ArrayList<>(ids.keySet());
        all.addAll(churn.endpoints());
        try (Connection database = open()) {
            List<String> order = strings(database, "SELECT id FROM event ORDER BY position");
            assertThat(order).doesNotHaveDuplicates().hasSameElementsAs(accepted.keySet());
            for (Poster poster : posters) {
                Set<String> own = poster.accepted().keySet();
                assertThat(order.stream().filter(own::contains)).containsExactlyElementsOf(own);
            }
            for (Endpoint each : all) checkArrivals(each, accepted, order);
            for (Endpoint each : List.of(healthy, second, disabled, flaky, closing)) {
                assertThat(List.copyOf(each.bodies().keySet())).as(each.path).isEqualTo(order);
            }
            assertThat(churn.endpoints()).anyMatch(guest -> guest.arrivals() > 5);
            for (Endpoint each : ids.keySet()) checkLedger(each, order, database);
        }
    }

    private Connection open() throws Exception {
        return DriverManager.getConnection(
                "jdbc:h2:" + folder.resolve("data") + "/./relay", "sa", "");
    }

    /** Checks that only accepted events arrived, unchanged, correctly signed and in order. */
    private static void checkArrivals(
            Endpoint endpoint, Map<String, Integer> accepted, List<String> order) {
        assertThat(endpoint.complaints()).as(endpoint.path).isEmpty();
        Map<String, Integer> arrived = endpoint.bodies();
        assertThat(accepted).as(endpoint.path).containsAllEntriesOf(arrived);
        assertThat(List.copyOf(arrived.keySet()))
                .as(endpoint.path)
                .isEqualTo(order.stream().filter(arrived::containsKey).toList());
    }

    /**
     * Checks that each delivered event was confirmed, and that each other event is pending or was
     * given up at the right time.
     */
    private void checkLedger(Endpoint endpoint, List<String> order, Connection database)
            throws Exception {
        String subscription = ids.get(endpoint);
        String of =
                " FROM delivery d JOIN event e ON e.position = d.position"
                        + " WHERE d.subscription_id = '%s' AND d.state = ".formatted(subscription);
        List<String> delivered = strings(database, "SELECT e.id" + of + "'delivered'");
        List<String> failed =
                strings(database, "SELECT e.id" + of + "'failed' AND d.attempts = " + MAX_ATTEMPTS);
        List<String> pending =
                strings(
                        database,
                        "SELECT e.id FROM event e JOIN progress p ON e.position > p.position"
                                + " WHERE p.subscription_id = '%s'".formatted(subscription));
        var found = new HashSet<>(delivered);
        found.addAll(failed);
        found.addAll(pending);
        System.out.printf(
                "  %s: %d delivered, %d failed, %d pending%n",
                endpoint.path, delivered.size(), failed.size(), pending.size());
        assertThat(found).as(endpoint.path).hasSize(order.size());
        assertThat(delivered.size() + failed.size() + pending.size()).isEqualTo(order.size());
        assertThat(endpoint.confirmed()).as(endpoint.path).containsAll(delivered);
        assertThat(new HashSet<>(delivered))
                .as(endpoint.path + ", confirmed but not noted")
                .satisfies(
                        noted ->
                                assertThat(
                                                endpoint.confirmed().stream()
                                                        .filter(id -> !noted.contains(id)))
                                        .hasSizeLessThanOrEqualTo(1));
    }

    private static List<String> strings(Connection database, String sql) throws Exception {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery(sql)) {
            var strings = new ArrayList<String>();
            while (rows.next()) strings.add(rows.getString(1));
            return strings;
        }
    }
}

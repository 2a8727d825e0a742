/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.ledger.Postgres;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Relay;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A replay goes on to its end, whatever is killed meanwhile. */
@Timeout(180) // enough for two starts on a busy machine
class ReplayKillTests {
    private static final int FAILED = 150;
    private static final List<String> PATHS =
            List.of(
                    "/results",
                    "/ledger",
                    "/relay/couriers/1",
                    "/relay/couriers",
                    "/relay/dispatcher");

    @TempDir Path folder;

    private final AtomicInteger status = new AtomicInteger(500);
    private final Receiver receiver = new Receiver();
    private final List<String> failed = new ArrayList<>();
    private final List<String> later = new ArrayList<>();

    /** Until it is zero, deliveries wait for their answers. */
    private volatile CountDownLatch killed = new CountDownLatch(0);

    private JsonNode subscription;
    private int first;

    private ConfigurableApplicationContext start(String database, String url) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--relay.data-dir=" + folder.resolve("data"),
                                "--relay.max-attempts=1",
                                "--relay.retry-delay=100ms",
                                "--relay.allow-private-addresses=true",
                                "--spring.main.banner-mode=off"));
        if (database.equals("postgresql")) {
            arguments.add("--spring.datasource.url=" + url);
            arguments.add("--spring.datasource.username=postgres");
        }
        return new SpringApplicationBuilder(SampleApplication.class)
                .profiles(database, "chaos")
                .run(arguments.toArray(String[]::new));
    }

    private static Relay relay(ConfigurableApplicationContext context) {
        var web = (ServletWebServerApplicationContext) context;
        return new Relay(web.getWebServer().getPort());
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void killsAndARestartLoseNoReplay(String database) {
        String url = database.equals("postgresql") ? Postgres.database() : "";
        try (receiver) {
            try (var context = start(database, url)) {
                failAll(relay(context));
                status.set(204);
                startReplay(relay(context));
                killUntil(relay(context), FAILED / 2);
            }
            int before = replayed().size();
            try (var context = start(database, url)) {
                killUntil(relay(context), Math.min(FAILED, before + 30));
                Relay relay = relay(context);
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(states(relay)).containsOnly("delivered"));
                assertThatNothingIsLeft(context.getBean(JdbcClient.class));
            }
            assertThat(replayed()).isEqualTo(failed);
            assertThat(receiver.idsAt("/down").stream().filter(later::contains)).isEqualTo(later);
        }
    }

    private void failAll(Relay relay) {
        subscription =
                relay.subscribe(
                        receiver.endpoint(
                                "/down",
                                arrival -> {
                                    awaitKill();
                                    return status.get();
                                }));
        for (int n = 0; n < FAILED; n++) failed.add(relay.event("{\"n\":" + n + "}"));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () ->
                                assertThat(
                                                relay.delivery(failed.getLast(), subscription)
                                                        .get("state"))
                                        .hasToString("\"failed\""));
        first = receiver.at("/down").size();
    }

    private void awaitKill() {
        try {
            assertThat(killed.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void startReplay(Relay relay) {
        String id = subscription.get("id").stringValue();
        String since = "{\"since\":\"" + Instant.EPOCH + "\"}";
        assertThat(relay.post("/subscriptions/" + id + "/replay", since).status()).isEqualTo(202);
        assertThat(relay.post("/subscriptions/" + id + "/replay", since).status()).isEqualTo(409);
    }

    /**
     * Kills one part after another while a delivery is in hand and events come in, until so many
     * were replayed.
     */
    private void killUntil(Relay relay, int number) {
        for (int kills = 0; replayed().size() < number; kills++) {
            int at = receiver.at("/down").size();
            killed = new CountDownLatch(1);
            await().atMost(Duration.ofSeconds(30)).until(() -> receiver.at("/down").size() > at);
            relay.kill(PATHS.get(kills % PATHS.size()));
            killed.countDown();
            if (kills % 3 == 0) later.add(relay.event("{}"));
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () ->
                                    receiver.at("/down").size() > at + 2
                                            || replayed().size() >= number);
        }
    }

    /** The events that arrived again, in the order in which each arrived first. */
    private List<String> replayed() {
        List<Receiver.Arrival> all = receiver.at("/down");
        return all.subList(first, all.size()).stream()
                .map(Receiver.Arrival::id)
                .filter(failed::contains)
                .distinct()
                .toList();
    }

    private List<String> states(Relay relay) {
        var all = new ArrayList<>(failed);
        all.addAll(later);
        return all.stream()
                .map(event -> relay.delivery(event, subscription).get("state").stringValue())
                .distinct()
                .toList();
    }

    private static void assertThatNothingIsLeft(JdbcClient jdbc) {
        await().untilAsserted(
                        () -> {
                            assertThat(count(jdbc, "replay")).isZero();
                            assertThat(count(jdbc, "failed")).isZero();
                        });
    }

    private static long count(JdbcClient jdbc, String table) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
    }
}

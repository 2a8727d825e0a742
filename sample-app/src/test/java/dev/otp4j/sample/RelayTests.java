/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.sample.testkit.RawReceiver;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Receiver.Arrival;
import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.sample.testkit.Relay.Answer;
import dev.otp4j.test.OtpTesting;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "relay.max-attempts=3",
            "relay.retry-delay=100ms",
            "relay.max-retry-delay=2s",
            "relay.request-timeout=2s",
            "relay.poll-interval=500ms"
        })
@ActiveProfiles("chaos")
@Timeout(40)
class RelayTests {
    private static final String COURIERS = "/relay/couriers";

    @TempDir static Path folder;

    @DynamicPropertySource
    static void dataDir(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
    }

    @LocalServerPort int port;
    @Autowired OtpSystem system;
    @Autowired JdbcClient jdbc;

    private final Receiver receiver = new Receiver();
    private final List<JsonNode> subscriptions = new ArrayList<>();
    private Relay relay;

    @BeforeEach
    void connect() {
        relay = new Relay(port);
    }

    @AfterEach
    void unsubscribe() {
        subscriptions.forEach(each -> relay.delete("/subscriptions/" + id(each)));
        receiver.close();
    }

    private JsonNode subscribe(String url) {
        JsonNode subscription = relay.subscribe(url);
        subscriptions.add(subscription);
        return subscription;
    }

    private static String id(JsonNode subscription) {
        return subscription.get("id").stringValue();
    }

    private void awaitState(String event, JsonNode subscription, String state) {
        await().untilAsserted(
                        () ->
                                assertThat(relay.delivery(event, subscription).get("state"))
                                        .hasToString("\"" + state + "\""));
    }

    @Test
    void aDeliveryIsSignedOverTheBytesThatWereSent() {
        JsonNode subscription = subscribe(receiver.endpoint("/signed"));

        String body = "{ \"text\":\n\"grün\",  \"n\": 1.00 }";
        String event = relay.event(body);

        awaitState(event, subscription, "delivered");
        Arrival arrival = receiver.at("/signed").getFirst();
        assertThat(arrival.id()).isEqualTo(event);
        assertThat(arrival.body()).isEqualTo(body);
        assertThat(arrival.headers().get("Content-type")).containsExactly("application/json");
        var headers = HttpHeaders.of(arrival.headers(), (name, value) -> true);
        assertThatCode(
                        () ->
                                new Webhook(subscription.get("secret").stringValue())
                                        .verify(body, headers))
                .doesNotThrowAnyException();
    }

    @Test
    void aFailedDeliveryIsRepeatedWithGrowingDelayUnderTheSameId() {
        JsonNode subscription =
                subscribe(
                        receiver.endpoint(
                                "/third", a -> receiver.at("/third").size() < 3 ? 500 : 200));

        String event = relay.event("{}");

        awaitState(event, subscription, "delivered");
        List<Arrival> arrivals = receiver.at("/third");
        assertThat(arrivals).extracting(Arrival::id).containsExactly(event, event, event);
        assertThat(arrivals.get(1).at() - arrivals.get(0).at())
                .isGreaterThanOrEqualTo(Duration.ofMillis(90).toNanos());
        assertThat(arrivals.get(2).at() - arrivals.get(1).at())
                .isGreaterThanOrEqualTo(Duration.ofMillis(190).toNanos());
        assertThat(relay.delivery(event, subscription).get("attempts").intValue()).isEqualTo(3);
    }

    @Test
    void afterTheLastAttemptADeliveryHasFailedAndTheNextOneFollows() {
        var first = new String[1];
        JsonNode subscription =
                subscribe(
                        receiver.endpoint(
                                "/bad-first",
                                a -> {
                                    if (first[0] == null) first[0] = a.id();
                                    return a.id().equals(first[0]) ? 302 : 200;
                                }));

        String bad = relay.event("{\"n\":1}");
        String good = relay.event("{\"n\":2}");

        awaitState(good, subscription, "delivered");
        awaitState(bad, subscription, "failed");
        assertThat(receiver.at("/bad-first"))
                .extracting(Arrival::id)
                .containsExactly(bad, bad, bad, good);
        assertThat(receiver.at("/elsewhere")).isEmpty();
    }

    @Test
    void goneDisablesTheSubscriptionUntilItIsEnabledAgain() {
        var status = new AtomicInteger(410);
        JsonNode subscription = subscribe(receiver.endpoint("/gone", a -> status.get()));
        var events = new ArrayList<String>();
        for (int i = 0; i < 5; i++) events.add(relay.event("{}"));

        awaitState(events.getFirst(), subscription, "failed");
        awaitCouriers(0);
        JsonNode shown = relay.get("/subscriptions").json().get(0);
        assertThat(shown.get("enabled").booleanValue()).isFalse();
        assertThat(shown.get("problem").stringValue()).contains("410");
        assertThat(relay.delivery(events.get(1), subscription).get("state"))
                .hasToString("\"pending\"");
        assertThat(receiver.at("/gone")).hasSize(1);

        status.set(200);
        assertThat(enable(subscription, true).get("problem").isNull()).isTrue();
        awaitState(events.getLast(), subscription, "delivered");
        assertThat(receiver.idsAt("/gone")).isEqualTo(events);
    }

    /** The receiver asks for two seconds, the longest delay; the relay's own would be 100 ms. */
    @Test
    void retryAfterIsHonoured() {
        try (var asking =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send(
                                    "HTTP/1.1 429 Slow\r\nRetry-After: 8\r\nContent-Length: 0\r\n\r\n");
                        })) {
            JsonNode subscription = subscribe(asking.url());
            String event = relay.event("{}");

            await().until(
                            () ->
                                    relay.delivery(event, subscription).has("lastStatus")
                                            && relay.delivery(event, subscription)
                                                            .get("lastStatus")
                                                            .asInt(0)
                                                    == 429);
            JsonNode delivery = relay.delivery(event, subscription);
            Instant next = Instant.parse(delivery.get("nextAttemptAt").stringValue());
            Instant received =
                    Instant.parse(
                            relay.get("/events/" + event).json().get("receivedAt").stringValue());
            assertThat(Duration.between(received, next))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            await().until(() -> asking.requests() == 2);
            assertThat(Instant.now()).isAfterOrEqualTo(next);
        }
    }

    @Test
    void aDeliveryToTheRelayItselfIsNotMade() {
        JsonNode subscription = subscribe(receiver.endpoint("/changed"));
        enable(subscription, false);
        awaitCouriers(0); // the next courier reads the new URL
        jdbc.sql("UPDATE subscription SET url = ? WHERE id = ?")
                .param("http://localhost:" + port + "/events")
                .param(id(subscription))
                .update();
        enable(subscription, true);

        String event = relay.event("{}");

        awaitState(event, subscription, "failed");
        assertThat(relay.delivery(event, subscription).get("lastError").stringValue())
                .isEqualTo("address not allowed");
        assertThat(
                        jdbc.sql(
                                        "SELECT COUNT(*) FROM event WHERE id <> ? AND position > (SELECT position FROM event WHERE id = ?)")
                                .param(event)
                                .param(event)
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void aSubscriberWithoutServerIsTriedAndGivenUp() {
        var closed = new Receiver();
        String url = closed.endpoint("/missing");
        closed.close();
        JsonNode subscription = subscribe(url);

        String event = relay.event("{}");

        awaitState(event, subscription, "failed");
        assertThat(relay.delivery(event, subscription).get("lastError").stringValue())
                .isEqualTo("connection refused");
    }

    @Test
    void aSlowSubscriberDelaysNobodyElse() {
        var release = new CountDownLatch(1);
        JsonNode slow = subscribe(receiver.endpoint("/slow", a -> waitFor(release)));
        JsonNode fast = subscribe(receiver.endpoint("/fast"));

        var events = new ArrayList<String>();
        for (int i = 0; i < 20; i++) events.add(relay.event("{\"n\":" + i + "}"));

        await().untilAsserted(() -> assertThat(receiver.idsAt("/fast")).isEqualTo(events));
        assertThat(relay.delivery(events.getFirst(), slow).get("state")).hasToString("\"pending\"");
        release.countDown();
        await().untilAsserted(() -> assertThat(receiver.idsAt("/slow")).isEqualTo(events));
        awaitState(events.getLast(), fast, "delivered");
    }

    private static int waitFor(CountDownLatch release) {
        try {
            release.await();
            return 200;
        } catch (InterruptedException e) {
            return 500;
        }
    }

    @Test
    void anEventGoesToTheSubscriptionsOfItsTimeOnly() {
        JsonNode before = subscribe(receiver.endpoint("/before"));
        String event = relay.event("{}");
        subscribe(receiver.endpoint("/after"));

        awaitState(event, before, "delivered");

        assertThat(relay.get("/events/" + event).json().get("deliveries")).hasSize(1);
        assertThat(receiver.at("/after")).isEmpty();
    }

    @Test
    void deletingASubscriptionEndsItsCourierAndGivesUpWhatIsPending() {
        JsonNode subscription = subscribe(receiver.endpoint("/broken", a -> 500));
        awaitCouriers(1);
        String event = relay.event("{}");
        await().until(() -> !receiver.at("/broken").isEmpty());

        assertThat(relay.delete("/subscriptions/" + id(subscription)).status()).isEqualTo(204);

        assertThat(relay.delivery(event, subscription).get("state")).hasToString("\"failed\"");
        awaitCouriers(0);
        assertThat(relay.delete("/subscriptions/" + id(subscription)).status()).isEqualTo(404);
    }

    @Test
    void aDisabledSubscriptionHasNoCourierAndGetsEverythingInOrderWhenItIsEnabled() {
        JsonNode subscription = subscribe(receiver.endpoint("/disabled"));
        var events = new ArrayList<>(List.of(relay.event("{\"n\":0}")));
        awaitState(events.getFirst(), subscription, "delivered");

        assertThat(enable(subscription, false).get("enabled").booleanValue()).isFalse();
        awaitCouriers(0);
        for (int i = 1; i < 10; i++) events.add(relay.event("{\"n\":" + i + "}"));
        assertThat(relay.delivery(events.getLast(), subscription).get("state"))
                .hasToString("\"pending\"");
        relay.kill(COURIERS); // all couriers are started again, except this one
        await().until(() -> relay.kill("/relay/dispatcher"));
        String other = relay.event("{}");
        JsonNode healthy = subscribe(receiver.endpoint("/enabled"));
        awaitCouriers(1);
        assertThat(receiver.idsAt("/disabled")).containsExactly(events.getFirst());

        assertThat(enable(subscription, true).get("enabled").booleanValue()).isTrue();
        events.add(other);
        events.add(relay.event("{}"));

        await().untilAsserted(() -> assertThat(receiver.idsAt("/disabled")).isEqualTo(events));
        awaitState(events.getLast(), healthy, "delivered");
        assertThat(receiver.at("/disabled")).hasSize(events.size());
    }

    private JsonNode enable(JsonNode subscription, boolean enabled) {
        Answer answer =
                relay.patch("/subscriptions/" + id(subscription), "{\"enabled\":" + enabled + "}");
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void aCourierIsStoppedAtOnceThoughItsSubscriberHangs() {
        var release = new CountDownLatch(1);
        JsonNode hanging = subscribe(receiver.endpoint("/hangs", a -> waitFor(release)));
        relay.event("{}");
        await().until(() -> !receiver.at("/hangs").isEmpty());

        long start = System.nanoTime();
        enable(hanging, false);
        awaitCouriers(0);
        subscribe(receiver.endpoint("/next"));
        String event = relay.event("{}");
        await().until(() -> receiver.idsAt("/next").equals(List.of(event)));

        // much less than the two seconds of the subscriber or the three of the courier
        assertThat(System.nanoTime() - start).isLessThan(Duration.ofMillis(1_500).toNanos());
        release.countDown();
    }

    private void awaitCouriers(int expected) {
        assertThat(system).actor(COURIERS).hasChildren(expected);
    }

    @Test
    void killsOfLedgerCourierAndDispatcherLoseNothingAndKeepTheOrder() {
        JsonNode subscription = subscribe(receiver.endpoint("/ordered"));
        awaitCouriers(1);
        long restarts = system.restarts();

        var events = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            events.add(relay.event("{\"n\":" + i + "}"));
            if (i % 25 == 5) relay.kill("/ledger");
            if (i % 25 == 15) killCourier();
            if (i == 140) relay.kill("/relay/dispatcher");
            if (i == 220) relay.kill(COURIERS);
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(receiver.idsAt("/ordered")).hasSize(events.size()));
        assertThat(receiver.idsAt("/ordered")).isEqualTo(events);
        awaitState(events.getLast(), subscription, "delivered");
        // a courier that waits for its restart cannot be killed
        assertThat(system.restarts() - restarts).isGreaterThanOrEqualTo(16);
    }

    /** Kills the courier. It may not run for a moment after its factory was killed. */
    private void killCourier() {
        system.find(COURIERS, 1, 100).stream()
                .flatMap(factory -> factory.children().stream())
                .forEach(courier -> relay.kill(courier.path()));
    }

    @Test
    void aDispatcherThatWaitsForADeadFactoryDoesNotHoldUpTheNextOne() {
        JsonNode known = subscribe(receiver.endpoint("/known"));
        awaitCouriers(1);
        Pid dispatcher = OtpTesting.pid(system, "/relay/dispatcher");
        OtpTesting.hang(system, "/relay"); // so that it does not start another factory
        relay.kill(COURIERS);
        subscribe(receiver.endpoint("/new"));
        relay.delete("/subscriptions/" + id(known)); // the dispatcher waits for its courier's end
        await().until(() -> ProcessInfo.of(dispatcher).handling() != null);

        OtpTesting.kill(system, "/relay");

        assertThat(system).actor(COURIERS).within(Duration.ofSeconds(5)).hasChildren(1);
        String event = relay.event("{}");
        await().until(() -> receiver.idsAt("/new").equals(List.of(event)));
    }

    @Test
    void fiveKillsInTwoSecondsLeaveTheTreeUp() {
        JsonNode subscription = subscribe(receiver.endpoint("/five"));
        awaitCouriers(1);

        for (String path : List.of("/ledger", "/relay/dispatcher", "/relay/couriers", "/relay")) {
            for (int i = 0; i < 5; i++) {
                await().until(() -> relay.kill(path));
            }
        }

        String event = relay.event("{}");
        awaitState(event, subscription, "delivered");
        assertThat(system).isRunning();
    }

    @Test
    void aDatabaseThatClosesForAMomentDelaysButLosesNothing() {
        JsonNode subscription = subscribe(receiver.endpoint("/hiccup"));
        String before = relay.event("{\"n\":1}");
        long restarts = system.restarts();

        jdbc.sql("SHUTDOWN IMMEDIATELY").update();

        await().until(() -> relay.post("/events", "{\"n\":2}").status() == 202);
        awaitState(before, subscription, "delivered");
        await().until(() -> receiver.idsAt("/hiccup").size() == 2);
        assertThat(system).hasRestarts(restarts);
    }

    @Test
    void chaosKnowsOnlyWhatIsInTheTree() {
        assertThat(relay.post("/chaos/kill?path=/nowhere", "").status()).isEqualTo(404);
        assertThat(relay.post("/chaos/kill?path=", "").status()).isEqualTo(400);
        assertThat(relay.post("/chaos/kill", "").status()).isEqualTo(400);
    }
}

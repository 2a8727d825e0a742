/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.sample.testkit.Relay.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** Which events a subscriber gets, what is known of each delivery, and how it is made again. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "relay.max-attempts=2",
            "relay.retry-delay=100ms",
            "relay.poll-interval=300ms",
            "relay.allow-private-addresses=true"
        })
@Timeout(40)
class EventsAndDeliveriesTests {
    @TempDir static Path folder;

    @DynamicPropertySource
    static void dataDir(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
    }

    @LocalServerPort int port;

    private final Receiver receiver = new Receiver();
    private final AtomicInteger status = new AtomicInteger(204);
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

    private JsonNode subscribe(String path, String types) {
        String url = receiver.endpoint(path, arrival -> status.get());
        Answer answer =
                relay.post(
                        "/subscriptions",
                        "{\"url\":\"%s\",\"eventTypes\":%s}".formatted(url, types));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        subscriptions.add(answer.json());
        return answer.json();
    }

    private static String id(JsonNode subscription) {
        return subscription.get("id").stringValue();
    }

    private String event(String type) {
        return relay.event("{\"n\":{\"type\":\"inner\"},\"type\":\"" + type + "\"}");
    }

    private JsonNode awaitState(String event, JsonNode subscription, String state) {
        await().untilAsserted(
                        () ->
                                assertThat(relay.delivery(event, subscription).get("state"))
                                        .hasToString("\"" + state + "\""));
        return relay.delivery(event, subscription);
    }

    private JsonNode deliveries(JsonNode subscription, String query) {
        Answer answer = relay.get("/subscriptions/" + id(subscription) + "/deliveries" + query);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> texts(JsonNode list, String field) {
        var found = new ArrayList<String>();
        list.forEach(each -> found.add(each.get(field).asString()));
        return found;
    }

    private Answer retry(String event, JsonNode subscription) {
        return relay.post("/events/" + event + "/deliveries/" + id(subscription) + "/retry", "");
    }

    private Answer replay(JsonNode subscription, Instant since) {
        return relay.post(
                "/subscriptions/" + id(subscription) + "/replay", "{\"since\":\"" + since + "\"}");
    }

    @Test
    void aSubscriberGetsTheTypesThatItAskedForInOrder() {
        JsonNode all = subscribe("/all", "[]");
        JsonNode some = subscribe("/some", "[\"invoice.*\",\"order.made\"]");
        var wanted = new ArrayList<String>();
        var every = new ArrayList<String>();
        for (int n = 0; n < 10; n++) {
            wanted.add(event("invoice.paid"));
            every.add(wanted.getLast());
            every.add(event("order.lost"));
            wanted.add(event("order.made"));
            every.add(wanted.getLast());
            every.add(relay.event("{\"type\":7}"));
        }

        awaitState(every.getLast(), all, "delivered");
        awaitState(wanted.getLast(), some, "delivered");
        assertThat(receiver.idsAt("/all")).isEqualTo(every);
        assertThat(receiver.idsAt("/some")).isEqualTo(wanted);
        assertThat(relay.delivery(every.getLast(), some).get("state")).hasToString("\"skipped\"");
        assertThat(relay.get("/events/" + wanted.getFirst()).json().get("type"))
                .hasToString("\"invoice.paid\"");
        assertThat(deliveries(some, "?state=skipped").get("deliveries").size()).isEqualTo(20);
        assertThat(texts(deliveries(some, "").get("deliveries"), "event"))
                .isEqualTo(wanted.reversed());
        assertThat(relay.get("/events/" + every.getLast() + "/attempts").json().size())
                .as("no attempt for the subscription that skips it")
                .isEqualTo(1);
    }

    @Test
    void anotherFilterAppliesToWhatIsPending() {
        JsonNode subscription = subscribe("/changed", "[\"a\"]");
        var release = new CountDownLatch(1);
        receiver.endpoint("/changed", arrival -> waitFor(release));
        String underWay = event("a");
        await().until(() -> receiver.at("/changed").size() == 1);
        String later = event("b");
        String last = event("a");
        assertThat(relay.delivery(later, subscription).get("state")).hasToString("\"skipped\"");

        Answer changed =
                relay.patch("/subscriptions/" + id(subscription), "{\"eventTypes\":[\"b\"]}");

        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(changed.json().get("eventTypes")).hasToString("[\"b\"]");
        release.countDown();
        awaitState(later, subscription, "delivered");
        assertThat(relay.delivery(last, subscription).get("state")).hasToString("\"skipped\"");
        assertThat(receiver.idsAt("/changed")).containsExactly(underWay, later);
        assertThat(
                        relay.patch("/subscriptions/" + id(subscription), "{\"eventTypes\":null}")
                                .json()
                                .get("eventTypes")
                                .size())
                .isZero();
        String any = event("c");
        awaitState(any, subscription, "delivered");
    }

    private static int waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 204;
    }

    /** Several at once, because each waits for the disk. */
    private void events(String type, int number) throws InterruptedException {
        try (var threads = Executors.newFixedThreadPool(16)) {
            threads.invokeAll(Collections.nCopies(number, () -> event(type)))
                    .forEach(Future::resultNow);
        }
    }

    /** They are more than a step looks at, and more than memory has to look at for one delivery. */
    @Test
    void aLongStretchThatIsNotWantedIsPassedOver() throws InterruptedException {
        JsonNode subscription = subscribe("/rare", "[\"rare\"]");
        relay.patch("/subscriptions/" + id(subscription), "{\"enabled\":false}");
        events("common", 1_200);
        String rare = event("rare");

        relay.patch("/subscriptions/" + id(subscription), "{\"enabled\":true}");

        awaitState(rare, subscription, "delivered");
        events("common", 1_200);
        String again = event("rare");
        awaitState(again, subscription, "delivered");
        assertThat(receiver.idsAt("/rare")).containsExactly(rare, again);
        assertThat(texts(deliveries(subscription, "").get("deliveries"), "event"))
                .containsExactly(again, rare);
    }

    @Test
    void eachAttemptIsLogged() {
        JsonNode subscription = subscribe("/logged", "[]");
        String success = relay.event("{}");
        awaitState(success, subscription, "delivered");
        status.set(503);
        String failed = relay.event("{}");
        JsonNode delivery = awaitState(failed, subscription, "failed");

        assertThat(delivery.get("lastStatus").intValue()).isEqualTo(503);
        assertThat(delivery.get("lastError")).hasToString("\"status 503\"");
        Instant at = Instant.parse(delivery.get("lastAttemptAt").stringValue());
        assertThat(Duration.between(at, Instant.now()).abs()).isLessThan(Duration.ofSeconds(30));
        assertThat(delivery.get("lastDurationMs").intValue()).isBetween(0, 10_000);

        JsonNode attempts = relay.get("/events/" + failed + "/attempts").json();
        assertThat(texts(attempts, "attempt")).containsExactly("2", "1");
        assertThat(texts(attempts, "status")).containsExactly("503", "503");
        assertThat(texts(attempts, "subscription")).containsOnly(id(subscription));
        JsonNode first = relay.get("/events/" + success + "/attempts").json();
        assertThat(texts(first, "status")).containsExactly("204");
        assertThat(texts(first, "attempt")).containsExactly("1");

        JsonNode page = deliveries(subscription, "?limit=1");
        assertThat(texts(page.get("deliveries"), "event")).containsExactly(failed);
        JsonNode rest = deliveries(subscription, "?limit=1&before=" + page.get("next"));
        assertThat(texts(rest.get("deliveries"), "event")).containsExactly(success);
        assertThat(texts(deliveries(subscription, "?state=failed").get("deliveries"), "event"))
                .containsExactly(failed);
        assertThat(deliveries(subscription, "?state=pending").get("deliveries").size()).isZero();
    }

    @Test
    void aFailedDeliveryIsMadeAgainAndItsAttemptsAreCountedOn() {
        JsonNode subscription = subscribe("/again", "[]");
        status.set(500);
        String event = relay.event("{}");
        awaitState(event, subscription, "failed");
        status.set(204);
        String later = relay.event("{}");
        awaitState(later, subscription, "delivered");

        Answer answer = retry(event, subscription);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        assertThat(answer.json().get("id").stringValue()).startsWith("rep_");
        JsonNode delivery = awaitState(event, subscription, "delivered");
        assertThat(delivery.get("attempts").intValue()).isEqualTo(3);
        assertThat(delivery.get("lastError").isNull()).isTrue();
        assertThat(texts(relay.get("/events/" + event + "/attempts").json(), "status"))
                .containsExactly("204", "500", "500");
        assertThat(deliveries(subscription, "?state=failed").get("deliveries").size()).isZero();

        assertThat(retry(event, subscription).status()).as("one that was delivered").isEqualTo(202);
        await().until(() -> receiver.at("/again").size() == 5);
        awaitState(event, subscription, "delivered");
    }

    @Test
    void aReplayThatFailsIsTriedAsOftenAndDelaysNoOther() {
        JsonNode subscription = subscribe("/bad", "[]");
        status.set(500);
        String bad = relay.event("{}");
        awaitState(bad, subscription, "failed");
        receiver.endpoint("/bad", arrival -> arrival.id().equals(bad) ? 500 : 204);

        assertThat(retry(bad, subscription).status()).isEqualTo(202);
        String next = relay.event("{}");

        awaitState(next, subscription, "delivered");
        assertThat(awaitState(bad, subscription, "failed").get("attempts").intValue()).isEqualTo(4);
        assertThat(relay.get("/events/" + bad + "/attempts").json().size()).isEqualTo(4);
        assertThat(retry(bad, subscription).status()).isEqualTo(202);
        await().until(() -> relay.delivery(bad, subscription).get("attempts").intValue() == 6);
    }

    @Test
    void allThatFailedSinceATimeIsMadeAgainInOrder() {
        JsonNode subscription = subscribe("/since", "[]");
        status.set(500);
        String before = relay.event("{}");
        awaitState(before, subscription, "failed");
        Instant between = Instant.now();
        await().until(() -> Instant.now().isAfter(between.plusMillis(5)));
        var failed = new ArrayList<String>();
        for (int n = 0; n < 20; n++) failed.add(relay.event("{}"));
        awaitState(failed.getLast(), subscription, "failed");
        status.set(204);
        int arrived = receiver.at("/since").size();

        Answer answer = replay(subscription, between);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        awaitState(failed.getLast(), subscription, "delivered");
        assertThat(receiver.at("/since").subList(arrived, arrived + 20))
                .extracting(Receiver.Arrival::id)
                .isEqualTo(failed);
        assertThat(relay.delivery(before, subscription).get("state")).hasToString("\"failed\"");
        Answer nothing = replay(subscription, Instant.now());
        assertThat(nothing.status()).isEqualTo(200);
        assertThat(nothing.json().get("id").isNull()).isTrue();
    }

    @Test
    void whatCannotBeReplayedIsRefused() {
        JsonNode subscription = subscribe("/refused", "[\"a\"]");
        String skipped = event("b");
        status.set(500);
        String event = event("a");
        awaitState(event, subscription, "failed");
        relay.patch("/subscriptions/" + id(subscription), "{\"enabled\":false}");
        String pending = event("a");

        assertProblem(retry(pending, subscription), 409, "the delivery is pending");
        assertProblem(retry(skipped, subscription), 409, "was skipped");
        assertProblem(
                retry("evt_none", subscription),
                404,
                "there is no delivery of event 'evt_none' to subscription '%s'"
                        .formatted(id(subscription)));
        assertProblem(
                relay.post("/events/" + event + "/deliveries/sub_none/retry", ""),
                404,
                "there is no subscription 'sub_none'");
        assertThat(retry(event, subscription).status()).isEqualTo(202);
        assertProblem(retry(event, subscription), 409, "the delivery is pending");
        assertProblem(replay(subscription, Instant.EPOCH), 409, "under way");
        assertThat(relay.delivery(event, subscription).get("state")).hasToString("\"pending\"");
        assertThat(texts(deliveries(subscription, "?state=pending").get("deliveries"), "event"))
                .containsExactly(pending, event);
        assertProblem(
                relay.post("/subscriptions/" + id(subscription) + "/test", "{}"),
                409,
                "the subscription is disabled");
    }

    @Test
    void aTestEventTakesNoBodyOrJson() {
        String path = "/subscriptions/" + id(subscribe("/tried", "[]")) + "/test";
        for (String type : new String[] {"text/plain", "nonsense", ""}) {
            Answer answer =
                    relay.send(
                            path,
                            request -> {
                                if (!type.isEmpty()) request.header("Content-Type", type);
                                return request.POST(BodyPublishers.ofString("{}"));
                            });
            assertProblem(answer, 415, "the Content-Type must be application/json");
        }
    }

    @Test
    void aTestEventGoesToOneSubscriptionEvenIfOthersWaitForIt() {
        JsonNode tried = subscribe("/tried", "[\"nothing.else\"]");
        JsonNode other = subscribe("/other", "[]");
        receiver.endpoint("/tried", a -> a.body().contains("webhook.test") ? 204 : 500);
        String waiting = event("nothing.else");

        Answer answer =
                relay.send(
                        "/subscriptions/" + id(tried) + "/test",
                        request -> request.POST(BodyPublishers.noBody()));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        String test = answer.json().get("id").stringValue();
        JsonNode delivery = awaitState(test, tried, "delivered");
        assertThat(delivery.get("attempts").intValue()).isEqualTo(1);
        assertThat(relay.get("/events/" + test).json().get("deliveries").size()).isEqualTo(1);
        awaitState(waiting, other, "delivered");
        Answer typed =
                relay.post(
                        "/subscriptions/" + id(tried) + "/test", "{\"type\":\"x.webhook.test\"}");
        String second = typed.json().get("id").stringValue();
        awaitState(second, tried, "delivered");
        assertThat(relay.get("/events/" + second).json().get("type"))
                .hasToString("\"x.webhook.test\"");
        String after = event("any");
        awaitState(after, other, "delivered");
        assertThat(receiver.idsAt("/other")).containsExactly(waiting, after);
        assertThat(texts(deliveries(tried, "").get("deliveries"), "event"))
                .containsExactly(second, test, waiting);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    POST  | /subscriptions           | {"url":"http://localhost:99999/"}                   | 400 | 'url' must have a port from 1 to 65535: 99999
                    POST  | /subscriptions           | {"url":"http://localhost:1/","eventTypes":"a"}      | 400 | must be a list of texts
                    POST  | /subscriptions           | {"url":"http://localhost:1/","eventTypes":[1]}      | 400 | must be a list of texts
                    POST  | /subscriptions           | {"url":"http://localhost:1/","eventTypes":["a*b"]}  | 400 | only at its end
                    POST  | /subscriptions           | {"url":"http://localhost:1/","eventTypes":[""]}     | 400 | 1 to 128 characters
                    PATCH | /subscriptions/x         | {"eventTypes":["*a"]}                               | 400 | only at its end
                    PATCH | /subscriptions/x         | {"eventTypes":["a"],"enabled":1}                    | 400 | 'enabled' must be true or false
                    PATCH | /subscriptions/x         | {}                                                  | 400 | must have one of [enabled, eventTypes, operational]
                    PATCH | /subscriptions/x         | {"eventTypes":["a"]}                                | 404 | there is no subscription 'x'
                    POST  | /subscriptions/x/replay  | {}                                                  | 400 | 'since' is missing
                    POST  | /subscriptions/x/replay  | {"since":"yesterday"}                               | 400 | such as 2026-05-08T12:00:00Z: "yesterday"
                    POST  | /subscriptions/x/replay  | {"since":5}                                         | 400 | 'since' must be a time with an offset, such as 2026-05-08T12:00:00Z: "5"
                    POST  | /subscriptions/x/replay  | {"since":"2026-05-08T12:00:00Z"}                    | 404 | there is no subscription 'x'
                    POST  | /subscriptions/x/test    | {"type":""}                                         | 400 | 'type' must be a text
                    POST  | /subscriptions/x/test    | {}                                                  | 404 | there is no subscription 'x'
                    GET   | /subscriptions/x/deliveries           |                                        | 404 | there is no subscription 'x'
                    GET   | /subscriptions/x/deliveries?limit=101 |                                        | 400 | 'limit' must be a number from 1 to 100: "101"
                    GET   | /subscriptions/x/deliveries?limit=a   |                                        | 400 | 'limit' must be a number from 1 to 100: "a"
                    GET   | /subscriptions/x/deliveries?before=0  |                                        | 400 | 'before' must be a positive number: "0"
                    GET   | /subscriptions/x/deliveries?state=new |                                        | 400 | 'state' must be one of pending, delivered, failed, skipped: "new"
                    GET   | /events/x/attempts?subscription=%00   |                                        | 400 | 'subscription' must be the id of a subscription: "\\u0000"
                    GET   | /events/x/attempts       |                                                     | 404 | there is no event 'x'
                    """)
    void whatIsWrongIsRefusedWithItsReason(
            String method, String path, String body, int expected, String text) {
        Answer answer =
                switch (method) {
                    case "POST" -> relay.post(path, body);
                    case "PATCH" -> relay.patch(path, body);
                    default -> relay.get(path);
                };
        assertProblem(answer, expected, text);
    }

    @Test
    void aProblemShowsTheBeginningOfAWrongValueInAscii() {
        String value = "%E2%82%AC" + "a".repeat(200);

        assertProblem(
                relay.get("/subscriptions/x/deliveries?state=" + value),
                400,
                ": \"\\u20ac" + "a".repeat(74) + "…\"");
    }

    private static void assertProblem(Answer answer, int expected, String text) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(expected);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.json().get("detail").stringValue()).contains(text);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.openapi;

import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Pid;
import dev.otp4j.sample.openapi.Description.Operation;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.sample.testkit.Relay.Answer;
import dev.otp4j.sys.Sys;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The requests that lead to each described answer. Most follow from the description: the success is
 * that of the examples, and a request without a key, with a large body and so on is made of it.
 */
final class Requests implements AutoCloseable {
    private static final String OPERATOR = "the-operator";
    private static final String PUBLISHER = "the-publisher";
    private static final String VIEWER = "the-viewer";

    private final Relay relay;
    private final ApplicationContext context;
    private final Receiver receiver = new Receiver();

    /** What the description does not tell: how to provoke some answers. */
    private final Map<String, Supplier<Answer>> own =
            Map.ofEntries(
                    Map.entry("POST /events 400", () -> post("/events", "[]")),
                    Map.entry("POST /events 422", this::reusedKey),
                    Map.entry("POST /subscriptions 400", () -> post("/subscriptions", "{}")),
                    Map.entry(
                            "PATCH /subscriptions/{id} 400",
                            () -> patch("/subscriptions/" + newSubscription(), "{}")),
                    Map.entry(
                            "GET /subscriptions/{id}/deliveries 400",
                            () ->
                                    get(
                                            "/subscriptions/"
                                                    + newSubscription()
                                                    + "/deliveries?limit=0")),
                    Map.entry(
                            "POST /subscriptions/{id}/secret/rotate 400",
                            () -> onSubscription("/secret/rotate", "{\"secret\":\"x\"}")),
                    Map.entry("POST /subscriptions/{id}/secret/rotate 409", this::rotatedTooOften),
                    Map.entry(
                            "POST /subscriptions/{id}/replay 400",
                            () -> onSubscription("/replay", "{}")),
                    Map.entry("POST /subscriptions/{id}/replay 202", () -> replay(failed())),
                    Map.entry("POST /subscriptions/{id}/replay 409", this::replayTwice),
                    Map.entry(
                            "POST /subscriptions/{id}/test 400",
                            () -> onSubscription("/test", "{\"type\":1}")),
                    Map.entry(
                            "POST /subscriptions/{id}/test 409",
                            () -> post("/subscriptions/" + failed() + "/test", "{}")),
                    Map.entry(
                            "POST /events/{event}/deliveries/{subscription}/retry 409",
                            this::retryPending),
                    Map.entry("POST /chaos/kill 400", () -> post("/chaos/kill?path=x", "")),
                    Map.entry("POST /chaos/kill 404", () -> post("/chaos/kill?path=/x", "")),
                    Map.entry("POST /chaos/kill 409", this::withoutProcess));

    Requests(int port, ApplicationContext context) {
        this.relay = new Relay(port);
        this.context = context;
    }

    @Override
    public void close() {
        receiver.close();
    }

    /** Configures the keys of this client. */
    static void keys(BiConsumer<String, String> properties) {
        int n = 0;
        for (String key : List.of(OPERATOR, PUBLISHER, VIEWER)) {
            String prefix = "relay.api-keys[" + n++ + "].";
            properties.accept(prefix + "name", key);
            properties.accept(prefix + "role", key.substring("the-".length()));
            properties.accept(prefix + "sha256", sha256(key));
        }
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    Answer get(String path) {
        return relay.send(path, as(OPERATOR));
    }

    private Answer post(String path, String json) {
        return relay.send(
                path,
                request -> json(as(OPERATOR).apply(request)).POST(BodyPublishers.ofString(json)));
    }

    private Answer patch(String path, String json) {
        return relay.send(
                path,
                request ->
                        json(as(OPERATOR).apply(request))
                                .method("PATCH", BodyPublishers.ofString(json)));
    }

    private static UnaryOperator<HttpRequest.Builder> as(String key) {
        return request -> request.header("authorization", "Bearer " + key);
    }

    private static HttpRequest.Builder json(HttpRequest.Builder request) {
        return request.header("content-type", "application/json");
    }

    /** {@return the id of a new event} */
    String newEvent() {
        return post("/events", "{\"type\":\"some\"}").json().get("id").stringValue();
    }

    private String newSubscription() {
        return post("/subscriptions", "{\"url\":\"http://localhost:1/\"}")
                .json()
                .get("id")
                .stringValue();
    }

    /** Makes a request that should lead to a described answer. */
    Answer provoke(Operation operation, int status) {
        Supplier<Answer> known = own.get(operation + " " + status);
        if (known != null) return known.get();
        return switch (status) {
            case 200, 201, 202, 204 -> send(operation, path(operation), as(OPERATOR));
            case 401 -> send(operation, path(operation), UnaryOperator.identity());
            case 403 ->
                    send(
                            operation,
                            path(operation),
                            as(operation.method.equals("GET") ? PUBLISHER : VIEWER));
            case 404 -> send(operation, operation.path.replaceAll("\\{\\w+}", "no"), as(OPERATOR));
            case 406 ->
                    send(
                            operation,
                            path(operation),
                            request -> as(OPERATOR).apply(request).header("accept", "text/plain"));
            case 413 -> tooLarge(operation);
            case 415 -> asText(operation);
            case 503 ->
                    operation.method.equals("GET") ? unreadable(operation) : suspended(operation);
            default ->
                    throw new AssertionError(
                            "'own' must say how " + operation + " leads to " + status);
        };
    }

    private String path(Operation operation) {
        String path = operation.pathWithQuery();
        if (path.contains("{event}")) return delivered(path);
        if (!path.contains("{id}")) return path;
        return path.replace("{id}", path.startsWith("/events") ? newEvent() : newSubscription());
    }

    private Answer send(Operation operation, String path, UnaryOperator<HttpRequest.Builder> more) {
        return send(operation, path, operation.exampleBody(), more);
    }

    private Answer send(
            Operation operation,
            String path,
            @Nullable JsonNode body,
            UnaryOperator<HttpRequest.Builder> more) {
        var content =
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
        return relay.send(
                path,
                request -> {
                    if (body != null) json(request);
                    return more.apply(request.method(operation.method, content));
                });
    }

    private Answer tooLarge(Operation operation) {
        var body = (ObjectNode) operation.exampleBody().deepCopy();
        body.put("pad", "x".repeat(256 * 1024));
        return send(operation, path(operation), body, as(OPERATOR));
    }

    private Answer asText(Operation operation) {
        return relay.send(
                path(operation),
                request ->
                        as(OPERATOR)
                                .apply(request)
                                .header("content-type", "text/plain")
                                .method(operation.method, BodyPublishers.ofString("{}")));
    }

    private Answer onSubscription(String path, String json) {
        return post("/subscriptions/" + newSubscription() + path, json);
    }

    private String subscription(String url) {
        return post("/subscriptions", "{\"url\":\"" + url + "\"}").json().get("id").stringValue();
    }

    private void untilSettled(String event, String subscription, String state) {
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                get("/events/" + event)
                                        .json()
                                        .get("deliveries")
                                        .valueStream()
                                        .filter(
                                                d ->
                                                        d.get("subscription")
                                                                .asString()
                                                                .equals(subscription))
                                        .anyMatch(d -> d.get("state").asString().equals(state)));
    }

    /** {@return the path of a delivery that was made} */
    private String delivered(String path) {
        String subscription = subscription(receiver.endpoint("/ok"));
        String event = newEvent();
        untilSettled(event, subscription, "delivered");
        return path.replace("{event}", event).replace("{subscription}", subscription);
    }

    /** {@return a subscription with a delivery that has failed; it is disabled} */
    private String failed() {
        String subscription = subscription(receiver.endpoint("/gone", arrival -> 410));
        untilSettled(newEvent(), subscription, "failed");
        return subscription;
    }

    private Answer replay(String subscription) {
        return post(
                "/subscriptions/" + subscription + "/replay",
                "{\"since\":\"2026-01-01T00:00:00Z\"}");
    }

    private Answer replayTwice() {
        String subscription = failed();
        replay(subscription);
        return replay(subscription);
    }

    private Answer retryPending() {
        String subscription = newSubscription();
        return post("/events/" + newEvent() + "/deliveries/" + subscription + "/retry", "");
    }

    private Answer rotatedTooOften() {
        String path = "/subscriptions/" + newSubscription() + "/secret/rotate";
        for (int n = 0; n < 3; n++) post(path, "{}");
        return post(path, "{}");
    }

    private Answer reusedKey() {
        UnaryOperator<HttpRequest.Builder> key =
                request -> json(as(OPERATOR).apply(request)).header("Idempotency-Key", "one");
        relay.send("/events", r -> key.apply(r).POST(BodyPublishers.ofString("{\"a\":1}")));
        return relay.send("/events", r -> key.apply(r).POST(BodyPublishers.ofString("{\"a\":2}")));
    }

    /** The ledger takes no messages for a while. */
    private Answer suspended(Operation operation) {
        String path = path(operation);
        Pid ledger = context.getBean(OtpSystem.class).find("/ledger", 0, 0).orElseThrow().pid();
        Sys.suspend(ledger, Duration.ofSeconds(5));
        try {
            return send(operation, path, as(OPERATOR));
        } finally {
            Sys.resume(ledger, Duration.ofSeconds(5));
        }
    }

    /** Two tables are away for a while. */
    private Answer unreadable(Operation operation) {
        String path = path(operation);
        JdbcClient jdbc = context.getBean(JdbcClient.class);
        jdbc.sql("ALTER TABLE subscription RENAME TO away").update();
        jdbc.sql("ALTER TABLE event RENAME TO event_away").update();
        try {
            return send(operation, path, as(OPERATOR));
        } finally {
            jdbc.sql("ALTER TABLE event_away RENAME TO event").update();
            jdbc.sql("ALTER TABLE away RENAME TO subscription").update();
        }
    }

    /** A courier that is killed again and again waits longer and longer for its restart. */
    private Answer withoutProcess() {
        String path = "/chaos/kill?path=/relay/couriers/" + newSubscription();
        for (int n = 0; n < 1_000; n++) {
            Answer answer = post(path, "");
            if (answer.status() == 409) return answer;
        }
        throw new AssertionError("the courier always runs");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends requests to a running relay, as curl would. */
public final class Relay {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;

    /** Creates a client of the relay at a port. */
    public Relay(int port) {
        base = "http://localhost:" + port;
    }

    /** The answer to a request. */
    public record Answer(HttpResponse<String> response) {
        /** {@return its status} */
        public int status() {
            return response.statusCode();
        }

        /** {@return its content type, or an empty text} */
        public String type() {
            return response.headers().firstValue("content-type").orElse("");
        }

        /** {@return its body} */
        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        @Override
        public String toString() {
            return status() + " " + type() + " " + response.body();
        }
    }

    /** Sends a request. */
    public Answer send(String path, UnaryOperator<HttpRequest.Builder> request) {
        try {
            var builder = HttpRequest.newBuilder(URI.create(base + path));
            return new Answer(http.send(request.apply(builder).build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code POST} of a JSON text. */
    public Answer post(String path, String json) {
        return send(
                path,
                request ->
                        request.header("content-type", "application/json")
                                .POST(BodyPublishers.ofString(json)));
    }

    /** {@code PATCH} with a JSON text. */
    public Answer patch(String path, String json) {
        return send(
                path,
                request ->
                        request.header("content-type", "application/json")
                                .method("PATCH", BodyPublishers.ofString(json)));
    }

    /** {@code GET}. */
    public Answer get(String path) {
        return send(path, UnaryOperator.identity());
    }

    /** {@code DELETE}. */
    public Answer delete(String path) {
        return send(path, HttpRequest.Builder::DELETE);
    }

    /** Subscribes; returns the new subscription. */
    public JsonNode subscribe(String url) {
        Answer answer = post("/subscriptions", "{\"url\":\"" + url + "\"}");
        if (answer.status() != 201) throw new AssertionError(answer);
        return answer.json();
    }

    /** Posts an event; returns its id. */
    public String event(String json) {
        Answer answer = post("/events", json);
        if (answer.status() != 202) throw new AssertionError(answer);
        return answer.json().get("id").stringValue();
    }

    /** {@return the delivery of an event for a subscription} */
    public JsonNode delivery(String event, JsonNode subscription) {
        for (JsonNode delivery : get("/events/" + event).json().get("deliveries")) {
            if (delivery.get("subscription").equals(subscription.get("id"))) return delivery;
        }
        throw new AssertionError("no delivery of " + event + " for " + subscription);
    }

    /** Kills the process at a path; returns whether there was one. */
    public boolean kill(String path) {
        String encoded = URLEncoder.encode(path, StandardCharsets.UTF_8);
        return post("/chaos/kill?path=" + encoded, "").status() == 200;
    }
}

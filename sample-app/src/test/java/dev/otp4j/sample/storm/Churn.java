/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.sample.testkit.Relay.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Adds and removes subscriptions, with healthy receivers and with receivers that hang. Also
 * disables and enables a subscription that stays.
 */
final class Churn implements Runnable {
    private static final int ALIVE = 4;

    private final Supplier<Relay> relay;
    private final EndpointServer server;
    private final String pausedId;
    private final Pace pace;
    private final ArrayDeque<String> alive = new ArrayDeque<>();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private int pauses;

    Churn(Supplier<Relay> relay, EndpointServer server, String pausedId, Pace pace) {
        this.relay = relay;
        this.server = server;
        this.pausedId = pausedId;
        this.pace = pace;
    }

    @Override
    public void run() {
        for (int turn = 0; pace.next(); turn++) {
            enable(turn % 2 == 1);
            add(turn);
            if (alive.size() > ALIVE) remove();
        }
        enable(true);
        while (!alive.isEmpty()) remove();
    }

    private void enable(boolean enabled) {
        pauses++;
        repeat(
                200,
                () ->
                        relay.get()
                                .patch(
                                        "/subscriptions/" + pausedId,
                                        "{\"enabled\":" + enabled + "}"));
    }

    private void add(int turn) {
        var endpoint =
                new Endpoint("/guest-" + turn, turn % 3 == 0 ? Endpoint.HANGING : Endpoint.HEALTHY);
        String url = server.add(endpoint);
        JsonNode made =
                repeat(201, () -> relay.get().post("/subscriptions", "{\"url\":\"" + url + "\"}"))
                        .json();
        endpoint.signedWith(made.get("secret").stringValue());
        alive.add(made.get("id").stringValue());
        endpoints.add(endpoint);
    }

    private void remove() {
        String id = alive.remove();
        repeat(204, () -> relay.get().delete("/subscriptions/" + id));
    }

    /** A 503 says that nothing was changed. */
    private static Answer repeat(int expected, Supplier<Answer> request) {
        for (int n = 0; n < 10; n++) {
            Answer answer = request.get();
            if (answer.status() == expected) return answer;
            if (answer.status() != 503) throw new AssertionError(answer);
        }
        throw new AssertionError("503 for ten times");
    }

    /** {@return the endpoints of all subscriptions} Call this only after the end of the run. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    int pauses() {
        return pauses;
    }
}

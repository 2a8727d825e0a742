/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The endpoint where a subscription's deliveries arrive. Records the order in which events first
 * arrived, and complains about deliveries that should never arrive.
 */
final class Endpoint {

    /** How an endpoint treats a delivery. */
    interface Manner {
        /**
         * Answers.
         *
         * @param repeated whether this event has arrived before
         * @return whether the relay was told that it may forget the delivery
         */
        boolean take(HttpExchange exchange, String id, boolean repeated) throws Exception;
    }

    /** Answers every delivery with success. */
    static final Manner HEALTHY = (exchange, id, repeated) -> answer(exchange, 204);

    /** Never answers. */
    static final Manner HANGING =
            (exchange, id, repeated) -> {
                new CompletableFuture<Void>().get();
                return false;
            };

    static boolean answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        return status == 204;
    }

    final String path;
    private final Manner manner;
    private final CompletableFuture<String> secret = new CompletableFuture<>();
    private final Map<String, Integer> bodies = new LinkedHashMap<>();
    private final Set<String> confirmed = new HashSet<>();
    private final List<String> complaints = new ArrayList<>();
    private int arrivals;

    Endpoint(String path, Manner manner) {
        this.path = path;
        this.manner = manner;
    }

    /**
     * Sets the secret with which deliveries are signed. Deliveries that arrive before wait for it.
     */
    void signedWith(String shared) {
        secret.complete(shared);
    }

    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String id = exchange.getRequestHeaders().getFirst("webhook-id");
            check(exchange, body);
            boolean repeated = arrived(id, Arrays.hashCode(body));
            if (manner.take(exchange, id, repeated)) confirm(id);
        } catch (IOException e) {
            throw e; // the relay did not wait for the answer
        } catch (Exception e) {
            complain(String.valueOf(e));
        }
    }

    private void check(HttpExchange exchange, byte[] body) throws Exception {
        var headers =
                HttpHeaders.of(Map.copyOf(exchange.getRequestHeaders()), (name, value) -> true);
        new Webhook(secret.get()).verify(new String(body, StandardCharsets.UTF_8), headers);
    }

    private synchronized boolean arrived(String id, int body) {
        arrivals++;
        Integer before = bodies.putIfAbsent(id, body);
        if (before != null && before != body) complaints.add(id + " came with two bodies");
        return before != null;
    }

    private synchronized void confirm(String id) {
        confirmed.add(id);
    }

    private synchronized void complain(String what) {
        complaints.add(what);
    }

    /**
     * {@return the events that arrived and the hash of their bodies, in the order of their first
     * arrival}
     */
    synchronized Map<String, Integer> bodies() {
        return new LinkedHashMap<>(bodies);
    }

    /** {@return the events that were answered with success} */
    synchronized Set<String> confirmed() {
        return Set.copyOf(confirmed);
    }

    synchronized int confirmedCount() {
        return confirmed.size();
    }

    synchronized int arrivals() {
        return arrivals;
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public synchronized String toString() {
        return "%s: %d arrivals of %d events, %d confirmed, %s"
                .formatted(path, arrivals, bodies.size(), confirmed.size(), complaints);
    }
}

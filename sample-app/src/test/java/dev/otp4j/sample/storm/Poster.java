/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.sample.testkit.Relay.Answer;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Posts one event after the other. If the relay refuses an event and says that nothing was stored,
 * every second such event is given up. The others, and events whose outcome is not known, are
 * posted again with the same key.
 */
final class Poster implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String name;
    private final Supplier<Relay> relay;
    private final List<String> payloads;
    private final Pace pace;
    private final Map<String, Integer> accepted = new LinkedHashMap<>();
    private int refused;
    private int repeated;

    Poster(String name, Supplier<Relay> relay, List<String> payloads, Pace pace) {
        this.name = name;
        this.relay = relay;
        this.payloads = payloads;
        this.pace = pace;
    }

    @Override
    public void run() {
        for (int n = 0; pace.next(); n++) post(n, payloads.get(n % payloads.size()));
    }

    private void post(int n, String body) {
        while (true) {
            String problem = attempt(name + "-" + n, body);
            if (problem.isEmpty()) return;
            if (problem.contains("nothing was changed") && refused() % 2 == 0) return;
            repeated();
        }
    }

    /** {@return the problem, or an empty text if the event was accepted} */
    private String attempt(String key, String body) {
        Answer answer;
        try {
            answer =
                    relay.get()
                            .send(
                                    "/events",
                                    request ->
                                            request.timeout(PATIENCE)
                                                    .header("content-type", "application/json")
                                                    .header("Idempotency-Key", key)
                                                    .POST(BodyPublishers.ofString(body)));
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof java.net.http.HttpTimeoutException
                    && !(e.getCause() instanceof java.net.http.HttpConnectTimeoutException)) {
                throw new AssertionError("no answer within " + PATIENCE, e);
            }
            pace.pause();
            return "no connection";
        }
        if (answer.status() == 202) {
            accept(answer.json().get("id").stringValue(), body);
            return "";
        }
        if (answer.status() != 503) throw new AssertionError(answer);
        return answer.json().get("detail").stringValue();
    }

    private synchronized void accept(String id, String body) {
        if (accepted.put(id, Arrays.hashCode(body.getBytes(StandardCharsets.UTF_8))) != null) {
            throw new AssertionError(id + " was given out twice");
        }
    }

    private synchronized int refused() {
        return ++refused;
    }

    private synchronized void repeated() {
        repeated++;
    }

    /**
     * {@return the events with 202 and the hash of their bodies, in the order they were accepted}
     */
    synchronized Map<String, Integer> accepted() {
        return new LinkedHashMap<>(accepted);
    }

    synchronized int refusals() {
        return refused;
    }

    synchronized int repetitions() {
        return repeated;
    }
}

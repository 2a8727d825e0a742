/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import dev.otp4j.sample.testkit.Relay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Reads {@code /actuator/otp} and {@code /actuator/health} repeatedly. */
final class Observer implements Runnable {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Supplier<Relay> relay;
    private final Pace pace;
    private final List<String> complaints = new ArrayList<>();
    private long slowest;
    private long restarts;
    private int answers;
    private int mailbox;

    Observer(Supplier<Relay> relay, Pace pace) {
        this.relay = relay;
        this.pace = pace;
    }

    @Override
    public void run() {
        while (pace.next()) {
            long start = System.nanoTime();
            look();
            took(System.nanoTime() - start);
        }
    }

    private void look() {
        try {
            var tree = relay.get().send("/actuator/otp", request -> request.timeout(LIMIT));
            var health = relay.get().send("/actuator/health", request -> request.timeout(LIMIT));
            if (tree.status() != 200) complain(tree.toString());
            else noticed(tree.json());
            if (health.status() != 200) complain(health.toString());
        } catch (RuntimeException e) {
            complain(e.toString());
        }
    }

    private synchronized void noticed(JsonNode json) {
        restarts = json.get("restarts").longValue();
        mailbox = Math.max(mailbox, queued(json.get("tree")));
    }

    /** {@return how many messages wait in the mailboxes of a node and the nodes below it} */
    static int queued(JsonNode node) {
        int queued = node.has("mailbox") ? node.get("mailbox").get("size").intValue() : 0;
        if (node.has("children")) {
            for (JsonNode child : node.get("children")) queued += queued(child);
        }
        return queued;
    }

    private synchronized void took(long nanos) {
        answers++;
        slowest = Math.max(slowest, nanos);
    }

    private synchronized void complain(String what) {
        complaints.add(what);
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    synchronized long restarts() {
        return restarts;
    }

    @Override
    public synchronized String toString() {
        return "%d looks, slowest %d ms, most messages queued %d, complaints %s"
                .formatted(answers, slowest / 1_000_000, mailbox, complaints);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import dev.otp4j.sample.testkit.Relay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Kills parts of the relay in random order, all parts of its list equally often. */
final class Killer implements Runnable {
    private static final List<String> VICTIMS =
            List.of(
                    "/ledger",
                    "/ledger",
                    "/ledger",
                    "/results",
                    "/results",
                    "/relay/couriers/*",
                    "/relay/couriers/*",
                    "/relay/couriers/*",
                    "/relay/couriers/*",
                    "/relay/dispatcher",
                    "/relay/couriers",
                    "/relay",
                    "/sweeper");

    private final Supplier<Relay> relay;
    private final Pace pace;
    private final Random random;
    private final Map<String, Integer> kills = new TreeMap<>();

    Killer(Supplier<Relay> relay, Pace pace, long seed) {
        this.relay = relay;
        this.pace = pace;
        this.random = new Random(seed);
    }

    @Override
    public void run() {
        while (pace.next()) {
            String victim = VICTIMS.get(random.nextInt(VICTIMS.size()));
            String path = victim.endsWith("*") ? courier() : victim;
            if (path != null && relay.get().kill(path)) count(victim);
        }
    }

    /** {@return the path of one courier, or null if there is none now} */
    private String courier() {
        var answer = relay.get().get("/actuator/otp/relay/couriers");
        if (answer.status() != 200) return null; // its factory was killed
        var paths = new ArrayList<String>();
        for (JsonNode child : children(answer.json())) paths.add(child.get("path").stringValue());
        return paths.isEmpty() ? null : paths.get(random.nextInt(paths.size()));
    }

    private static Iterable<JsonNode> children(JsonNode node) {
        JsonNode children = node.get("children");
        return children == null ? List.of() : children;
    }

    private synchronized void count(String victim) {
        kills.merge(victim, 1, Integer::sum);
    }

    synchronized Map<String, Integer> kills() {
        return new TreeMap<>(kills);
    }

    int total() {
        return kills().values().stream().mapToInt(Integer::intValue).sum();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The last crashes of each definition, and all crashes in groups. Survives the processes. Bounded:
 * {@value #KEPT} crashes of each definition, {@value #DEFINITIONS} definitions, {@value #GROUPS}
 * groups; the ones that were used longest ago make room. Thread-safe.
 *
 * @since 0.1.0
 */
public final class CrashLog {
    /** So many crashes are kept of each definition. */
    public static final int KEPT = 20;

    static final int DEFINITIONS = 1_000;
    static final int GROUPS = 1_000;

    private record Key(String definition, String type, @Nullable String messageType) {}

    private final Map<String, Deque<Crash>> byDefinition = leastRecentlyUsed(DEFINITIONS);
    private final Map<Key, CrashGroup> groups = leastRecentlyUsed(GROUPS);

    CrashLog() {}

    private static <K, V> Map<K, V> leastRecentlyUsed(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    synchronized void add(Crash crash) {
        Deque<Crash> last =
                byDefinition.computeIfAbsent(crash.definition(), name -> new ArrayDeque<>());
        if (last.size() == KEPT) last.removeFirst();
        last.add(crash);
        String type = crash.causes().getFirst();
        groups.merge(
                new Key(crash.definition(), type, crash.messageType()),
                new CrashGroup(crash.definition(), type, crash.messageType(), 1, crash.at(), crash),
                (before, one) ->
                        new CrashGroup(
                                before.definition(),
                                before.type(),
                                before.messageType(),
                                before.count() + 1,
                                before.first(),
                                crash));
    }

    /** A supervisor has said what it does about the last crash of a process. */
    synchronized void decided(String definition, String path, String decision, int generation) {
        change(
                definition,
                path,
                crash -> crash.decision() == null ? crash.decided(decision, generation) : crash);
    }

    /** The successor of a process that had crashed is initialised. */
    synchronized void ranAgain(String definition, String path, Instant now) {
        change(
                definition,
                path,
                crash ->
                        crash.ranAgainAfter() == null
                                ? crash.ranAgain(Duration.between(crash.at(), now))
                                : crash);
    }

    private void change(String definition, String path, UnaryOperator<Crash> change) {
        Deque<Crash> last = byDefinition.get(definition);
        if (last == null) return;
        Crash newest = null;
        for (Crash crash : last) {
            if (crash.path().equals(path)) newest = crash;
        }
        if (newest == null) return;
        Crash changed = change.apply(newest);
        if (changed == newest) return;
        var all = new ArrayList<>(last);
        all.set(all.lastIndexOf(newest), changed);
        last.clear();
        last.addAll(all);
        replaceInGroup(newest, changed);
    }

    private void replaceInGroup(Crash before, Crash now) {
        var key = new Key(before.definition(), before.causes().getFirst(), before.messageType());
        groups.computeIfPresent(
                key,
                (same, group) ->
                        group.last() != before
                                ? group
                                : new CrashGroup(
                                        group.definition(),
                                        group.type(),
                                        group.messageType(),
                                        group.count(),
                                        group.first(),
                                        now));
    }

    /** {@return the last crashes of a definition, the newest first} */
    public synchronized List<Crash> of(String definition) {
        Deque<Crash> last = byDefinition.get(definition);
        return last == null ? List.of() : new ArrayList<>(last).reversed();
    }

    /** {@return the last crashes at a path, the newest first} */
    public synchronized List<Crash> at(String path) {
        var found = new ArrayList<Crash>();
        for (Deque<Crash> last : byDefinition.values()) {
            for (Crash crash : last) {
                if (crash.path().equals(path)) found.add(crash);
            }
        }
        found.sort(Comparator.comparing(Crash::at).reversed());
        return List.copyOf(found);
    }

    /** {@return all groups, the one with the newest crash first} */
    public synchronized List<CrashGroup> groups() {
        var all = new ArrayList<>(groups.values());
        all.sort(Comparator.comparing((CrashGroup group) -> group.last().at()).reversed());
        return List.copyOf(all);
    }

    /** {@return how many crashes each definition has had, of those that are kept in groups} */
    public synchronized Map<String, Long> counts() {
        var counts = new HashMap<String, Long>();
        for (CrashGroup group : groups.values()) {
            counts.merge(group.definition(), group.count(), Long::sum);
        }
        return Map.copyOf(counts);
    }
}

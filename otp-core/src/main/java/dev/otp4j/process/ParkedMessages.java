/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The parked messages of a runtime, of each name the oldest first. A name without any costs
 * nothing. All fields are guarded by this object's monitor, under which no other code runs.
 */
final class ParkedMessages {
    /** A parked message with its content. */
    record Parked(NameState name, Object message, @Nullable Object note, ParkedMessage shown) {}

    private final Map<NameState, ArrayDeque<Parked>> byName = new HashMap<>();
    private long numbers;

    /**
     * Parks a message.
     *
     * @param most how many of the name are kept
     * @return the oldest message of the name, if that had to go, else null
     */
    synchronized @Nullable Parked park(
            NameState name,
            Envelope.Retained retained,
            @Nullable String path,
            String cause,
            int most) {
        ArrayDeque<Parked> own = byName.computeIfAbsent(name, any -> new ArrayDeque<>());
        String type = retained.item.getClass().getName();
        var shown =
                new ParkedMessage(
                        numbers + 1,
                        Instant.now(),
                        name.toString(),
                        path,
                        type,
                        cause,
                        retained.attempts);
        own.add(new Parked(name, retained.item, retained.context, shown));
        numbers++;
        return own.size() > most ? own.poll() : null;
    }

    /**
     * Takes out the oldest messages that are wanted, so that no other caller gets them.
     *
     * @param most how many at most
     */
    synchronized List<Parked> take(Predicate<ParkedMessage> wanted, int most) {
        var taken = new ArrayList<Parked>();
        for (Parked parked : sorted()) {
            if (taken.size() == most) break;
            if (wanted.test(parked.shown())) taken.add(parked);
        }
        for (Parked parked : taken) {
            ArrayDeque<Parked> own = byName.get(parked.name());
            if (own == null) continue;
            own.remove(parked);
            if (own.isEmpty()) byName.remove(parked.name());
        }
        return taken;
    }

    /** Puts back a message that was taken and could not be sent. */
    synchronized void putBack(Parked parked) {
        ArrayDeque<Parked> own = byName.computeIfAbsent(parked.name(), any -> new ArrayDeque<>());
        own.addFirst(parked);
    }

    /** All of them, the oldest first. */
    synchronized List<ParkedMessage> all() {
        return sorted().stream().map(Parked::shown).toList();
    }

    /** How many messages of that name are parked. */
    synchronized int count(NameState name) {
        ArrayDeque<Parked> own = byName.get(name);
        return own == null ? 0 : own.size();
    }

    synchronized int count() {
        int sum = 0;
        for (ArrayDeque<Parked> own : byName.values()) sum += own.size();
        return sum;
    }

    private List<Parked> sorted() {
        var all = new ArrayList<Parked>();
        byName.values().forEach(all::addAll);
        all.sort(Comparator.comparingLong(parked -> parked.shown().number()));
        return all;
    }
}

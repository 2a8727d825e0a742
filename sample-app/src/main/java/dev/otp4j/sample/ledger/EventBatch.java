/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The events of one transaction. What is stored already is read once, for all of them; the new ones
 * are written together at the end.
 */
final class EventBatch {
    private final long head;
    private final Clock clock;
    private final EventTable table;
    private final List<NewEvent> added = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final Map<String, EventTable.Known> keys = new HashMap<>();

    EventBatch(long head, Clock clock, EventTable table, List<NewEvent> events) {
        this.head = head;
        this.clock = clock;
        this.table = table;
        table.withIds(events.stream().map(NewEvent::id).toList())
                .forEach(known -> ids.add(known.id()));
        table.withKeys(
                        events.stream()
                                .map(NewEvent::idempotencyKey)
                                .filter(Objects::nonNull)
                                .toList())
                .forEach(known -> learn(known.key(), known));
    }

    private void learn(@Nullable String key, EventTable.Known known) {
        if (key != null) keys.put(key, known);
    }

    /** {@return the position of the last event that was written before this batch} */
    long before() {
        return head;
    }

    /** {@return the position of the last event, including those of this batch} */
    long head() {
        return head + added.size();
    }

    Stored store(NewEvent event) {
        if (ids.contains(event.id())) return new Stored.As(event.id());
        String key = event.idempotencyKey();
        EventTable.Known known = key == null ? null : keys.get(key);
        if (known != null) return known.resultFor(event);
        if (event.target() != null && isFull(event.target())) return new Stored.TooMany();
        add(event);
        if (key != null) keys.put(key, new EventTable.Known(event.id(), key, event.digest()));
        return new Stored.As(event.id());
    }

    /** An event for one subscription is a replay from the beginning, and counts as one. */
    private boolean isFull(String target) {
        long own = added.stream().filter(event -> target.equals(event.target())).count();
        return table.waiting(target) + own >= ReplayStep.MOST;
    }

    /** Adds an event of the relay itself. */
    void add(NewEvent event) {
        added.add(event);
        ids.add(event.id());
    }

    /** Writes the new events. */
    List<StoredEvent> write() {
        if (added.isEmpty()) return List.of();
        table.append(head, added, clock.instant().atOffset(ZoneOffset.UTC));
        long now = System.nanoTime();
        var stored = new ArrayList<StoredEvent>();
        for (NewEvent each : added) {
            long position = head + stored.size() + 1;
            stored.add(stored(position, each, now));
        }
        return stored;
    }

    private static StoredEvent stored(long position, NewEvent event, long now) {
        return new StoredEvent(
                position, event.id(), event.body(), now, event.type(), event.target());
    }
}

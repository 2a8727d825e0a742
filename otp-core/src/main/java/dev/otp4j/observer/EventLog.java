/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The last events of a system, oldest first. Thread-safe; adding is short and blocks for no longer
 * than another add or a copy of the log.
 *
 * @since 0.1.0
 */
public final class EventLog {
    /** So many of the last entries are compared with a new event. */
    static final int FOLDED = 8;

    private final int capacity;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private long sequence;
    private long forgotten;

    /**
     * @param capacity how many entries are kept
     */
    EventLog(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Adds an event. If one of the last {@value #FOLDED} entries equals it, that entry counts it
     * and moves to the end: a loop of crashes and restarts is a few entries.
     */
    synchronized void add(
            Instant at,
            Event.Kind kind,
            @Nullable String path,
            @Nullable String definition,
            String text) {
        long number = ++sequence;
        Event known = takeEqual(kind, path, text);
        if (known != null) {
            int count = known.count() + 1;
            events.add(new Event(number, known.at(), at, count, kind, path, definition, text));
            return;
        }
        if (events.size() == capacity) {
            events.removeFirst();
            forgotten++;
        }
        events.add(new Event(number, at, at, 1, kind, path, definition, text));
    }

    private @Nullable Event takeEqual(Event.Kind kind, @Nullable String path, String text) {
        Iterator<Event> newest = events.descendingIterator();
        for (int left = FOLDED; left > 0 && newest.hasNext(); left--) {
            Event event = newest.next();
            boolean equal =
                    event.kind() == kind
                            && Objects.equals(event.path(), path)
                            && event.text().equals(text);
            if (!equal) continue;
            newest.remove();
            return event;
        }
        return null;
    }

    /** {@return the number of the last event, or 0 if there was none} */
    public synchronized long lastSequence() {
        return sequence;
    }

    /** {@return how many entries were dropped because newer ones took their place} */
    public synchronized long forgotten() {
        return forgotten;
    }

    /**
     * {@return the entries after a number, oldest first}
     *
     * @param after a sequence number that the reader has seen; 0 for all
     * @param limit how many at most; the newest ones
     */
    public List<Event> after(long after, int limit) {
        return last(event -> event.sequence() > after, limit);
    }

    /**
     * {@return the entries since a time, oldest first}
     *
     * @param limit how many at most; the newest ones
     */
    public List<Event> since(Instant time, int limit) {
        return last(event -> !event.lastAt().isBefore(time), limit);
    }

    private synchronized List<Event> last(Predicate<Event> wanted, int limit) {
        var found = new ArrayList<Event>();
        for (Event event : events) {
            if (wanted.test(event)) found.add(event);
        }
        int from = Math.max(0, found.size() - Math.max(0, limit));
        return List.copyOf(found.subList(from, found.size()));
    }
}

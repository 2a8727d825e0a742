/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The last events, in memory: couriers that keep up read them here and not in the database. It has
 * the events of a range of positions without a gap, each of which is on the disk.
 *
 * <p>All fields that change are guarded by this object's monitor, which is held while some
 * references are copied. Writers of a killed ledger and of its successor may come in either order:
 * {@link #append} keeps the range without a gap.
 */
@Component
class Tail {
    private static final int EVENTS = 1 << 13;
    private static final int TIMES = 1 << 16;
    private static final int MAX_BYTES = 8 * 1024 * 1024;

    /** The events from {@link #first} to {@link #last}, by position. */
    private final @Nullable StoredEvent[] events = new StoredEvent[EVENTS];

    /** When the events from {@link #firstTime} to {@link #last} were accepted, by position. */
    private final long[] times = new long[TIMES];

    private final Changes changes = new Changes();

    private long first = 1;
    private long firstTime = 1;
    private long last;
    private long bytes;

    /** {@return the changes that memory does not have} */
    Changes changes() {
        return changes;
    }

    /** Tells the position of the last event, unless that is known. */
    synchronized void lastIs(long position) {
        if (last > 0) return;
        last = position;
        first = position + 1;
        firstTime = position + 1;
    }

    /**
     * Adds events. If there are events between the last one and these, which another writer has
     * committed and not added yet, all before these are forgotten. Events that are older than the
     * last one are left out.
     */
    synchronized void append(List<StoredEvent> added) {
        for (StoredEvent event : added) {
            if (event.position() <= last) continue;
            if (event.position() > last + 1) beginAt(event.position());
            while (isFull(event)) removeFirst();
            last = event.position();
            events[index(last, EVENTS)] = event;
            times[index(last, TIMES)] = event.acceptedAt();
            bytes += event.body().length;
            firstTime = Math.max(firstTime, last - TIMES + 1);
        }
    }

    private void beginAt(long position) {
        while (first <= last) removeFirst();
        first = position;
        firstTime = position;
    }

    private boolean isFull(StoredEvent next) {
        return first <= last
                && (last - first + 1 == EVENTS || bytes + next.body().length > MAX_BYTES);
    }

    @SuppressWarnings("NullAway") // there is one at each position of the range
    private void removeFirst() {
        int index = index(first++, EVENTS);
        bytes -= events[index].body().length;
        events[index] = null;
    }

    /** Some events of a range up to a position. */
    record Stretch(List<StoredEvent> events, long until) {}

    /**
     * {@return up to {@code most} events after a position that are wanted, and how far was looked
     * for them; empty if the first event after it is not here}
     */
    @SuppressWarnings("NullAway") // there is one at each position of the range
    synchronized Optional<Stretch> after(long position, int most, Predicate<StoredEvent> wanted) {
        if (position >= last) return Optional.of(new Stretch(List.of(), position));
        if (position + 1 < first) return Optional.empty();
        var found = new ArrayList<StoredEvent>();
        long until = position;
        while (until < last && found.size() < most) {
            StoredEvent event = events[index(++until, EVENTS)];
            if (wanted.test(event)) found.add(event);
        }
        return Optional.of(new Stretch(found, until));
    }

    /** {@return when the event at a position was accepted, if that is still known} */
    synchronized OptionalLong acceptedAt(long position) {
        boolean known = position >= firstTime && position <= last;
        return known ? OptionalLong.of(times[index(position, TIMES)]) : OptionalLong.empty();
    }

    /** {@return the position of the last event that was added} */
    synchronized long last() {
        return last;
    }

    private static int index(long position, int size) {
        return (int) (position & (size - 1));
    }
}

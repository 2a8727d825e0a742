/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.table;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Things that are found by a serial number, which they know themselves: an open-addressing table of
 * some ten bytes a thing, where a map takes forty.
 *
 * <p>One thread writes at a time; others may look meanwhile. They see what was there all the time
 * once, and what came or went may or may not be seen: nothing ever moves within an array, a removed
 * thing leaves a mark in its place, and when few places are left all go to a new array.
 *
 * <pre>
 * field   written by                                  read by
 * slots   the writer (volatile); elements: release    everybody; elements: acquire
 * size    the writer, after the element (volatile)    everybody
 * taken   the writer: elements and marks              the writer
 * </pre>
 *
 * @param <E> what is found
 */
public final class SerialTable<E> {
    private static final int SMALLEST = 4;
    private static final Object REMOVED = new Object();

    private final ToLongFunction<? super E> serial;
    private volatile AtomicReferenceArray<@Nullable Object> slots =
            new AtomicReferenceArray<>(SMALLEST);
    private volatile int size;
    private int taken;

    /** An empty table. A thing's serial does not change while it stands in here under it. */
    public SerialTable(ToLongFunction<? super E> serial) {
        this.serial = serial;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** What has that serial, or null. */
    public @Nullable E get(long wanted) {
        AtomicReferenceArray<@Nullable Object> in = slots;
        for (int at = first(wanted, in); ; at = next(at, in)) {
            Object found = in.getAcquire(at);
            if (found == null) return null;
            if (found != REMOVED && serial.applyAsLong(cast(found)) == wanted) return cast(found);
        }
    }

    /** Adds what is not there yet. */
    public void add(E element) {
        add(serial.applyAsLong(element), element);
    }

    /**
     * Adds an element under a serial that it has not got yet, so that whoever looks meanwhile finds
     * it under the old one; it gets the new one next, and is then {@link #remove(long, Object)
     * removed} from the old place.
     */
    public void add(long under, E element) {
        if (taken * 4 >= slots.length() * 3) rehash();
        place(slots, under, element);
        taken++;
        size = size + 1;
    }

    /** Removes the element that has that serial; it, or null if there was none. */
    public @Nullable E remove(long wanted) {
        E found = get(wanted);
        if (found != null) remove(wanted, found);
        return found;
    }

    /** Removes an element from where it was added under a serial. False if it is not there. */
    public boolean remove(long under, E element) {
        AtomicReferenceArray<@Nullable Object> in = slots;
        for (int at = first(under, in); ; at = next(at, in)) {
            Object found = in.getAcquire(at);
            if (found == null) return false;
            if (found != element) continue;
            boolean last = in.getAcquire(next(at, in)) == null; // no chain goes on after it
            in.setRelease(at, last ? null : REMOVED);
            if (last) taken--;
            size = size - 1;
            return true;
        }
    }

    /** Removes all. */
    public void clear() {
        slots = new AtomicReferenceArray<>(SMALLEST);
        taken = 0;
        size = 0;
    }

    /** All that are there, in no order. */
    public Stream<E> stream() {
        AtomicReferenceArray<@Nullable Object> in = slots;
        return IntStream.range(0, in.length())
                .mapToObj(in::getAcquire)
                .filter(found -> found != null && found != REMOVED)
                .map(SerialTable::cast);
    }

    /** How many places there are, taken or not. */
    int places() {
        return slots.length();
    }

    private void rehash() {
        AtomicReferenceArray<@Nullable Object> from = slots;
        int length = Math.max(SMALLEST, Integer.highestOneBit(size) * 4);
        var to = new AtomicReferenceArray<@Nullable Object>(length);
        for (int at = 0; at < from.length(); at++) {
            Object found = from.getAcquire(at);
            if (found == null || found == REMOVED) continue;
            place(to, serial.applyAsLong(SerialTable.<E>cast(found)), found);
        }
        taken = size;
        slots = to;
    }

    private static void place(
            AtomicReferenceArray<@Nullable Object> in, long under, Object element) {
        int at = first(under, in);
        while (in.getAcquire(at) != null) at = next(at, in);
        in.setRelease(at, element);
    }

    private static int first(long serial, AtomicReferenceArray<?> in) {
        long mixed = serial * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & (in.length() - 1);
    }

    private static int next(int at, AtomicReferenceArray<?> in) {
        return (at + 1) & (in.length() - 1);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T cast(Object element) {
        return (T) element;
    }
}

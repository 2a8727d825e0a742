/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.table;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of elements that are found by a serial number, which each element knows. It uses open
 * addressing and needs some ten bytes for each element, where a map needs forty.
 *
 * <p>One thread writes at a time; other threads may read meanwhile. A reader sees an element that
 * is there all the time exactly once; it may or may not see an element that is added or removed
 * meanwhile. For this, no element moves within an array: a removed element leaves a mark in its
 * place, and when few places are free, all elements are copied to a new array.
 *
 * <pre>
 * field   written by                                  read by
 * slots   the writer (volatile); elements: release    any thread; elements: acquire
 * size    the writer, after the element (volatile)    any thread
 * taken   the writer: elements and marks              the writer
 * </pre>
 *
 * @param <E> the elements
 */
public final class SerialTable<E> {
    private static final int SMALLEST = 4;
    private static final Object REMOVED = new Object();

    private final ToLongFunction<? super E> serial;
    private volatile AtomicReferenceArray<@Nullable Object> slots =
            new AtomicReferenceArray<>(SMALLEST);
    private volatile int size;
    private int taken;

    /**
     * An empty table. An element's serial must not change while the table has it under that serial.
     */
    public SerialTable(ToLongFunction<? super E> serial) {
        this.serial = serial;
    }

    /** How many elements there are. */
    public int size() {
        return size;
    }

    /** The element with that serial, or null. */
    public @Nullable E get(long wanted) {
        AtomicReferenceArray<@Nullable Object> in = slots;
        for (int at = first(wanted, in); ; at = next(at, in)) {
            Object found = in.getAcquire(at);
            if (found == null) return null;
            if (found != REMOVED && serial.applyAsLong(cast(found)) == wanted) return cast(found);
        }
    }

    /** Adds an element that is not in the table yet. */
    public void add(E element) {
        add(serial.applyAsLong(element), element);
    }

    /**
     * Adds an element under a serial that it does not have yet. A thread that reads meanwhile finds
     * it under its old serial. Next, the caller gives the element the new serial, and {@link
     * #remove(long, Object) removes} it from the old place.
     */
    public void add(long under, E element) {
        if (taken * 4 >= slots.length() * 3) rehash();
        place(slots, under, element);
        taken++;
        size = size + 1;
    }

    /** Removes the element with that serial and returns it. Null if there is none. */
    public @Nullable E remove(long wanted) {
        E found = get(wanted);
        if (found != null) remove(wanted, found);
        return found;
    }

    /**
     * Removes an element from the place at which it was added under that serial. False if it is not
     * there.
     */
    public boolean remove(long under, E element) {
        AtomicReferenceArray<@Nullable Object> in = slots;
        for (int at = first(under, in); ; at = next(at, in)) {
            Object found = in.getAcquire(at);
            if (found == null) return false;
            if (found != element) continue;
            boolean last = in.getAcquire(next(at, in)) == null; // no search goes on after it
            in.setRelease(at, last ? null : REMOVED);
            if (last) taken--;
            size = size - 1;
            return true;
        }
    }

    /** Removes all elements. */
    public void clear() {
        slots = new AtomicReferenceArray<>(SMALLEST);
        taken = 0;
        size = 0;
    }

    /** All elements, in no order. */
    public Stream<E> stream() {
        AtomicReferenceArray<@Nullable Object> in = slots;
        return IntStream.range(0, in.length())
                .mapToObj(in::getAcquire)
                .filter(found -> found != null && found != REMOVED)
                .map(SerialTable::cast);
    }

    /** How many places the table has, taken or free. */
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

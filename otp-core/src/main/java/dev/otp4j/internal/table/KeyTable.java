/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.table;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table with one element for each key, which any thread finds without a lock. It uses open
 * addressing and needs some eight bytes for each element.
 *
 * <p>An element is kept, or <em>let go</em>: then the table finds it as long as something else
 * refers to it, and forgets it afterwards. So there are never two elements for one key.
 *
 * <pre>
 * field    written by                                          read by
 * slots    a thread with the lock (volatile); slots: release   any thread; slots: acquire
 * kept     a thread with the lock (volatile)                   any thread
 * taken    a thread with the lock: elements, references, marks the same
 * </pre>
 *
 * <p>Keys are compared in {@link #find} and {@link #obtain} only, by the thread that calls them; to
 * let an element go and to keep it again compares no keys.
 *
 * @param <K> the keys, with {@code equals} and {@code hashCode}
 * @param <E> the elements
 */
public final class KeyTable<K, E extends KeyTable.Element<K>> {
    private static final int SMALLEST = 8;
    private static final Object REMOVED = new Object();

    /** An element; it keeps the hash code of its key. */
    public interface Element<K> {
        /** {@return its key} */
        K key();

        /** {@return the hash code of the key, spread by {@link KeyTable#hash}} */
        int hash();
    }

    /** An element that was let go. */
    private static final class Loose<E> extends WeakReference<E> {
        final int hash;

        Loose(E element, int hash, ReferenceQueue<E> queue) {
            super(element, queue);
            this.hash = hash;
        }
    }

    private final ReferenceQueue<E> forgotten = new ReferenceQueue<>();
    private volatile AtomicReferenceArray<@Nullable Object> slots =
            new AtomicReferenceArray<>(SMALLEST);
    private volatile int kept;
    private int taken;

    /** {@return the hash code of a key, spread so that close codes are far apart} */
    public static int hash(Object key) {
        int code = key.hashCode() * 0x9E3779B9;
        return code ^ code >>> 16;
    }

    /** {@return how many elements are kept} */
    public int size() {
        return kept;
    }

    /** {@return how many elements are kept or let go and not forgotten; for tests} */
    public synchronized int remembered() {
        forget();
        AtomicReferenceArray<@Nullable Object> in = slots;
        int count = 0;
        for (int i = 0; i < in.length(); i++) {
            Object found = in.getPlain(i);
            if (found != null && found != REMOVED) count++;
        }
        return count;
    }

    /** {@return the element of a key, kept or let go; or null} */
    public @Nullable E find(K key) {
        return find(slots, key, hash(key));
    }

    private @Nullable E find(AtomicReferenceArray<@Nullable Object> in, K key, int hash) {
        for (int at = hash & in.length() - 1; ; at = at + 1 & in.length() - 1) {
            Object found = in.getAcquire(at);
            if (found == null) return null;
            E element = element(found);
            if (element == null || element.hash() != hash) continue;
            if (element.key() == key || element.key().equals(key)) return element;
        }
    }

    /**
     * {@return the element of a key, which is made if there is none}
     *
     * @param make makes it, let go at first; called under the lock of the table
     */
    public E obtain(K key, Function<? super K, ? extends E> make) {
        E found = find(key);
        return found != null ? found : add(key, make);
    }

    private synchronized E add(K key, Function<? super K, ? extends E> make) {
        forget();
        E found = find(slots, key, hash(key));
        if (found != null) return found;
        E made = make.apply(key);
        if (taken * 4 >= slots.length() * 3) rehash();
        place(slots, new Loose<>(made, made.hash(), forgotten), made.hash());
        taken++;
        return made;
    }

    /** Keeps an element that {@link #obtain} has returned, whatever else refers to it. */
    public synchronized void keep(E element) {
        int at = place(element);
        if (slots.getPlain(at) == element) return;
        slots.setRelease(at, element);
        kept = kept + 1;
    }

    /** Lets an element go: it is forgotten when nothing else refers to it. */
    public synchronized void letGo(E element) {
        forget();
        int at = place(element);
        if (slots.getPlain(at) != element) return;
        slots.setRelease(at, new Loose<>(element, element.hash(), forgotten));
        kept = kept - 1;
    }

    /**
     * {@return the elements that are kept, in no order} One that changes meanwhile may be missed.
     */
    public Stream<E> stream() {
        AtomicReferenceArray<@Nullable Object> in = slots;
        return IntStream.range(0, in.length())
                .mapToObj(in::getAcquire)
                .filter(found -> found != null && found != REMOVED && !(found instanceof Loose))
                .map(this::element)
                .map(Objects::requireNonNull);
    }

    @SuppressWarnings("unchecked") // nothing else is written there
    private @Nullable E element(Object found) {
        if (found == REMOVED) return null;
        return found instanceof Loose<?> loose ? (E) loose.get() : (E) found;
    }

    // ---- under the lock

    /** Where an element is. It is in the table, because something refers to it. */
    private int place(E element) {
        AtomicReferenceArray<@Nullable Object> in = slots;
        for (int at = element.hash() & in.length() - 1; ; at = at + 1 & in.length() - 1) {
            Object found = in.getPlain(at);
            if (found == null) throw new IllegalStateException("not of this table: " + element);
            if (found == element
                    || found instanceof Loose<?> loose && loose.refersTo(cast(element))) return at;
        }
    }

    @SuppressWarnings("unchecked") // only to compare
    private static <T> T cast(Object any) {
        return (T) any;
    }

    private static void place(AtomicReferenceArray<@Nullable Object> in, Object element, int hash) {
        int at = hash & in.length() - 1;
        while (in.getPlain(at) != null) at = at + 1 & in.length() - 1;
        in.setRelease(at, element);
    }

    /** Frees the places of elements that nothing refers to. */
    private void forget() {
        for (Reference<? extends E> gone; (gone = forgotten.poll()) != null; ) {
            AtomicReferenceArray<@Nullable Object> in = slots;
            int at = ((Loose<?>) gone).hash & in.length() - 1;
            for (Object found; (found = in.getPlain(at)) != null; at = at + 1 & in.length() - 1) {
                if (found != gone) continue;
                in.setRelease(at, REMOVED);
                break;
            }
        }
    }

    private void rehash() {
        AtomicReferenceArray<@Nullable Object> old = slots;
        int live = 0;
        for (int i = 0; i < old.length(); i++) {
            Object found = old.getPlain(i);
            if (found != null && element(found) != null) live++;
        }
        int length = SMALLEST;
        while (length < live * 2 + 2) length *= 2;
        var next = new AtomicReferenceArray<@Nullable Object>(length);
        int moved = 0;
        for (int i = 0; i < old.length(); i++) {
            Object found = old.getPlain(i);
            E element = found == null ? null : element(found);
            if (element == null) continue;
            place(next, found, element.hash());
            moved++;
        }
        taken = moved;
        slots = next;
    }
}

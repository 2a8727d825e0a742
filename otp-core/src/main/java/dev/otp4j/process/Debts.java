/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.user.UserCode;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The debtors of a runtime that their threads may fail to pay; the sentry pays in place of these
 * threads.
 *
 * <p>A thread that runs a process pays at the bottom of its stack. Any other thread has no frame of
 * the engine there. So it enters a debtor here <em>before</em> it takes a step that cannot be
 * undone, and removes the debtor when it has paid. If the thread fails in between, one store marks
 * the debtor as {@link Debtor#abandoned}; even a full stack has room for that.
 *
 * <p>The sentry looks through the places without allocating, so it works without memory. Before it
 * tells of an end, it waits until there is memory, because the supervisor that it tells has to
 * start a process.
 *
 * <pre>
 * places    an owing thread: null -> debtor (compare-and-set), debtor -> null (release)
 *           the sentry: debtor -> null if the debtor was abandoned and is paid
 * more      the same for threads that found no free place
 * left      a stack of debtors of threads that have ended: these threads push (compare-and-set); the sentry takes the whole
 *           stack and pushes back what it could not pay
 * nextLook, pause   used by the sentry; a thread that pays without a sentry writes them too, which harms nothing
 *
 * A thread fills a place (volatile), then looks whether there is a sentry. The sentry clears its thread (volatile), then
 * looks whether a place is filled. One of the two sees the other.
 * </pre>
 */
final class Debts {
    private static final int PLACES = 64;

    /** References between two places, so that two threads do not share a cache line. */
    private static final int STRIDE = 16;

    private static final int ATTEMPTS = 4;

    /** How many bytes a supervisor needs to start a process, with a margin. */
    private static final int MEMORY = 256 * 1024;

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** Keeps the compiler from removing the allocation that tests for memory. */
    private static volatile byte @Nullable [] probe;

    private final Engine runtime;
    private final AtomicReferenceArray<@Nullable Debtor> places =
            new AtomicReferenceArray<>(PLACES * STRIDE);
    private final Set<Debtor> more = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Debtor> left = new AtomicReference<>();
    private long nextLook = System.nanoTime();
    private long pause = SHORTEST_PAUSE;

    Debts(Engine runtime) {
        this.runtime = runtime;
    }

    // ---- owing threads

    /** A debtor that knows the place where the sentry finds it. */
    static final class Entered extends Debtor {
        private int place = -1;
    }

    /** Enters a debtor. A thread calls this before a step that cannot be undone. */
    @AnyThread
    Entered enter() {
        Entered debtor = enterUnwatched();
        try {
            runtime.scheduler.watchDebts();
        } catch (Throwable full) {
            debtor.abandoned = true; // it owes nothing yet; the sentry takes it out
            throw full;
        }
        return debtor;
    }

    private Entered enterUnwatched() {
        var debtor = new Entered();
        int first = (int) Thread.currentThread().threadId();
        for (int i = 0; i < ATTEMPTS && debtor.place < 0; i++) {
            int place = ((first + i) & (PLACES - 1)) * STRIDE;
            if (places.getPlain(place) != null) continue;
            if (places.compareAndSet(place, null, debtor)) debtor.place = place;
        }
        if (debtor.place < 0) more.add(debtor);
        return debtor;
    }

    /** Removes a debtor that owes nothing any more. */
    @AnyThread
    void leave(Entered debtor) {
        if (debtor.place >= 0) places.setRelease(debtor.place, null);
        else more.remove(debtor);
    }

    /** Takes a step that cannot be undone, and pays what it owes. */
    @AnyThread
    void take(Consumer<? super Debtor> step) {
        take(enter(), step);
    }

    /**
     * Does what {@link #take} does, without a look whether there is a sentry: the sentry itself may
     * call this.
     */
    @AnyThread
    void takeUnwatched(Consumer<? super Debtor> step) {
        take(enterUnwatched(), step);
    }

    private void take(Entered debtor, Consumer<? super Debtor> step) {
        try {
            step.accept(debtor);
            debtor.pay();
        } catch (Throwable thrown) {
            debtor.abandoned = true;
            throw thrown;
        }
        leave(debtor);
    }

    /**
     * Leaves a debtor to the sentry, because the owing thread ends. Without a sentry, the thread
     * itself tries until it has paid.
     */
    @AnyThread
    void leaveToSentry(Debtor debtor) {
        debtor.markLeft();
        push(debtor);
        while (!sentryComes()) {
            if (left.get() == null) return; // another thread has taken it
            if (!payOrKeep(left.getAndSet(null))) nap();
        }
    }

    private boolean sentryComes() {
        try {
            return runtime.scheduler.watchDebts();
        } catch (Throwable noMemory) {
            return false;
        }
    }

    private void push(Debtor debtor) {
        Debtor top;
        do {
            top = left.get();
            debtor.nextLeft = top;
        } while (!left.compareAndSet(top, debtor));
    }

    private static void nap() {
        try {
            LockSupport.parkNanos(SHORTEST_PAUSE);
        } catch (Throwable noMemory) {
            Thread.yield();
        }
    }

    // ---- the sentry

    /** Whether no debtor is entered, and none was left by its thread. */
    @AnyThread
    boolean isEmpty() {
        if (left.get() != null || !more.isEmpty()) return false;
        for (int place = 0; place < PLACES * STRIDE; place += STRIDE) {
            if (places.get(place) != null) return false;
        }
        return true;
    }

    /** Pays what other threads could not pay. Never throws. */
    void look(long now) {
        for (int place = 0; place < PLACES * STRIDE; place += STRIDE) {
            Debtor debtor = places.getAcquire(place);
            if (debtor != null && debtor.isAbandoned() && isDueAndPaid(debtor, now)) {
                places.setRelease(place, null);
            }
        }
        if (!more.isEmpty()) {
            UserCode.runQuietly(() -> more.removeIf(d -> d.isAbandoned() && isDueAndPaid(d, now)));
        }
        if (left.get() != null && isDue(now)) payOrKeep(left.getAndSet(null));
    }

    private boolean isDueAndPaid(Debtor debtor, long now) {
        return isDue(now) && isPaid(debtor);
    }

    /**
     * Whether it is time to try. False for a while after memory was found exhausted, because each
     * try then costs a collection.
     */
    private boolean isDue(long now) {
        return now - nextLook >= 0;
    }

    /**
     * Pays a list of debtors; those that cannot be paid go back on the stack. True if all were
     * paid.
     */
    private boolean payOrKeep(@Nullable Debtor list) {
        boolean all = true;
        for (Debtor debtor = list; debtor != null; ) {
            Debtor next = debtor.nextLeft;
            if (!isPaid(debtor)) {
                push(debtor);
                all = false;
            }
            debtor = next;
        }
        return all;
    }

    private boolean isPaid(Debtor debtor) {
        if (debtor.ended != null && !isMemoryLeft()) return false;
        try {
            debtor.payForAnother();
        } catch (Throwable later) {
            return false;
        }
        return !debtor.owes();
    }

    /** Whether there is enough memory for some work. */
    boolean isMemoryLeft() {
        try {
            probe = new byte[MEMORY];
            probe = null;
            pause = SHORTEST_PAUSE;
            return true;
        } catch (OutOfMemoryError none) {
            pause = Math.min(2 * pause, LONGEST_PAUSE);
            nextLook = System.nanoTime() + pause;
            return false;
        }
    }
}

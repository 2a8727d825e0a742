/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.Scheduler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A place where one thread waits for one outcome: a reply, or the end of an initialiser. The first
 * {@link #complete} wins, whether it comes from the replier, from the process's death or from the
 * time limit.
 *
 * <pre>
 * field    written by                              read by
 * outcome  any thread, once, by compare-and-set:   any thread (volatile)
 *          null -> outcome, or null -> RESERVED
 *          -> outcome by the thread that reserved it
 * waiter   the waiting thread, before it looks     the completer, after its compare-and-set (volatile);
 *          at outcome and parks (volatile)         one of the two sees the other
 * </pre>
 */
abstract class Rendezvous extends Watcher implements BooleanSupplier {
    private static final VarHandle OUTCOME;

    /**
     * Says that the thread which has reserved the outcome will set it; until then the waiting
     * thread waits.
     */
    private static final Object RESERVED = new Object();

    static {
        try {
            OUTCOME =
                    MethodHandles.lookup().findVarHandle(Rendezvous.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Engine runtime;
    private volatile @Nullable Object outcome;
    private volatile @Nullable Thread waiter;

    Rendezvous(Engine runtime) {
        this.runtime = runtime;
    }

    final @Nullable Object outcome() {
        Object seen = outcome;
        return seen == RESERVED ? null : seen;
    }

    /** Whether there is an outcome. */
    @Override
    public final boolean getAsBoolean() {
        return outcome() != null;
    }

    /** Whether a thread waits for the outcome, or has waited. */
    final boolean isAwaited() {
        return waiter != null;
    }

    /**
     * Reserves the outcome for a later {@link #settle}. False if there is an outcome, or it is
     * reserved.
     */
    final boolean reserve() {
        return OUTCOME.compareAndSet(this, null, RESERVED);
    }

    /**
     * Sets the outcome that was reserved, and wakes the waiting thread. A second call, after a
     * failure, only wakes again.
     */
    final void settle(Object result) {
        OUTCOME.compareAndSet(this, RESERVED, result);
        wake();
    }

    boolean complete(Object result) {
        if (!OUTCOME.compareAndSet(this, null, result)) return false;
        wake();
        return true;
    }

    /**
     * Does again what follows from the outcome, because that has failed. To do it twice has no
     * further effect.
     */
    void wakeAgain() {
        if (outcome() != null) wake();
    }

    /** Tells the thread that waits, if there is one. May be called more than once. */
    void wake() {
        Thread waiting = waiter;
        if (waiting != null) runtime.scheduler.unpark(waiting);
    }

    /**
     * Waits for the outcome.
     *
     * @param nanos longest time, {@link Long#MAX_VALUE} for no limit
     * @return the outcome, or null if the time is over
     * @throws InterruptedException if the thread was interrupted and its process, if it runs one,
     *     lives
     * @throws ProcessExit if the waiting process has ended
     */
    final @Nullable Object await(@Nullable ProcessCell self, long nanos)
            throws InterruptedException {
        Object known = outcome();
        if (known != null) return known;
        long start = runtime.scheduler.nanoTime();
        linger();
        return await(self, nanos, start);
    }

    /** Waits a moment without parking, if that is likely to pay. */
    final void linger() {
        Current.settleBeforeWait();
        runtime.scheduler.linger(this);
    }

    /** {@link #await(ProcessCell, long)} for a wait that began at {@code start}. */
    final @Nullable Object await(@Nullable ProcessCell self, long nanos, long start)
            throws InterruptedException {
        Scheduler scheduler = runtime.scheduler;
        waiter = Thread.currentThread();
        Object seen;
        while ((seen = outcome()) == null) {
            if (self != null) self.checkAlive();
            if (Thread.interrupted()) {
                if (self != null) self.checkAlive();
                throw new InterruptedException();
            }
            long left = nanos == Long.MAX_VALUE ? nanos : nanos - (scheduler.nanoTime() - start);
            if (left <= 0) return null;
            Current.settleBeforeWait();
            scheduler.park(this, left);
        }
        return seen;
    }
}

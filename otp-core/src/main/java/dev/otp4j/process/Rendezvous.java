/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A place where one thread waits for one outcome: a reply, or the end of an initialiser. The first
 * {@link #complete} wins, whoever makes it: the replier, the process's death, the time limit.
 *
 * <pre>
 * field    written by                              read by
 * outcome  everybody, once, by compare-and-set:    everybody (volatile)
 *          null -> outcome, or null -> RESERVED
 *          -> outcome by who has reserved it
 * waiter   the waiting thread, before it looks     the completer, after its compare-and-set (volatile);
 *          at outcome and parks (volatile)         one of the two sees the other
 * </pre>
 */
abstract class Rendezvous extends Watcher {
    private static final VarHandle OUTCOME;

    /** Nobody else can complete it any more; whoever waits does so still. */
    private static final Object RESERVED = new Object();

    static {
        try {
            OUTCOME =
                    MethodHandles.lookup().findVarHandle(Rendezvous.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ProcessRuntime runtime;
    private volatile @Nullable Object outcome;
    private volatile @Nullable Thread waiter;

    Rendezvous(ProcessRuntime runtime) {
        this.runtime = runtime;
    }

    final @Nullable Object outcome() {
        Object seen = outcome;
        return seen == RESERVED ? null : seen;
    }

    /** Keeps the outcome for a later {@link #settle}. False if there is one, or it is kept. */
    final boolean reserve() {
        return OUTCOME.compareAndSet(this, null, RESERVED);
    }

    /** Gives the outcome that was reserved. Called again after a failure, wakes again. */
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
     * Does again what follows from the outcome, because that has failed; not more than once is
     * seen.
     */
    void wakeAgain() {
        if (outcome() != null) wake();
    }

    private void wake() {
        Thread waiting = waiter;
        if (waiting != null) runtime.scheduler().unpark(waiting);
    }

    /**
     * Waits for the outcome.
     *
     * @param nanos longest time, {@link Long#MAX_VALUE} for no limit
     * @return the outcome, or null if the time is over
     * @throws InterruptedException if the thread was interrupted and its process, if it is one,
     *     lives
     * @throws ProcessExit if the waiting process has ended
     */
    final @Nullable Object await(@Nullable ProcessCell self, long nanos)
            throws InterruptedException {
        Object known = outcome();
        if (known != null) return known;
        long start = runtime.scheduler().nanoTime();
        runtime.scheduler().linger(this);
        return await(self, nanos, start);
    }

    /** {@link #await(ProcessCell, long)} for a wait that began at {@code start}. */
    final @Nullable Object await(@Nullable ProcessCell self, long nanos, long start)
            throws InterruptedException {
        Scheduler scheduler = runtime.scheduler();
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
            scheduler.park(this, left);
        }
        return seen;
    }
}

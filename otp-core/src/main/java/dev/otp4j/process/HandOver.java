/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The hand-over cell of a {@link Runner}: an idle process to which the running process has sent a
 * message waits here until the sender's activation ends, and then runs on the same thread. A runner
 * has {@link #none} until its process hands over for the first time, and for good where processes
 * are not chained.
 *
 * <pre>
 * deferred:
 * empty -> a process   the process that runs sends to an idle one        the runner's thread (volatile store)
 * filled -> empty      the activation has ended: the receiver runs next  the runner's thread (compare-and-set)
 * filled -> empty      flush: the receiver gets a thread of its own      the runner's thread (compare-and-set)
 * filled -> empty      rescue: the receiver gets a thread of its own     the sentry (compare-and-set)
 *
 * field      written by                            read by
 * deferred   see above                             the sentry (volatile); partner: Sentry.watching, written before
 *                                                  the sentry looks a last time
 * deferrals  the runner, opaque, before deferred   the sentry, to tell a process that was deferred again from one
 *                                                  that still waits
 * </pre>
 *
 * @param <P> the process
 */
final class HandOver<P> {
    private static final HandOver<?> NONE = new HandOver<>();

    private static final VarHandle DEFERRED;
    private static final VarHandle DEFERRALS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            DEFERRED = lookup.findVarHandle(HandOver.class, "deferred", Object.class);
            DEFERRALS = lookup.findVarHandle(HandOver.class, "deferrals", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable P deferred;
    private int deferrals;

    /** The cell of a runner that has handed nothing over. Always empty. */
    @SuppressWarnings("unchecked") // nothing is ever in it
    static <P> HandOver<P> none() {
        return (HandOver<P>) NONE;
    }

    /** The process that waits, or null. */
    @AnyThread
    @Nullable P waiting() {
        return deferred;
    }

    /** Puts a process into the cell, which is empty. */
    @OwnerThread
    void put(P receiver) {
        DEFERRALS.setOpaque(this, deferrals + 1);
        deferred = receiver; // volatile: before the look at the sentry
    }

    /**
     * Empties the cell if {@code waiting} is in it. Makes no call afterwards, so that no error can
     * come after it.
     */
    @AnyThread
    boolean take(P waiting) {
        return DEFERRED.compareAndSet(this, waiting, null);
    }

    /** How often the cell was filled. */
    @AnyThread
    int deferrals() {
        return (int) DEFERRALS.getOpaque(this);
    }
}

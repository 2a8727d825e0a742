/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows of a lease. {@link Lease} keeps one of these and changes it by
 * compare-and-set; {@link Decision} says what follows from it.
 *
 * <pre>
 * state       -> next state    when                                                        by
 * Idle        -> Contending    a place wants the lease                                     renewer
 * Contending  -> Contending    the row was looked at, or taken by another one meanwhile    renewer
 *             -> Idle          no place wants the lease any more                           renewer
 *             -> Holding       the guarded write of this instance took the row             renewer
 * Holding     -> Holding       a renewal has succeeded                                     renewer
 *                              it is known what runs                                       the supervisor at the root of it
 *             -> Ending        the time is over, or the place is dead                      watcher
 *                              the row is another one's                                    renewer
 *                              the place stops, or gives up                                place
 *                              a new place wants the lease of a dead one                   place
 * Ending      -> Releasing     everything that ran is dead                                 the thread that made it Ending;
 *                                                                                          the watcher if that one failed
 * Releasing   -> Releasing     the row has another beat than this instance knew            renewer
 *             -> Idle          the row is free, or another one's                           renewer
 * </pre>
 *
 * <p>While the state is Contending only the renewer changes it, so what it has won it can record.
 *
 * <p>All times are {@code nanoTime} of this instance's clock.
 */
sealed interface Standing {
    /** No place wants the lease. */
    record Idle() implements Standing {}

    /**
     * A place wants the lease.
     *
     * @param seen the row when it was looked at last; null if it was not looked at, or if there was
     *     none
     * @param seenAt when the read that found the row in this state for the first time had returned
     * @param lookAt when to look next
     * @param absent whether the last look found no row
     */
    record Contending(@Nullable LeaseRow seen, long seenAt, long lookAt, boolean absent)
            implements Standing {
        /** When the row may be taken, unless it is changed before. */
        long takeAt() {
            return seen == null ? lookAt : seenAt + seen.hold().toNanos();
        }
    }

    /**
     * This instance has the lease.
     *
     * @param row as it was written last
     * @param sentAt when the last write that has succeeded was about to be sent
     * @param since when this instance got the lease
     * @param running what runs that needs the lease; null if nothing does yet
     */
    record Holding(LeaseRow row, long sentAt, long since, @Nullable Subtree running)
            implements Standing {
        /** When this instance has to end what needs the lease. */
        long validUntil(Settings settings) {
            return sentAt + settings.validNanos();
        }
    }

    /** What needs the lease is being ended. */
    record Ending(LeaseRow row, @Nullable Subtree running, End end) implements Standing {}

    /**
     * Nothing runs here that needs the lease, but the row still names this instance.
     *
     * @param tryAt when to try next
     */
    record Releasing(LeaseRow row, End end, long tryAt) implements Standing {}

    /**
     * How a tenure ends, and how the row is left.
     *
     * @param cause why
     * @param text the same in words, for people
     * @param pause how long all instances leave the lease alone
     * @param giveUps how many holders in a row have given up
     */
    record End(Cause cause, String text, Duration pause, int giveUps) {
        /** Why a tenure ends. */
        enum Cause {
            /** The place was stopped. */
            STOPPED,
            /** The lease was not renewed in time, or another instance has it. */
            LOST,
            /** What needs the lease has failed too often. */
            GAVE_UP
        }
    }
}

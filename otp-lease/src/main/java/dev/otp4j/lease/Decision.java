/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.lease.Standing.Contending;
import dev.otp4j.lease.Standing.End;
import dev.otp4j.lease.Standing.Ending;
import dev.otp4j.lease.Standing.Holding;
import dev.otp4j.lease.Standing.Idle;
import dev.otp4j.lease.Standing.Releasing;
import java.time.Duration;
import java.util.Optional;

/**
 * What an instance does next about a lease, and what follows from the outcome. Pure: no clock, no
 * store, no thread.
 *
 * <p>Why two instances do not run the same singleton at one time, as long as their clocks run at
 * about the same rate: a holder counts its time from <em>before</em> a renewal is sent, and ends
 * what it runs a margin before the TTL is over. A contender counts the TTL from <em>after</em> the
 * read that showed it that renewal, and then takes the row only if no renewal has been stored
 * since.
 */
final class Decision {
    private Decision() {}

    /** What the thread that talks to the store does. */
    sealed interface Step {
        /** Nothing before that time. */
        record Wait(long until) implements Step {}

        /** Nothing until something happens. */
        record Rest() implements Step {}

        record Look() implements Step {}

        record Create(LeaseRow first) implements Step {}

        record Take(LeaseRow expected, LeaseRow next) implements Step {}

        record Renew(LeaseRow expected, LeaseRow next) implements Step {}

        record Release(LeaseRow expected, LeaseRow next) implements Step {}
    }

    /** What to do about the lease of that name at the time {@code now}. */
    static Step next(String name, Standing standing, Settings settings, long now) {
        return switch (standing) {
            case Idle idle -> new Step.Rest();
            case Contending waiting -> contend(name, waiting, settings, now);
            case Holding held -> {
                long due = held.sentAt() + settings.renewNanos();
                yield now - due < 0
                        ? new Step.Wait(due)
                        : new Step.Renew(held.row(), held.row().renewed());
            }
            case Ending ending -> new Step.Rest();
            case Releasing(LeaseRow row, End end, long tryAt) ->
                    now - tryAt < 0
                            ? new Step.Wait(tryAt)
                            : new Step.Release(row, row.released(end.pause(), end.giveUps()));
        };
    }

    private static Step contend(String name, Contending waiting, Settings settings, long now) {
        LeaseRow seen = waiting.seen();
        if (waiting.absent()) {
            return new Step.Create(LeaseRow.first(name, settings.instance(), settings.ttl()));
        }
        if (seen != null && now - waiting.takeAt() >= 0) {
            return new Step.Take(seen, seen.taken(settings.instance(), settings.ttl()));
        }
        if (now - waiting.lookAt() >= 0) return new Step.Look();
        boolean takeFirst = seen != null && waiting.takeAt() - waiting.lookAt() < 0;
        return new Step.Wait(takeFirst ? waiting.takeAt() : waiting.lookAt());
    }

    /** A place wants the lease, and nothing is known of the row. */
    static Contending contending(long now) {
        return new Contending(null, now, now, false);
    }

    /**
     * A look at the row.
     *
     * @param found what it has found
     * @param returned when it had returned
     */
    static Contending looked(
            Contending before, Optional<LeaseRow> found, Settings settings, long returned) {
        long next = returned + settings.pollNanos();
        if (found.isEmpty()) return new Contending(null, returned, next, true);
        LeaseRow seen = before.seen();
        boolean unchanged = seen != null && seen.isSameWrite(found.get());
        long since = unchanged ? before.seenAt() : returned;
        return new Contending(found.get(), since, next, false);
    }

    /** This instance has taken the row. */
    static Holding taken(LeaseRow written, long sentAt, long now) {
        return new Holding(written, sentAt, now, null);
    }

    /** A renewal has succeeded. */
    static Holding renewed(Holding before, LeaseRow written, long sentAt) {
        return new Holding(written, sentAt, before.since(), before.running());
    }

    /**
     * A renewal found another row than it expected: what was read then is of the same holder if an
     * earlier renewal was stored although its outcome was not heard of. The time goes on as before.
     */
    static Holding found(Holding before, LeaseRow read) {
        return new Holding(read, before.sentAt(), before.since(), before.running());
    }

    /** Whether a row is still that of the holder with this token. */
    static boolean isOf(LeaseRow read, long token) {
        return read.token() == token && read.owner() != null;
    }

    // ---- how a tenure ends

    static End lost(Holding held, String why, Settings settings, long now) {
        return new End(End.Cause.LOST, why, Duration.ZERO, giveUpsSoFar(held, settings, now));
    }

    static End stopped(Holding held, Settings settings, long now) {
        int giveUps = giveUpsSoFar(held, settings, now);
        return new End(End.Cause.STOPPED, "the singleton was stopped", Duration.ZERO, giveUps);
    }

    /**
     * What runs has failed too often: all instances leave it alone for a while, so that it does not
     * fail on one after another.
     *
     * @param random from 0 to 1, which part of the jitter is taken off
     */
    static End gaveUp(Holding held, String why, Settings settings, long now, double random) {
        int before = giveUpsSoFar(held, settings, now);
        int giveUps = before == Integer.MAX_VALUE ? before : before + 1;
        Duration pause = settings.pause().delay(giveUps, random);
        return new End(End.Cause.GAVE_UP, why, pause, giveUps);
    }

    /** Those before count no more once one holder has run for long enough. */
    private static int giveUpsSoFar(Holding held, Settings settings, long now) {
        Duration ran = Duration.ofNanos(now - held.since());
        boolean wellSince = ran.compareTo(settings.pause().resetAfter()) >= 0;
        return wellSince ? 0 : held.row().giveUps();
    }
}

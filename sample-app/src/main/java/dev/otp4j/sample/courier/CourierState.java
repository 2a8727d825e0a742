/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.Cancelled;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Timer;
import dev.otp4j.sample.courier.CourierMessage.Look;
import dev.otp4j.sample.ledger.Noted;
import dev.otp4j.sample.ledger.Outcome;
import dev.otp4j.sample.ledger.Progress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a courier keeps in memory.
 *
 * @param place where to go on; null if the database has to be read first
 * @param timer sends the next look; null if no look is due at a time
 * @param idle whether there was nothing to do; only then a wake-up matters
 * @param pausing whether a request could not be made, so that the next one has to wait
 * @param waited how long to wait for the next attempt, or null
 * @param run the requests that are being made, or null; while there is one, no look is due
 * @param replayed whether the last run was a replay; then those in order have their turn
 */
record CourierState(
        Doors doors,
        @Nullable Place place,
        @Nullable Timer timer,
        boolean idle,
        boolean pausing,
        @Nullable Wait waited,
        @Nullable Run run,
        boolean replayed,
        Unstored unstored) {

    /** The subjects at which a courier receives. */
    record Doors(
            Subject<CourierMessage> self, Subject<CourierMessage> ends, Subject<Noted> notes) {}

    /**
     * When the next attempt is due. The wall clock may be set back meanwhile, so it is asked once.
     *
     * @param until as {@link System#nanoTime} counts
     */
    record Wait(Progress progress, long until) {
        Duration left() {
            return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
        }
    }

    static CourierState first(Doors doors) {
        return new CourierState(doors, null, null, false, false, null, null, false, Unstored.NONE);
    }

    CourierState lookingIn(Duration delay, boolean nowIdle) {
        Timer next = doors.self().sendAfter(delay, new Look());
        return new CourierState(
                doors, place, next, nowIdle, false, waited, null, replayed, unstored);
    }

    CourierState looking() {
        return new CourierState(
                doors, place, null, false, pausing, waited, run, replayed, unstored);
    }

    /** Whether a look that was due later is due now. If so, it is cancelled. */
    boolean looksNow() {
        return timer != null && timer.cancel() instanceof Cancelled.TimerCancelled;
    }

    CourierState waiting(Wait next) {
        return new CourierState(doors, place, timer, idle, pausing, next, run, replayed, unstored);
    }

    CourierState running(Run next) {
        return new CourierState(doors, place, null, false, false, waited, next, false, unstored);
    }

    /** After a replay the database is read again. */
    CourierState replaying(Run next) {
        return new CourierState(doors, null, null, false, false, waited, next, true, unstored);
    }

    CourierState ran(Run next) {
        return new CourierState(
                doors, place, timer, idle, pausing, waited, next, replayed, unstored);
    }

    CourierState over() {
        return new CourierState(doors, place, null, false, false, waited, null, replayed, unstored);
    }

    CourierState at(@Nullable Place next) {
        return new CourierState(doors, next, timer, idle, pausing, waited, run, replayed, unstored);
    }

    CourierState toPause() {
        return new CourierState(doors, null, timer, idle, true, waited, run, replayed, unstored);
    }

    CourierState with(Unstored results) {
        return new CourierState(doors, place, timer, idle, pausing, waited, run, replayed, results);
    }

    CourierState with(Outcome outcome) {
        return with(unstored.with(outcome));
    }
}

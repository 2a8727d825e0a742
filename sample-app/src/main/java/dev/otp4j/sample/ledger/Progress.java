/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a subscription has come. All events up to its position are settled for it; the event
 * after it is the next one to deliver.
 *
 * @param position position in the order of all events
 * @param attempts number of attempts to deliver the next event so far
 * @param attemptedAt when the last of them ended, or null
 * @param nextAt when to try again, or null if there was no attempt
 * @param lastStatus status of the answer to the last of them, or null
 * @param lastError what went wrong at the last of them, or null
 */
public record Progress(
        String subscriptionId,
        long position,
        int attempts,
        @Nullable Instant attemptedAt,
        @Nullable Instant nextAt,
        @Nullable Integer lastStatus,
        @Nullable String lastError) {

    static Progress at(String subscriptionId, long position) {
        return new Progress(subscriptionId, position, 0, null, null, null, null);
    }

    /**
     * {@return the progress after an outcome; empty if the outcome does not follow} It does not
     * follow if it is stored already, or if a courier made it that was killed and another one has
     * gone on since.
     *
     * @param sameEvents whether the courier knew which events are for the subscription; if not, an
     *     outcome that passes over events does not follow
     */
    Optional<Progress> after(Outcome outcome, Instant now, boolean sameEvents) {
        return switch (outcome) {
            case Attempt attempt when follows(attempt, sameEvents) ->
                    Optional.of(after(attempt, now));
            case Passed passed when sameEvents && passes(passed) ->
                    Optional.of(at(subscriptionId, passed.until()));
            default -> Optional.empty();
        };
    }

    private boolean follows(Attempt attempt, boolean sameEvents) {
        Due due = attempt.due();
        if (due.position() == position + 1) return due.attempts() == attempts;
        return sameEvents && due.turn().after() == position && due.position() > position;
    }

    private boolean passes(Passed passed) {
        return passed.turn().after() == position && passed.until() > position;
    }

    /**
     * If the delivery is to be repeated, it comes next: what was passed over before it is settled.
     */
    private Progress after(Attempt attempt, Instant now) {
        if (attempt.state() != DeliveryState.PENDING) return at(subscriptionId, attempt.until());
        return new Progress(
                subscriptionId,
                attempt.until(),
                attempt.number(),
                now,
                attempt.nextAt(),
                attempt.status(),
                attempt.error());
    }

    /**
     * {@return how long to wait before the next attempt} A first attempt is always due. A wait is
     * never longer than its delay, even if the clock was set back since.
     */
    public Duration waitAt(Instant now) {
        if (attemptedAt == null || nextAt == null) return Duration.ZERO;
        Instant from = now.isBefore(attemptedAt) ? attemptedAt : now;
        return from.isBefore(nextAt) ? Duration.between(from, nextAt) : Duration.ZERO;
    }
}

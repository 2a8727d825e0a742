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
     * {@return the progress after an attempt; empty if the attempt does not follow} An attempt does
     * not follow if it is stored already, or if a courier made it that was killed and another one
     * has gone on since.
     */
    Optional<Progress> after(Attempt attempt, Instant now) {
        if (attempt.due().position() != position + 1 || attempt.due().attempts() != attempts) {
            return Optional.empty();
        }
        return Optional.of(
                attempt.state() == DeliveryState.PENDING
                        ? new Progress(
                                subscriptionId,
                                position,
                                attempt.number(),
                                now,
                                attempt.nextAt(),
                                attempt.status(),
                                attempt.error())
                        : at(subscriptionId, position + 1));
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

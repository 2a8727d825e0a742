/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.sample.ledger.Attempt;
import dev.otp4j.sample.ledger.DeliveryState;
import dev.otp4j.sample.ledger.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an answer means for a delivery: delivered, failed, or to be tried again, and when.
 */
final class Attempts {
    private final CourierProperties properties;
    private final DoubleSupplier chance;

    Attempts(CourierProperties properties) {
        this(properties, () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * Creates an instance.
     *
     * @param chance gives numbers from 0 to 1, for the jitter
     */
    Attempts(CourierProperties properties, DoubleSupplier chance) {
        this.properties = properties;
        this.chance = chance;
    }

    /** {@return the result of an attempt; empty if it does not count, because it was not made} */
    Optional<Attempt> of(Due due, Answer answer, Instant now) {
        return Optional.ofNullable(result(due, answer, now));
    }

    private @Nullable Attempt result(Due due, Answer answer, Instant now) {
        return switch (answer) {
            case Answer.Status status when status.isSuccess() ->
                    new Attempt(due, DeliveryState.DELIVERED, now, status.code(), null);
            case Answer.Status status when status.isGone() ->
                    new Attempt(due, DeliveryState.FAILED, now, status.code(), "gone");
            case Answer.Status(int code, Duration retryAfter) ->
                    again(due, now.plus(delay(due, retryAfter)), code, "status " + code);
            case Answer.None(Failure why) ->
                    again(due, now.plus(delay(due, null)), null, why.text());
            case Answer.NotMade notMade -> null;
        };
    }

    private Attempt again(Due due, Instant next, @Nullable Integer status, String error) {
        boolean last = due.attempts() + 1 >= properties.attempts();
        DeliveryState state = last ? DeliveryState.FAILED : DeliveryState.PENDING;
        return new Attempt(due, state, next, status, error);
    }

    /** The subscriber may ask for a longer delay, but not for more than the longest one. */
    private Duration delay(Due due, @Nullable Duration retryAfter) {
        Duration own = properties.delayAfter(due.attempts() + 1, chance.getAsDouble());
        if (retryAfter == null || retryAfter.compareTo(own) < 0) return own;
        Duration longest = properties.maxRetryDelay();
        return retryAfter.compareTo(longest) < 0 ? retryAfter : longest;
    }
}

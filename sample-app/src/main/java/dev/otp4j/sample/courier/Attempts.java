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

    /** When an attempt ended, and how long it took. */
    private record Timing(Instant end, Duration took) {}

    /** {@return the result of an attempt; empty if it does not count, because it was not made} */
    Optional<Attempt> of(Due due, Answer answer, Instant now, Duration took) {
        return Optional.ofNullable(result(due, answer, new Timing(now, took)));
    }

    private @Nullable Attempt result(Due due, Answer answer, Timing timing) {
        return switch (answer) {
            case Answer.Status status when status.isSuccess() ->
                    attempt(
                            due,
                            DeliveryState.DELIVERED,
                            timing.end(),
                            status.code(),
                            null,
                            timing);
            case Answer.Status status when status.isGone() ->
                    attempt(due, DeliveryState.FAILED, timing.end(), status.code(), "gone", timing);
            case Answer.Status(int code, Duration retryAfter) ->
                    again(due, delay(due, retryAfter), code, "status " + code, timing);
            case Answer.None(Failure why) -> again(due, delay(due, null), null, why.text(), timing);
            case Answer.NotMade notMade -> null;
        };
    }

    private Attempt again(
            Due due, Duration delay, @Nullable Integer status, String error, Timing timing) {
        boolean last = due.attempts() + 1 >= properties.attempts();
        DeliveryState state = last ? DeliveryState.FAILED : DeliveryState.PENDING;
        return attempt(due, state, timing.end().plus(delay), status, error, timing);
    }

    private static Attempt attempt(
            Due due,
            DeliveryState state,
            Instant next,
            @Nullable Integer status,
            @Nullable String error,
            Timing timing) {
        return new Attempt(due, state, next, status, error, timing.end(), timing.took());
    }

    /** The subscriber may ask for a longer delay, but not for more than the longest one. */
    private Duration delay(Due due, @Nullable Duration retryAfter) {
        Duration own = properties.delayAfter(due.attempts() + 1, chance.getAsDouble());
        if (retryAfter == null || retryAfter.compareTo(own) < 0) return own;
        Duration longest = properties.maxRetryDelay();
        return retryAfter.compareTo(longest) < 0 ? retryAfter : longest;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The result of one attempt to deliver.
 *
 * @param due the delivery as it was before the attempt
 * @param state state of the delivery after the attempt
 * @param nextAt when to try again, if the delivery is still pending
 * @param status status of the answer, or null if there was no answer
 * @param error what went wrong, or null
 * @param at when the attempt ended
 * @param took how long it took
 */
public record Attempt(
        Due due,
        DeliveryState state,
        Instant nextAt,
        @Nullable Integer status,
        @Nullable String error,
        Instant at,
        Duration took)
        implements Outcome {

    /** {@return number of the attempt, from 1; in its replay, if it is one} */
    public int number() {
        return due.attempts() + 1;
    }

    /** {@return number of the attempt, from 1, among all that were made for the delivery} */
    public int numberOfAll() {
        return due.turn().earlier() + number();
    }

    /**
     * {@return whether the subscriber wants no further deliveries, which disables its subscription}
     */
    public boolean isGone() {
        return status != null && status == 410;
    }

    @Override
    public Subscription subscription() {
        return due.subscription();
    }

    @Override
    public Turn turn() {
        return due.turn();
    }

    /** An attempt that is to be repeated settles nothing but what comes before it. */
    @Override
    public long until() {
        return state == DeliveryState.PENDING ? due.position() - 1 : due.position();
    }
}

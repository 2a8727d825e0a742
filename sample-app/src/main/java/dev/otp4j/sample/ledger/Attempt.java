/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

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
 */
public record Attempt(
        Due due,
        DeliveryState state,
        Instant nextAt,
        @Nullable Integer status,
        @Nullable String error) {

    /** {@return number of the attempt, from 1} */
    public int number() {
        return due.attempts() + 1;
    }

    /**
     * {@return whether the subscriber wants no further deliveries, which disables its subscription}
     */
    public boolean isGone() {
        return status != null && status == 410;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The result of one attempt to deliver.
 *
 * @param due the delivery it was for, as it was before
 * @param state what the delivery is now
 * @param nextAt when to try again, if it is still pending
 * @param status the answer's status, or null if there was none
 * @param error what went wrong, or null
 */
public record Attempt(
        Due due,
        DeliveryState state,
        Instant nextAt,
        @Nullable Integer status,
        @Nullable String error) {

    /** {@return its number, from 1} */
    public int number() {
        return due.attempts() + 1;
    }
}

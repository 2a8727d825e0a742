/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to deliver an event to a subscription.
 *
 * @param number from 1, for each subscription; replays go on with the numbers
 * @param at when it ended
 * @param durationMillis how long it took, in milliseconds
 * @param status status of the answer, or null if there was none
 * @param error what went wrong, or null
 */
public record LoggedAttempt(
        String subscriptionId,
        int number,
        Instant at,
        int durationMillis,
        @Nullable Integer status,
        @Nullable String error) {}

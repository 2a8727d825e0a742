/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored event and the state of its deliveries.
 *
 * @param type its type, or null
 */
public record EventStatus(
        String id, @Nullable String type, Instant receivedAt, List<Delivery> deliveries) {

    /**
     * One delivery.
     *
     * @param attempts number of attempts so far
     * @param nextAttemptAt earliest time of the next attempt, while the delivery is pending
     * @param lastAttemptAt when the last attempt ended, or null if there was none or that is not
     *     known
     * @param lastDurationMillis how long it took, in milliseconds, or null
     * @param lastStatus status of the last answer, or null
     * @param lastError what went wrong at the last attempt, or null
     */
    public record Delivery(
            String subscriptionId,
            DeliveryState state,
            int attempts,
            @Nullable Instant nextAttemptAt,
            @Nullable Instant lastAttemptAt,
            @Nullable Integer lastDurationMillis,
            @Nullable Integer lastStatus,
            @Nullable String lastError) {}
}

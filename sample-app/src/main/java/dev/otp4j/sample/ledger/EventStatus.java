/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stored event and the state of its deliveries. */
public record EventStatus(String id, Instant receivedAt, List<Delivery> deliveries) {

    /**
     * One delivery.
     *
     * @param attempts number of attempts so far
     * @param nextAttemptAt earliest time of the next attempt, while the delivery is pending
     * @param lastStatus status of the last answer, or null
     * @param lastError what went wrong at the last attempt, or null
     */
    public record Delivery(
            String subscriptionId,
            DeliveryState state,
            int attempts,
            @Nullable Instant nextAttemptAt,
            @Nullable Integer lastStatus,
            @Nullable String lastError) {}
}

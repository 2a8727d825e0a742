/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stored event and how far its deliveries are. */
public record EventStatus(String id, Instant receivedAt, List<Delivery> deliveries) {

    /**
     * One delivery.
     *
     * @param attempts how often it was tried
     * @param nextAttemptAt not before then, while it is pending
     * @param lastStatus the last answer's status, or null
     * @param lastError what went wrong last, or null
     */
    public record Delivery(
            String subscriptionId,
            DeliveryState state,
            int attempts,
            @Nullable Instant nextAttemptAt,
            @Nullable Integer lastStatus,
            @Nullable String lastError) {}
}

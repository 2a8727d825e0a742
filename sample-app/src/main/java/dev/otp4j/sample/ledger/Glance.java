/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person wants to see of the relay at once. Its size does not depend on how much is stored.
 *
 * @param subscriptions the oldest subscriptions, at most {@link GlanceReader#SUBSCRIPTIONS}
 * @param more how many further subscriptions there are
 * @param deliveries deliveries of the last events, and the last ones that failed; the newest event
 *     first
 */
public record Glance(List<Standing> subscriptions, int more, List<Delivery> deliveries) {

    /**
     * How a subscription stands.
     *
     * @param pending how many events wait for it
     * @param delivered how many of the last settled deliveries of the relay were delivered to it
     * @param failed how many of them failed
     * @param progress how far it has come
     * @param oldestPendingAt when the first event that waits for it was accepted, or null
     */
    public record Standing(
            SubscriptionStatus subscription,
            long pending,
            long delivered,
            long failed,
            Progress progress,
            @Nullable Instant oldestPendingAt) {}

    /**
     * A delivery.
     *
     * @param attempts number of attempts so far
     * @param receivedAt when the event was accepted
     * @param nextAttemptAt earliest time of the next attempt, if there was one and it is pending
     * @param lastStatus status of the last answer, or null
     * @param lastError what went wrong at the last attempt, or null
     */
    public record Delivery(
            String eventId,
            String subscriptionId,
            DeliveryState state,
            int attempts,
            Instant receivedAt,
            @Nullable Instant nextAttemptAt,
            @Nullable Integer lastStatus,
            @Nullable String lastError) {}
}

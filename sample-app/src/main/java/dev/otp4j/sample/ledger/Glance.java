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
 * @param deliveries deliveries of the last events, those that are tried again, and the last ones
 *     that failed; the newest event first
 */
public record Glance(List<Standing> subscriptions, int more, List<Delivery> deliveries) {

    /**
     * How a subscription stands.
     *
     * @param pending how many events wait for it, those included that it does not want
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
     * @param position that of its event in the order of all events
     */
    public record Delivery(long position, DeliveryPage.Entry entry) {
        String key() {
            return position + " " + entry.delivery().subscriptionId();
        }
    }
}

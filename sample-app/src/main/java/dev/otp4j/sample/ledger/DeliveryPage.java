/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some deliveries of a subscription, newest event first.
 *
 * @param next where the next page begins; null if this is the last one. A page that is not full, or
 *     even empty, can have a next one.
 */
public record DeliveryPage(List<Entry> entries, @Nullable Long next) {
    /** A delivery, and what it delivers. */
    public record Entry(
            String eventId,
            @Nullable String type,
            Instant receivedAt,
            EventStatus.Delivery delivery) {}
}

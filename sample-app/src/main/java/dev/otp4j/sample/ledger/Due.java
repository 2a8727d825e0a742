/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;

/**
 * The first pending delivery of a subscription.
 *
 * @param position the event's place in the order
 * @param attempts how often it was tried
 * @param at not before then
 */
public record Due(
        Subscription subscription,
        long position,
        String eventId,
        byte[] body,
        int attempts,
        Instant at) {
    @Override
    public String toString() {
        return "Due[%s for %s, attempts=%d]".formatted(eventId, subscription.id(), attempts);
    }
}

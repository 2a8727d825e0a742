/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;

/**
 * The first pending delivery of a subscription.
 *
 * @param position position of the event in the order of all events
 * @param attempts number of attempts so far
 * @param at earliest time of the next attempt
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * A pending delivery of a subscription.
 *
 * @param position position of the event in the order of all events
 * @param attempts number of attempts so far; always 0 unless it is the subscription's first pending
 *     delivery
 * @param acceptedAt time at which the event was accepted, as {@link System#nanoTime} counts
 */
public record Due(
        Subscription subscription,
        long position,
        String eventId,
        byte[] body,
        int attempts,
        long acceptedAt) {

    static Due of(Subscription subscription, StoredEvent event, int attempts) {
        return new Due(
                subscription,
                event.position(),
                event.id(),
                event.body(),
                attempts,
                event.acceptedAt());
    }

    @Override
    public String toString() {
        return "Due[%s for %s, attempts=%d]".formatted(eventId, subscription.id(), attempts);
    }
}

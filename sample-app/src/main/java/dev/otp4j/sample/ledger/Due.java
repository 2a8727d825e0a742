/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * A pending delivery of a subscription.
 *
 * @param position position of the event in the order of all events
 * @param attempts number of attempts so far, in this replay if it is one; always 0 unless it is the
 *     first pending delivery at its place
 * @param acceptedAt time at which the event was accepted, as {@link System#nanoTime} counts
 * @param turn the place that it moves on
 */
public record Due(
        Subscription subscription,
        long position,
        String eventId,
        byte[] body,
        int attempts,
        long acceptedAt,
        Turn turn) {

    static Due of(Subscription subscription, StoredEvent event, int attempts, Turn turn) {
        return new Due(
                subscription,
                event.position(),
                event.id(),
                event.body(),
                attempts,
                event.acceptedAt(),
                turn);
    }

    /** {@return whether it is made again, beside the order of the others} */
    public boolean isReplay() {
        return turn.replayId() != null;
    }

    @Override
    public String toString() {
        return "Due[%s for %s, attempts=%d]".formatted(eventId, subscription.id(), attempts);
    }
}

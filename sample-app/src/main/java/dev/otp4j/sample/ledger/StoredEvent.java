/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import org.jspecify.annotations.Nullable;

/**
 * An event that is in the database.
 *
 * @param position position in the order of all events
 * @param acceptedAt time at which it was accepted, as {@link System#nanoTime} counts
 * @param type its type, or null
 * @param target id of the only subscription that it is for, or null; it goes out beside the order
 */
record StoredEvent(
        long position,
        String id,
        byte[] body,
        long acceptedAt,
        @Nullable String type,
        @Nullable String target) {

    /** {@return whether it is for a subscription, in order} */
    boolean isFor(Subscription subscription) {
        return target == null && subscription.eventTypes().matches(type);
    }

    @Override
    public String toString() {
        return "StoredEvent[" + id + " at " + position + "]";
    }
}

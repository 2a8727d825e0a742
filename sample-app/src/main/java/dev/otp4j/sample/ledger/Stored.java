/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/** The result of storing an event. */
public sealed interface Stored {
    /**
     * The event is in the ledger, under its own id or that of an earlier request with the same key.
     */
    record As(String eventId) implements Stored {}

    /** The idempotency key belongs to an event with another body; nothing was stored. */
    record KeyTaken() implements Stored {}

    /** The event is for one subscription, of which too many replays wait; nothing was stored. */
    record TooMany() implements Stored {}
}

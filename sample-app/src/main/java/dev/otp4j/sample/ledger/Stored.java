/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/** What became of an event that was to be stored. */
public sealed interface Stored {
    /** It is in the ledger: under its own id, or that of an earlier request with the same key. */
    record As(String eventId) implements Stored {}

    /** Its idempotency key belongs to an event with another body; nothing was stored. */
    record KeyTaken() implements Stored {}
}

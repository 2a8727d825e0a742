/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * An event that is in the database.
 *
 * @param position position in the order of all events
 * @param acceptedAt time at which it was accepted, as {@link System#nanoTime} counts
 */
record StoredEvent(long position, String id, byte[] body, long acceptedAt) {
    @Override
    public String toString() {
        return "StoredEvent[" + id + " at " + position + "]";
    }
}

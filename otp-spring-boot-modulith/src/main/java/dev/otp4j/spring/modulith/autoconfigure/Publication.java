/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import java.time.Instant;
import java.util.UUID;

/**
 * An incomplete publication, as it was read. Status and attempts name one state of the row: the
 * number of attempts grows with each claim, and becomes smaller only if the claimer has not begun
 * the attempt.
 *
 * @param key the id as the database has it
 * @param type name of the class of the event
 * @param event the event, serialized
 * @param published when it was published
 * @param lastAttempt when its last attempt began
 */
record Publication(
        Object key,
        String type,
        String event,
        String status,
        int attempts,
        Instant published,
        Instant lastAttempt) {
    static final String FAILED = "FAILED";
    static final String RESUBMITTED = "RESUBMITTED";

    UUID id() {
        return key instanceof UUID id ? id : UUID.fromString(key.toString());
    }

    /** The same row after this instance has claimed its next attempt. */
    Publication claimed(Instant at) {
        return new Publication(key, type, event, RESUBMITTED, attempts + 1, published, at);
    }
}

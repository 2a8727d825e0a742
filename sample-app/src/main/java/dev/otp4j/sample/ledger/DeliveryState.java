/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.Locale;

/** The state of a delivery. */
public enum DeliveryState {
    /** The delivery waits for its turn or for its next attempt. */
    PENDING,
    /** The subscriber has confirmed the delivery. */
    DELIVERED,
    /** The delivery was given up. */
    FAILED,
    /** The subscription does not want events of this type. */
    SKIPPED;

    /** {@return the state as the tables and the HTTP interface spell it} */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static DeliveryState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}

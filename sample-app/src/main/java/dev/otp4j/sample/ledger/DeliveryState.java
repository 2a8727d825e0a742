/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.Locale;

/** How far a delivery is. */
public enum DeliveryState {
    /** Not yet: it waits for its turn, or for its next attempt. */
    PENDING,
    /** The subscriber has confirmed it. */
    DELIVERED,
    /** It was given up. */
    FAILED;

    /** {@return as the tables and the outside world spell it} */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static DeliveryState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}

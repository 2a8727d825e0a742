/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;

/** The relay takes no event now, because deliveries wait. Nothing was changed. */
public final class IntakeSlowedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IntakeSlowedException(Duration lag) {
        super(
                "the relay slows its intake because a delivery has waited for %d ms; nothing was changed"
                        .formatted(lag.toMillis()));
    }
}

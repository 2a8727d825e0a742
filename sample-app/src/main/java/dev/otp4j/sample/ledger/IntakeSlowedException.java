/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/** The relay takes no event now, because deliveries wait. Nothing was changed. */
public final class IntakeSlowedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IntakeSlowedException() {
        super("the relay slows its intake, because deliveries wait; nothing was changed");
    }
}

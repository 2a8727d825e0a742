/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/** The ledger could not make a change in time. */
public final class LedgerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean certain;

    LedgerUnavailableException(boolean certain, Throwable cause) {
        super(
                certain
                        ? "the ledger does not answer; nothing was changed"
                        : "neither the ledger nor the database answers; it is not known whether the change was made",
                cause);
        this.certain = certain;
    }

    /** {@return whether it is certain that nothing was changed, now or later} */
    public boolean isCertain() {
        return certain;
    }
}

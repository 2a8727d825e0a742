/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Thrown by an initialiser that has nothing to do. The process ends with the reason {@code normal},
 * and its start counts as no failure.
 *
 * <p>Counterpart: an initialiser that returns {@code ignore}.
 *
 * @since 0.1.0
 */
public final class InitIgnoredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception that declines the start. */
    public InitIgnoredException() {
        super("the initialiser declined to start", null, false, false);
    }
}

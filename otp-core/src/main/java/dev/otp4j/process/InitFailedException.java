/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Thrown by an initialiser that finds, in an orderly way, that it cannot start. The process ends
 * with the reason {@code normal}, its starter gets the message, and linked processes are not
 * affected.
 *
 * <p>Counterpart: an initialiser that returns {@code Error(message)}.
 *
 * @since 0.1.0
 */
public final class InitFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An orderly failure.
     *
     * @param message what the starter gets as the reason
     */
    public InitFailedException(String message) {
        super(message, null, false, false);
    }
}

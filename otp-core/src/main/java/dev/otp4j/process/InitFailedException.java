/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Thrown by an initialiser that finds that it cannot start, in an orderly way: the process ends
 * {@code normal}, its starter gets the message, nobody linked is harmed.
 *
 * <p>Counterpart: an initialiser that returns {@code Error(message)}.
 *
 * @since 0.1.0
 */
public final class InitFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An orderly failure with that message. */
    public InitFailedException(String message) {
        super(message, null, false, false);
    }
}

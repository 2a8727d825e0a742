/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Thrown by an initialiser that finds that there is nothing to do: the process ends {@code normal},
 * which is no failure.
 *
 * <p>Counterpart: an initialiser that returns {@code ignore}.
 *
 * @since 0.1.0
 */
public final class InitIgnoredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Declines to start. */
    public InitIgnoredException() {
        super("the initialiser declined to start", null, false, false);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * A message was sent to a name that has no process and does not hold messages.
 *
 * <p>Counterpart: the {@code badarg} of {@code Name ! Message}.
 *
 * @since 0.1.0
 */
public final class NotRegisteredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotRegisteredException(String message) {
        super(message);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * A message was sent to a name that has no process and does not hold messages. The message was not
 * delivered. A call throws {@link CallException.NotRegistered} instead.
 *
 * <p>Counterpart: the {@code badarg} of {@code Name ! Message}.
 *
 * @since 0.1.0
 */
public final class NotRegisteredException extends SubjectException {
    private static final long serialVersionUID = 1L;

    /** An exception with that message, for tests with a subject of their own that throws it. */
    public NotRegisteredException(String message) {
        super(message);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * A message did not get through, or a request got no reply: what {@link Subject#send} and {@link
 * Subject#call} have in common, so that one handler can turn both into a response.
 *
 * {@snippet :
 * static int httpStatus(SubjectException failure) {
 *     return failure instanceof CallException.TimedOut ? 504 : 503;
 * }
 * }
 *
 * <p>A send can fail in one way, a call in several: a send throws {@link NotRegisteredException}, a
 * call any {@link CallException}, for a name without a process {@link CallException.NotRegistered}.
 * A {@code catch} of {@link CallException} around a call therefore misses none of its failures.
 *
 * @since 0.1.0
 */
public abstract sealed class SubjectException extends RuntimeException
        permits NotRegisteredException, CallException {
    private static final long serialVersionUID = 1L;

    SubjectException(String message) {
        super(message);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * What came of {@link Registry#tryRegister}.
 *
 * <p>Counterpart: the return values of Elixir's {@code Registry.register/3}, which returns the
 * caller's own pid instead of {@link AlreadyYours}.
 *
 * @since 0.1.0
 */
public sealed interface RegisterResult {
    /** The process has the key now. */
    record Registered() implements RegisterResult {}

    /** The process had the key already; the key keeps its old value. */
    record AlreadyYours() implements RegisterResult {}

    /**
     * Another process has the key; nothing is changed.
     *
     * @param pid which lived when this was decided
     */
    record AlreadyRegistered(Pid pid) implements RegisterResult {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * What came of {@link Processes#tryRegister}.
 *
 * <p>Counterpart: the errors of {@code gleam/erlang/process.register}, which does not tell them
 * apart.
 *
 * @since 0.1.0
 */
public sealed interface NamingResult {
    /** The process has the name now. */
    record Registered() implements NamingResult {}

    /**
     * A live process has the name; nothing is changed.
     *
     * @param pid which lived when this was decided; possibly the process that was to get the name
     */
    record AlreadyRegistered(Pid pid) implements NamingResult {}

    /**
     * The process has another name; nothing is changed.
     *
     * @param name the one it has
     */
    record HasName(Name<?> name) implements NamingResult {}

    /** The process has ended; nothing is changed. */
    record Ended() implements NamingResult {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * An exit signal that became a message, because its receiver traps exits.
 *
 * <p>Counterpart: {@code {'EXIT', Pid, Reason}}.
 *
 * @param pid who ended, or who sent the signal
 * @param reason why
 * @since 0.1.0
 */
public record ExitMessage(Pid pid, ExitReason reason) {}

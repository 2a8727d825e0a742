/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * An exit signal that became a message, because its receiver traps exits.
 *
 * <p>Counterpart: {@code {'EXIT', Pid, Reason}}.
 *
 * @param pid the process that ended, or that sent the signal
 * @param reason why it ended, or the reason in the signal
 * @since 0.1.0
 */
public record ExitMessage(Pid pid, ExitReason reason) {}

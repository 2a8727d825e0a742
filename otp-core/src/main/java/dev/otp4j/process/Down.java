/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * The message that a monitored process has ended. The owner of a {@link Monitor} receives it once.
 *
 * <p>Counterpart: {@code {'DOWN', Ref, process, Pid, Reason}}.
 *
 * @param monitor the monitor that fired
 * @param pid the process that ended
 * @param reason why it ended; {@link ExitReason#NO_PROCESS} if it was dead already when the monitor
 *     was made
 * @since 0.1.0
 */
public record Down(Monitor monitor, Pid pid, ExitReason reason) {}

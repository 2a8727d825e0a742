/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import java.time.Instant;

/**
 * An entry in the log of a process: a message that the process took in order to handle it. It has
 * the type of the message, never its content.
 *
 * @param at when the process took the message
 * @param type class of the message
 * @since 0.1.0
 */
public record LoggedEvent(Instant at, String type) {}

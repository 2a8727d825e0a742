/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import java.time.Instant;

/**
 * A message that a process took to handle it: its type, never its content.
 *
 * @param at when
 * @param type class of the message
 * @since 0.1.0
 */
public record LoggedEvent(Instant at, String type) {}

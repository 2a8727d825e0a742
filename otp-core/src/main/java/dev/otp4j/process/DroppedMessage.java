/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that reached no handler, without its content.
 *
 * @param at when it was dropped, by the wall clock
 * @param reason why it was dropped
 * @param type class of the message
 * @param receiver the process that it was sent to, or null if it was sent to a name
 * @param name the name that it was sent to, or null
 * @since 0.1.0
 */
public record DroppedMessage(
        Instant at,
        DropReason reason,
        String type,
        @Nullable Pid receiver,
        @Nullable Name<?> name) {}

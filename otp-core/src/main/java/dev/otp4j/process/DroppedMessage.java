/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that reached no handler, without its content.
 *
 * @param at when, by the wall clock
 * @param reason why
 * @param type class of the message
 * @param receiver the process it was for, or null if it was for a name
 * @param name the name it was for, or null
 * @since 0.1.0
 */
public record DroppedMessage(
        Instant at,
        DropReason reason,
        String type,
        @Nullable Pid receiver,
        @Nullable Name<?> name) {}

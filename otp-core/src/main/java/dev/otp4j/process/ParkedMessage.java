/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that is handled no more because process after process has ended with it in hand,
 * without its content. See {@link MailboxRetention#retrying}.
 *
 * @param number the number of the message among those that the runtime has parked; from 1
 * @param at when it was parked, by the wall clock
 * @param name the name that it was sent to
 * @param path path of the last process that had it in hand, or null if that had no place
 * @param type class of the message
 * @param cause why the last process ended that had it in hand: the class of the exception, or the
 *     exit reason
 * @param attempts how often it was handled
 * @since 0.1.0
 */
public record ParkedMessage(
        long number,
        Instant at,
        String name,
        @Nullable String path,
        String type,
        String cause,
        int attempts) {}

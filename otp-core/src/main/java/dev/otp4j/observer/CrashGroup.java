/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Crashes of one definition with the same exception on the same type of message: a storm of crashes
 * is one group.
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param definition what the processes are instances of
 * @param type class name of the exception, or the kind of the exit reason
 * @param messageType class name of the message, or null if none was handled
 * @param count number of crashes
 * @param first time of the first one
 * @param last the last one
 * @since 0.1.0
 */
public record CrashGroup(
        String definition,
        String type,
        @Nullable String messageType,
        long count,
        Instant first,
        Crash last) {}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * What a runtime notes with each message that is sent to its processes.
 *
 * @param times whether the time is noted at which it is queued
 * @param context what it carries, or null
 */
record Notes(boolean times, @Nullable MessageContext context) {
    /** Null if nothing is noted. */
    static @Nullable Notes of(boolean times, @Nullable MessageContext context) {
        return times || context != null ? new Notes(times, context) : null;
    }
}

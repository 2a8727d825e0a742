/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * What an {@link Envelope} has as its context if the message carries a {@link
 * MessageContext.Token}.
 *
 * @param owner who made the token
 * @param deferred whether a timer or a message of a process to itself is among the messages that
 *     led to this one, itself included
 * @param queued the time at which the message was queued, or null if that is not noted
 */
record Noted(
        MessageContext owner, MessageContext.Token token, boolean deferred, @Nullable Long queued) {

    Noted queuedAt(@Nullable Long time) {
        return time == null ? this : new Noted(owner, token, deferred, time);
    }
}

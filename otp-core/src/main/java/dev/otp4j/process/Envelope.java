/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * A user message that is more than a value for its receiver's own subject; for such a value a bare
 * {@link Node} is enough.
 *
 * <p>{@code to} is the {@link Subject} of the receiver that the message was sent to, null for the
 * receiver's own subject. {@code context} is the time at which the message was queued, a {@code
 * Long}, if the runtime notes that; else null. {@code reply} is the waiting caller of a request, so
 * that a name which holds the request can tell the caller which process has adopted it.
 */
sealed class Envelope extends Node permits Tick {
    final @Nullable Object to;
    final @Nullable ReplyCell reply;
    final @Nullable Object context;

    Envelope(
            Object item, @Nullable Object to, @Nullable ReplyCell reply, @Nullable Object context) {
        super(item);
        this.to = to;
        this.reply = reply;
        this.context = context;
    }

    /** Whether this is a request and its caller no longer waits. */
    boolean callerLeft() {
        return reply != null && reply.outcome() != null;
    }
}

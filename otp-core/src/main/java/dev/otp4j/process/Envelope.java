/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * A user message that is more than a value for its receiver's own subject; for such a value a bare
 * {@link Node} is enough.
 *
 * <p>{@code to} is the {@link Subject} of the receiver that the message was sent to, null for the
 * receiver's own subject. {@code context} is what the runtime notes with each message: the time at
 * which it was queued, a {@code Long}; or a {@link Noted}, if the message carries a token; else
 * null. {@code reply} is the waiting caller of a request: a name which holds the request tells the
 * caller which process has adopted it, and a process that drops requests whose call is over looks
 * at it. A request to the receiver's own subject is a bare node if the receiver does not look.
 */
sealed class Envelope extends Node permits Tick, Envelope.Retained {
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

    /**
     * A message that a process with a retained mailbox has left to the next one.
     *
     * <p>{@code attempts} is how often it was in hand when a process ended: 0 for one that was only
     * queued. One that is tried again is handled alone, never in a batch.
     */
    static final class Retained extends Envelope {
        final int attempts;

        Retained(
                Object item,
                Object to,
                @Nullable ReplyCell reply,
                @Nullable Object context,
                int attempts) {
            super(item, to, reply, context);
            this.attempts = attempts;
        }
    }

    /** Whether the message may be one of a batch. */
    boolean joinsBatches() {
        return !(this instanceof Tick) && !(this instanceof Retained own && own.attempts > 0);
    }

    /** What the message carries, or null. */
    final @Nullable Noted noted() {
        return context instanceof Noted noted ? noted : null;
    }

    /** What the message of a node carries, or null. */
    static @Nullable Noted noted(@Nullable Node node) {
        return node instanceof Envelope envelope ? envelope.noted() : null;
    }

    /** When the message was queued, or null if that was not noted. */
    final @Nullable Long queued() {
        return context instanceof Noted noted ? noted.queued() : (Long) context;
    }

    /** Whether this is a request whose call is over. */
    final boolean isExpired() {
        return reply != null && reply.hasEnded();
    }

    /** Whether this is a request and its caller no longer waits. */
    boolean callerLeft() {
        return reply != null && reply.outcome() != null;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * Passes a context on with messages: what the sending thread has at a send, such as entries of the
 * logging context or a span, is in the receiver's thread while its handler has the message. See
 * {@link ProcessRuntime.Builder#messageContext}.
 *
 * {@snippet :
 * class TenantContext implements MessageContext {
 *     public Token capture(Outgoing message) {
 *         String tenant = message.repeats() ? null : MDC.get("tenant");
 *         if (tenant == null) return null;
 *         return (receiver, taken) -> {
 *             MDC.put("tenant", tenant);
 *             return thrown -> MDC.remove("tenant");
 *         };
 *     }
 * }
 * }
 *
 * <p>The runtime of the receiver asks its {@code MessageContext} for a {@link Token} at each send,
 * call and timer, in the thread that sends. The message carries the token. Before a handler gets
 * the message, the runtime calls {@link Token#handle} in the receiver's thread, and {@link
 * Scope#close} when the handler has returned or thrown, also if the process was killed meanwhile.
 * Nothing else of any process runs on the thread in between, except for what the handler itself
 * runs there. So no process sees the context of another one, although they may share a thread.
 *
 * <p>Messages that a name holds keep their tokens until a process adopts the name. Replies carry
 * none: a caller keeps its own context. Neither do exit signals, monitors and system requests. A
 * process that runs a body of its own, and a handler that receives a further message, get the
 * message without its context.
 *
 * <p>All methods must return at once, must not block and must not send. What they throw is logged,
 * once a minute at most, and does no harm: the message is sent and handled without context. Several
 * threads call them at once.
 *
 * <p>Counterpart: the token of {@code seq_trace}, which a message carries and its receiver takes
 * over.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface MessageContext {
    /** How a message is sent. */
    enum Kind {
        /** {@link Subject#send} or {@link Subject#trySend}. */
        SEND,
        /**
         * The request of {@link Subject#call}, {@link Subject#tryCall}, {@link Subject#callForever}
         * or {@link Subject#callAsync}.
         */
        CALL,
        /** {@link Subject#sendAfter}; captured when the timer is set. */
        SEND_AFTER,
        /** {@link Subject#sendEvery}; captured once, when the timer is set. */
        SEND_EVERY
    }

    /**
     * A message that is about to be sent.
     *
     * @param kind how it is sent
     * @param message the message, which must not be kept
     * @param receiver the process that gets it, or null if the subject is that of a name that has
     *     no process now
     * @param repeats whether the message may be one of a series without end: that of a periodic
     *     timer; or one that a process sends to itself, or has a timer send, because of a message
     *     that came about in the same way. A context that is passed on here, and a span that
     *     becomes the parent of another one here, may never end. Of messages that are sent one
     *     because of the other, at most one timer or message to oneself is not marked in this way
     */
    record Outgoing(Kind kind, Object message, @Nullable Pid receiver, boolean repeats) {}

    /**
     * Captures what the message is to carry. Called in the thread that sends, before the message is
     * queued; it may be dropped after that.
     *
     * @return null if the message carries nothing
     */
    @Nullable Token capture(Outgoing message);

    /** What a message carries. The message of a periodic timer carries it more than once. */
    @FunctionalInterface
    interface Token {
        /**
         * The handler of a process is about to get the message. Called in that process.
         *
         * @param message the message, which must not be kept
         * @return what is closed when the handler has ended, or null if there is nothing to close
         */
        @Nullable Scope handle(Pid receiver, Object message);

        /**
         * Opens the sender's context on a thread that handles no message: for the log line of a
         * crash, and for what depends on the future of {@link Subject#callAsync}. Does nothing by
         * default.
         *
         * @return what is closed afterwards, or null if there is nothing to close
         */
        default @Nullable Scope restore() {
            return null;
        }

        /**
         * A call has ended. Called once for each token of a {@link Kind#CALL}, in the caller's
         * thread, of an asynchronous call on the thread that completes its future. Does nothing by
         * default.
         *
         * @param result null if the caller has left: its process has ended, or it has completed or
         *     cancelled the future
         */
        default void ended(@Nullable CallResult<?> result) {}
    }

    /** A context that was opened on a thread. */
    @FunctionalInterface
    interface Scope {
        /**
         * Closes it, on the same thread. If this throws, no other process runs on the thread.
         *
         * @param thrown what the handler has thrown, or null; {@link ProcessExit} if the process
         *     has ended
         */
        void close(@Nullable Throwable thrown);
    }
}

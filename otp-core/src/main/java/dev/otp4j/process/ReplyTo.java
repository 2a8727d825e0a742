/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Optional;

/**
 * The subject of a call's reply, with a second way to reply: a failure, which the call throws.
 *
 * {@snippet :
 * record Reserve(int pieces, ReplyTo<Integer> replyTo) implements Message {}
 *
 * case Reserve(int pieces, var replyTo) when pieces > left -> { // in the handler
 *     replyTo.fail(new OutOfStock(left));
 *     yield Next.continueWith(left);
 * }
 *
 * try { // in a caller
 *     return stock.call(Duration.ofSeconds(1), to -> new Reserve(3, to));
 * } catch (OutOfStock e) {
 *     return e.left();
 * }
 * }
 *
 * <p>It is for failures that are expected, such as an order that cannot be met or an HTTP 500 of a
 * supplier. A handler that throws crashes its process instead; see {@link CallException.CalleeDown}
 * for what its callers get then.
 *
 * <p>A message that needs no failures declares a {@code Subject<R>}, which a call passes as well.
 * Only a call makes a {@code ReplyTo}: a request that is also sent, with a subject of the sender's
 * own to reply to, declares a {@code Subject} of a type that has both outcomes.
 *
 * <p>Any thread and any process may reply, once: the first reply or failure counts.
 *
 * <p>The time limit of the caller travels with it: {@link #timeLeft} says what the callee still
 * has, {@link #deadline} makes a nested call end with it, and {@link #isOver} says whether a reply
 * would still reach the caller.
 *
 * <p>Counterpart: none in {@code gleam_otp}, where the reply is a {@code Result}.
 *
 * @param <R> type of the reply
 * @since 0.1.0
 */
public interface ReplyTo<R> extends Subject<R> {
    /**
     * Replies with a failure. Never blocks. The replying process goes on: this is neither a crash
     * nor a reason to restart it, and is told to no listener.
     *
     * <p>{@link Subject#call} throws this very exception, with the stack of the place where it was
     * made. {@link Subject#tryCall} returns it as {@link CallResult.Refused}, and the future of
     * {@link Subject#callAsync} fails with it. Like a reply it is dropped without a trace if the
     * call is over: after its time limit, after another reply or failure, or if the callee had
     * ended before.
     *
     * <p>One exception may be given to many callers. They share it, so they must not change it, for
     * example with {@code addSuppressed}.
     *
     * @throws ProcessExit if the current process has ended; nothing is sent
     * @throws NullPointerException if {@code failure} is null
     */
    void fail(RuntimeException failure);

    /**
     * {@return the moment at which the caller's time limit ends} {@link Deadline#none} for {@link
     * Subject#callForever}. A nested call takes it over where the callee asks for that:
     *
     * {@snippet :
     * case Order(Item item, var replyTo) -> {
     *     int left = stock.call(replyTo.deadline(), to -> new Reserve(item, to));
     *     replyTo.send(left);
     * }
     * }
     *
     * <p>The clock is that of the caller's runtime. Any thread may ask, also after the call. By
     * default there is none; the engine's subjects know theirs.
     */
    default Deadline deadline() {
        return Deadline.none();
    }

    /**
     * {@return how much of its time limit the caller has left} Zero once it is over; empty if there
     * is no limit.
     */
    default Optional<Duration> timeLeft() {
        return deadline().timeLeft();
    }

    /**
     * {@return whether a reply could not reach the caller any more} Because its time is over, it
     * was interrupted, its process has ended, or it has its outcome already. A callee that has much
     * to do may look at it and stop.
     *
     * <p>A callee that wants no such request at all is started with {@code dropExpiredCalls}; see
     * {@link ProcessOptions#dropExpiredCalls}.
     */
    default boolean isOver() {
        return deadline().hasPassed();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for its one reply. A reply that comes after the caller has left, or once the
 * callee is dead, is dropped without a trace.
 *
 * <p>{@code callee} is written before another process can see the request, or under the name's lock
 * when a process adopts a held request, and when a dead process leaves one to the name; repliers
 * and the caller read it (volatile). {@code request} is written with it, and read by the thread
 * that makes the message of a failed call.
 *
 * <p>{@code deadline} is the end of the caller's time limit, on the clock of the caller's runtime.
 * It travels with the request, as part of the subject to reply to.
 */
class ReplyCell extends Rendezvous {
    /** Outcomes other than a reply. */
    sealed interface Failure {
        record Down(Pid callee, ExitReason reason) implements Failure {}

        record Vacant(String why) implements Failure {}

        /** The callee is started again later, and calls do not wait for that. */
        record Restarting(ExpectedStart start) implements Failure {}

        record TimedOut() implements Failure {}

        /** The sentry has found the call in a circle; {@code text} names its processes. */
        record Circle(String text) implements Failure {}

        record Closed(Engine runtime) implements Failure {}

        record Left() implements Failure {}

        /** The callee has replied with a failure. */
        record Refused(RuntimeException failure) implements Failure {}
    }

    /** The deadline of a call without a time limit. */
    static final long NEVER = Long.MAX_VALUE;

    final Pid caller;

    /** When the caller's time is over, or {@link #NEVER}. */
    final long deadline;

    /** The node that carries the request; null once the caller has left. */
    @Nullable Node request;

    private volatile @Nullable ProcessPort callee;

    /**
     * Set by the thread that watches the callee, before it watches; read by the caller when it
     * leaves.
     */
    private volatile boolean watches;

    /** A request without a time limit of its own. */
    ReplyCell(Engine runtime, Pid caller) {
        super(runtime);
        this.caller = caller;
        this.deadline = NEVER;
    }

    /**
     * A request whose time limit begins now.
     *
     * @param nanos the limit, {@link Long#MAX_VALUE} for none
     */
    ReplyCell(Engine runtime, Pid caller, long nanos) {
        super(runtime);
        this.caller = caller;
        this.deadline = nanos == Long.MAX_VALUE ? NEVER : runtime.scheduler.nanoTime() + nanos;
    }

    /** How much of the caller's time is left; {@link Long#MAX_VALUE} if it has no limit. */
    @AnyThread
    final long nanosLeft() {
        return deadline == NEVER
                ? Long.MAX_VALUE
                : Math.max(0, deadline - runtime.scheduler.nanoTime());
    }

    /**
     * Whether no reply can reach the caller any more: the call has its outcome, its time is over,
     * or the calling process has ended.
     */
    @AnyThread
    final boolean hasEnded() {
        return outcome() != null || nanosLeft() == 0 || callerHasEnded();
    }

    /** Whether the end of the calling process has ended the call. */
    boolean callerHasEnded() {
        return !ProcessPort.of(caller).alive();
    }

    /** Sets the callee, before that process can see the request. */
    void aim(@Nullable ProcessPort to) {
        callee = to;
    }

    /**
     * Watches the callee, once it has the request. The end of the callee, even before this, fails
     * the call.
     */
    void watchCallee() {
        ProcessPort to;
        do {
            to = callee;
            if (to == null || outcome() != null) return;
            watches = true;
            if (to.watch(this)) {
                if (outcome() != null) to.unwatch(this); // the caller may have left before
                return;
            }
        } while (callee != to); // it has left the request to the next process of its name
        ExitReason reason = to.exitReason();
        complete(new Failure.Down(to, reason == null ? ExitReason.NO_PROCESS : reason));
    }

    /** Not if the request was left to the next process. */
    @Override
    final boolean awaits(ProcessPort target) {
        return callee == target;
    }

    /**
     * Waits for the reply: at first without parking, because a park and an unpark would cost more
     * than a quick reply. Then it watches the callee and parks.
     *
     * @param nanos the time limit with which this was made
     * @see Rendezvous#await(ProcessCell, long)
     */
    final @Nullable Object awaitReply(@Nullable ProcessCell self, long nanos)
            throws InterruptedException {
        linger();
        Object seen = outcome();
        if (seen != null) return seen;
        watchCallee();
        return await(self, nanos, deadline - nanos);
    }

    /** The caller leaves: outcomes that come later are dropped. */
    void detach() {
        if (outcome() == null) complete(new Failure.Left());
        ProcessPort watched = callee;
        if (watches && watched != null) watched.unwatch(this); // a later watch looks at outcome
        request = null;
    }

    /** Remembers the node that carries the request, for the message of a failure. */
    <N extends Node> N carriedBy(N node) {
        request = node;
        return node;
    }

    @Nullable ProcessPort callee() {
        return callee;
    }

    /**
     * Fails the call. If there is an outcome already, wakes the caller again: an earlier attempt
     * may have failed after setting it.
     */
    @Override
    boolean isCaller() {
        return true;
    }

    @Override
    void targetEnded(ProcessCell target, ExitReason reason) {
        if (!complete(new Failure.Down(target, reason))) wakeAgain();
    }

    @Override
    final @Nullable Pid callerOf(Node awaited) {
        return request == awaited ? caller : null;
    }

    /** Gives the caller its reply, from the current thread. False if the call has ended. */
    final boolean reply(Object reply) {
        Runner runner = Current.runner();
        ProcessCell self = runner == null ? null : runner.current;
        if (runner == null || self == null) return replyFromOutside(reply);
        if (runner.unwoken != null) runner.pay(); // owed since an earlier reply
        self.enterCall();
        try {
            boolean taken = take(reply);
            self.leaveCall();
            runner.answered = true;
            return taken;
        } catch (Throwable thrown) {
            self.inCall = false; // no call: the stack may be full
            runner.unwoken = this; // the caller may have its reply without being woken
            throw thrown;
        }
    }

    /**
     * Gives the caller its reply, from a thread that runs no process. False if the call has ended.
     */
    final boolean replyFromOutside(Object reply) {
        Debts debts = runtime.debts;
        Debts.Entered debtor = debts.enter();
        debtor.unwoken = this;
        try {
            boolean taken = take(reply);
            debtor.unwoken = null;
            debts.leave(debtor);
            return taken;
        } catch (Throwable thrown) {
            debtor.abandoned = true; // the sentry wakes the caller if the reply was taken
            throw thrown;
        }
    }

    private boolean take(Object reply) {
        ProcessPort from = callee;
        return (from == null || from.alive()) && complete(reply);
    }
}

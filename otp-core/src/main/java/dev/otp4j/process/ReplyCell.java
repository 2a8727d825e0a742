/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for its one reply. A reply that comes after the caller has left, or once the
 * callee is dead, is dropped without a trace.
 *
 * <p>{@code callee} is written before another process can see the request, or under the name's lock
 * when a process adopts a held request; repliers and the caller read it (volatile). {@code request}
 * is written with it, and read by the thread that makes the message of a failed call.
 */
class ReplyCell extends Rendezvous {
    /** Outcomes other than a reply. */
    sealed interface Failure {
        record Down(Pid callee, ExitReason reason) implements Failure {}

        record Vacant(String why) implements Failure {}

        /** The callee is started again later, and calls do not wait for that. */
        record Restarting(ExpectedStart start) implements Failure {}

        record TimedOut() implements Failure {}

        record Closed(Engine runtime) implements Failure {}

        record Left() implements Failure {}

        /** The callee has replied with a failure. */
        record Refused(RuntimeException failure) implements Failure {}
    }

    final Pid caller;

    /** The node that carries the request; null once the caller has left. */
    @Nullable Node request;

    private volatile @Nullable ProcessPort callee;

    /**
     * Set by the thread that watches the callee, before it watches; read by the caller when it
     * leaves.
     */
    private volatile boolean watches;

    ReplyCell(Engine runtime, Pid caller) {
        super(runtime);
        this.caller = caller;
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
        ProcessPort to = callee;
        if (to == null || outcome() != null) return;
        watches = true;
        if (!to.watch(this)) {
            ExitReason reason = to.exitReason();
            complete(new Failure.Down(to, reason == null ? ExitReason.NO_PROCESS : reason));
        } else if (outcome() != null) {
            to.unwatch(this); // the caller may have left before this watcher was listed
        }
    }

    /**
     * Waits for the reply: at first without parking, because a park and an unpark would cost more
     * than a quick reply. Then it watches the callee and parks.
     *
     * @see Rendezvous#await(ProcessCell, long)
     */
    final @Nullable Object awaitReply(@Nullable ProcessCell self, long nanos)
            throws InterruptedException {
        long start = runtime.scheduler.nanoTime();
        linger();
        Object seen = outcome();
        if (seen != null) return seen;
        watchCallee();
        return await(self, nanos, start);
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The subject to which a callee replies. It takes one reply; what comes after the caller has gone,
 * or from anybody once the callee is dead, is dropped without a trace.
 *
 * <p>{@code callee} is written before the request can be seen, or under the name's lock when a held
 * request is adopted; read by repliers and the caller (volatile). {@code request} is written with
 * it and read by whoever makes the message of a failed call.
 */
sealed class ReplyCell<R> extends Rendezvous implements Subject<R> permits AsyncCall {
    /** Outcomes other than a reply. */
    sealed interface Failure {
        record Down(Pid callee, ExitReason reason) implements Failure {}

        record Vacant(String why) implements Failure {}

        record TimedOut() implements Failure {}

        record Closed(ProcessRuntime runtime) implements Failure {}

        record Left() implements Failure {}
    }

    final Pid caller;

    /** The node that carries the request, until the caller goes. */
    @Nullable Node request;

    private volatile @Nullable ProcessPort callee;

    /** Set before the callee is watched, by whoever does that; read by the caller when it goes. */
    private volatile boolean watches;

    ReplyCell(ProcessRuntime runtime, Pid caller) {
        super(runtime);
        this.caller = caller;
    }

    /** Says who is asked, before that process can see the request. */
    void aim(@Nullable ProcessPort to) {
        callee = to;
    }

    /** Watches the callee, once it has the request. Its death, even before this, fails the call. */
    void watchCallee() {
        ProcessPort to = callee;
        if (to == null || outcome() != null) return;
        watches = true;
        if (!to.watch(this)) {
            ExitReason reason = to.exitReason();
            complete(new Failure.Down(to, reason == null ? ExitReason.NO_PROCESS : reason));
        } else if (outcome() != null) {
            to.unwatch(this); // the caller may have left before this was listed
        }
    }

    /**
     * Waits for the reply. At first as a thread that has something else to do, without which a
     * quick reply would cost a park and an unpark; then watching the callee, parked.
     *
     * @see Rendezvous#await(ProcessCell, long)
     */
    final @Nullable Object awaitReply(@Nullable ProcessCell self, long nanos)
            throws InterruptedException {
        long start = runtime.scheduler().nanoTime();
        runtime.scheduler().linger(this);
        Object seen = outcome();
        if (seen != null) return seen;
        watchCallee();
        return await(self, nanos, start);
    }

    /** The caller goes; whatever comes later is dropped. */
    void detach() {
        if (outcome() == null) complete(new Failure.Left());
        ProcessPort watched = callee;
        if (watches && watched != null) watched.unwatch(this); // who watches later looks at outcome
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

    /** Wakes again if there is an outcome: an earlier attempt may have failed after setting it. */
    @Override
    void targetEnded(ProcessCell target, ExitReason reason) {
        if (!complete(new Failure.Down(target, reason))) wakeAgain();
    }

    @Override
    public void send(R reply) {
        trySend(reply);
    }

    @Override
    public Sent trySend(R reply) {
        Arguments.notNull("message", reply);
        Runner runner = Current.runner();
        ProcessCell self = runner == null ? null : runner.current;
        if (runner == null || self == null) return takeFromOutside(reply);
        if (runner.unwoken != null) runner.pay(); // an earlier reply
        self.enterCall();
        try {
            Sent sent = take(reply);
            self.leaveCall();
            runner.answered = true;
            return sent;
        } catch (Throwable thrown) {
            self.inCall = false; // no call: the stack may be full
            runner.unwoken = this; // the caller may have its reply and sleep on
            throw thrown;
        }
    }

    private Sent takeFromOutside(R reply) {
        Debts debts = runtime.debts();
        Debts.Entered debtor = debts.enter();
        debtor.unwoken = this;
        try {
            Sent sent = take(reply);
            debtor.unwoken = null;
            debts.leave(debtor);
            return sent;
        } catch (Throwable thrown) {
            debtor.abandon(); // the sentry wakes the caller if the reply was taken
            throw thrown;
        }
    }

    private Sent take(R reply) {
        ProcessPort from = callee;
        boolean taken = (from == null || from.alive()) && complete(reply);
        return taken ? Sent.SENT : Sent.CLOSED;
    }

    @Override
    public Timer sendAfter(Duration delay, R message) {
        Arguments.notNull("message", message);
        return new Later(Arguments.nanos("delay", delay), message).set(Current.process());
    }

    /** A reply that is sent later; void when it cannot arrive any more. */
    private final class Later extends DelayedSend {
        Later(long nanos, R reply) {
            super(runtime.timers(), nanos, callee, () -> takeFromOutside(reply));
        }

        @Override
        boolean isVoid() {
            return super.isVoid() || outcome() != null || !ProcessPort.of(caller).alive();
        }
    }

    @Override
    public Timer sendEvery(Duration period, R message) {
        throw new UnsupportedOperationException(
                "cannot send every " + period + " to " + this + ": it takes one reply");
    }

    @Override
    public <Q> Q call(Duration timeout, Function<Subject<Q>, ? extends R> request) {
        throw new UnsupportedOperationException(
                "cannot call the reply subject of " + caller + "; it takes one reply");
    }

    @Override
    public <Q> Q callForever(Function<Subject<Q>, ? extends R> request) {
        return call(Duration.ZERO, request);
    }

    @Override
    public Optional<R> receive(Duration timeout) {
        throw new IllegalStateException(
                "cannot receive from the reply subject of " + caller + "; only its call does");
    }

    @Override
    public R receiveForever() {
        return receive(Duration.ZERO).orElseThrow();
    }

    @Override
    public Pid owner() {
        return caller;
    }

    @Override
    public String toString() {
        return "Subject[reply to " + caller + "]";
    }
}

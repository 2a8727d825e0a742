/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The subject to which a callee replies: the side of a {@link ReplyCell} that the application sees.
 *
 * @param <R> type of the reply
 */
class ReplySubject<R> extends ReplyCell implements ReplyTo<R> {
    ReplySubject(Engine runtime, Pid caller, long nanos) {
        super(runtime, caller, nanos);
    }

    @Override
    public void send(R reply) {
        trySend(reply);
    }

    @Override
    public Sent trySend(R reply) {
        if (reply(Arguments.notNull("message", reply))) return Sent.SENT;
        countIfLate();
        return Sent.CLOSED;
    }

    @Override
    public void fail(RuntimeException failure) {
        if (!reply(new Failure.Refused(Arguments.notNull("failure", failure)))) countIfLate();
    }

    /** Counts a reply that found its caller gone. A second reply is not late. */
    private void countIfLate() {
        boolean late =
                switch (outcome()) {
                    case Failure.TimedOut over -> true;
                    case Failure.Left left -> true;
                    case Failure.Closed closed -> true;
                    case null, default -> false;
                };
        if (late) (callee() instanceof ProcessCell cell ? cell.runtime : runtime).repliedLate();
    }

    @Override
    public Deadline deadline() {
        return deadline == NEVER ? Deadline.none() : new Deadline(runtime, deadline);
    }

    @Override
    public boolean isOver() {
        return hasEnded();
    }

    @Override
    public Timer sendAfter(Duration delay, R message) {
        Arguments.notNull("message", message);
        return new Later(Arguments.nanos("delay", delay), message).set(Current.process());
    }

    /** A reply that is sent later. The timer is void once the reply cannot arrive any more. */
    private final class Later extends DelayedSend {
        Later(long nanos, R reply) {
            super(runtime.timers, nanos, callee(), () -> replyFromOutside(reply));
        }

        @Override
        boolean isVoid() {
            return super.isVoid() || outcome() != null || !ProcessPort.of(caller).alive();
        }
    }

    @Override
    public Timer sendEvery(Duration period, R message) {
        throw new UnsupportedOperationException(
                "cannot send to " + this + " every " + period + ": it accepts only one reply");
    }

    @Override
    public <Q> Q call(Duration timeout, Function<? super ReplyTo<Q>, ? extends R> request) {
        throw new UnsupportedOperationException(
                "cannot call the reply subject of " + caller + ": it accepts only a reply");
    }

    @Override
    public <Q> CallResult<Q> tryCall(
            Duration timeout, Function<? super ReplyTo<Q>, ? extends R> request) {
        return new CallResult.Replied<>(call(timeout, request));
    }

    @Override
    public <Q> Q callForever(Function<? super ReplyTo<Q>, ? extends R> request) {
        return call(Duration.ZERO, request);
    }

    @Override
    public Optional<R> receive(Duration timeout) {
        throw new IllegalStateException(
                "cannot receive from the reply subject of "
                        + caller
                        + "; only its call receives the reply");
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

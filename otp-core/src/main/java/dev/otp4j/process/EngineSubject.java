/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the subjects of the engine have in common: sending from inside and outside a process, and
 * calling.
 */
abstract sealed class EngineSubject<M> implements Subject<M> permits LocalSubject, NamedSubject {

    /**
     * What became of a push, and who has to be scheduled or woken once the sender's engine call is
     * over.
     */
    record Pushed(Sent sent, @Nullable ProcessPort receiver, Owed owed) {
        static final Pushed FULL = new Pushed(Sent.FULL, null, Owed.NOTHING);
        static final Pushed CLOSED = new Pushed(Sent.CLOSED, null, Owed.NOTHING);
        static final Pushed HELD = new Pushed(Sent.SENT, null, Owed.NOTHING);

        void settle() {
            if (receiver != null) receiver.settle(owed);
        }
    }

    /** The live receiver now, or null. */
    abstract @Nullable ProcessPort receiver();

    /** Whether this is a subject of that live process. */
    abstract boolean isOf(ProcessCell process);

    /** The node that carries {@code message} to {@code receiver}. */
    abstract Node node(
            @Nullable ProcessPort receiver, Object message, @Nullable ReplyCell<?> reply);

    /** Nobody takes messages now. */
    abstract Pushed vacant(Object message, @Nullable ReplyCell<?> reply);

    /**
     * The message of the exception for a send that found nobody, or null if it is dropped silently.
     */
    abstract @Nullable String vacancy();

    @Override
    public final void send(M message) {
        if (trySend(message) != Sent.CLOSED) return;
        String text = vacancy();
        if (text != null) throw new NotRegisteredException(text);
    }

    @Override
    public final Sent trySend(M message) {
        Arguments.notNull("message", message);
        ProcessCell self = Current.process();
        ProcessPort to;
        Owed owed;
        if (self == null) {
            to = receiver();
            owed = to == null ? Owed.REFUSED : to.enqueue(node(to, message, null));
        } else {
            self.enterCall();
            try {
                to = receiver();
                owed = to == null ? Owed.REFUSED : to.enqueue(node(to, message, null));
            } finally {
                self.leaveCall();
            }
        }
        if (to == null || owed == Owed.REFUSED) return sendVacant(self, message);
        to.settle(owed);
        return Sent.SENT;
    }

    /** A message that nobody takes, and nobody is told of, is counted. */
    abstract void dropped(Object message, Sent sent);

    private Sent sendVacant(@Nullable ProcessCell self, Object message) {
        Pushed pushed = push(self, message, null);
        pushed.settle();
        if (pushed.sent() != Sent.SENT) Current.outside(() -> dropped(message, pushed.sent()));
        return pushed.sent();
    }

    private Pushed push(@Nullable ProcessCell self, Object message, @Nullable ReplyCell<?> reply) {
        if (self == null) return vacant(message, reply);
        self.enterCall();
        try {
            return vacant(message, reply);
        } finally {
            self.leaveCall();
        }
    }

    @Override
    public final Timer sendAfter(Duration delay, M message) {
        Arguments.notNull("message", message);
        ProcessCell self = Current.process();
        if (self == null) return timer(delay, message);
        self.enterCall();
        try {
            return timer(delay, message);
        } finally {
            self.leaveCall();
        }
    }

    private Timer timer(Duration delay, M message) {
        return runtime().timer(delay, bound(), () -> trySend(message));
    }

    /** The one process that this subject reaches, or null if it is resolved at each send. */
    abstract @Nullable ProcessPort bound();

    /** Whose clock measures delays. */
    abstract ProcessRuntime runtime();

    @Override
    public final <R> R call(Duration timeout, Function<Subject<R>, ? extends M> request) {
        long nanos = Arguments.nanos("timeout", timeout);
        return call(nanos, timeout, request);
    }

    @Override
    public final <R> R callForever(Function<Subject<R>, ? extends M> request) {
        return call(Long.MAX_VALUE, null, request);
    }

    private <R> R call(
            long nanos, @Nullable Duration timeout, Function<Subject<R>, ? extends M> request) {
        Arguments.notNull("request", request);
        ProcessCell self = Current.process();
        ProcessRuntime runtime = self == null ? runtime() : self.runtime;
        var cell = new ReplyCell<R>(runtime, self == null ? runtime.pid() : self);
        Object message = Arguments.notNull("request's message", request.apply(cell));
        try {
            post(self, message, cell);
            Object outcome = cell.await(self, nanos);
            return reply(cell, outcome, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallException.Interrupted(toString());
        } finally {
            cell.detach();
        }
    }

    /**
     * Puts the request into the mailbox of whoever is the callee now, or leaves it with the vacant
     * name.
     */
    private <R> void post(@Nullable ProcessCell self, Object message, ReplyCell<R> cell) {
        ProcessPort to = receiver();
        if (self != null && isOf(self)) throw new CallException.CallingSelf(self.toString());
        if (to == null || !to.alive() || !request(self, to, message, cell)) {
            Pushed pushed = push(self, message, cell);
            pushed.settle();
            switch (pushed.sent()) {
                case SENT -> {}
                case FULL -> {
                    Current.outside(() -> dropped(message, Sent.FULL));
                    throw new CallException.Rejected(this + " holds no more messages");
                }
                case CLOSED -> throw vacantCall();
            }
        }
        cell.watchCallee();
    }

    /** False if the callee turned out to be dead. */
    private <R> boolean request(
            @Nullable ProcessCell self, ProcessPort to, Object message, ReplyCell<R> cell) {
        cell.aim(to);
        Owed owed;
        if (self == null) {
            owed = to.enqueue(node(to, message, cell));
        } else {
            self.enterCall();
            try {
                owed = to.enqueue(node(to, message, cell));
            } finally {
                self.leaveCall();
            }
        }
        to.settle(owed);
        return owed != Owed.REFUSED;
    }

    private CallException vacantCall() {
        String text = vacancy();
        return text == null
                ? new CallException.CalleeDown(toString(), ExitReason.NO_PROCESS)
                : new CallException.NotRegistered(text);
    }

    @SuppressWarnings("unchecked") // a ReplyCell<R> takes an R or one of its own failures
    private <R> R reply(ReplyCell<R> cell, @Nullable Object outcome, @Nullable Duration timeout) {
        if (outcome == null && timeout != null) {
            // whoever completes the cell first decides; an outcome that came just now still counts
            if (cell.complete(new ReplyCell.Failure.Left())) throw timedOut(cell, timeout);
            outcome = cell.outcome();
        }
        return switch (outcome) {
            case ReplyCell.Failure.Down down ->
                    throw new CallException.CalleeDown(down.callee().toString(), down.reason());
            case ReplyCell.Failure.Vacant vacant ->
                    throw new CallException.NotRegistered(vacant.why());
            case null ->
                    throw new IllegalStateException(
                            "call without time limit ended without outcome");
            default -> (R) outcome;
        };
    }

    private CallException timedOut(ReplyCell<?> cell, Duration timeout) {
        ProcessPort callee = cell.callee();
        return callee == null
                ? new CallException.TimedOut(toString(), timeout, "it had no process")
                : new CallException.TimedOut(callee.toString(), timeout, callee.describe());
    }

    @Override
    public final Optional<M> receive(Duration timeout) {
        ownedByCurrent();
        return Selector.<M>create().select(this).receive(timeout);
    }

    @Override
    public final M receiveForever() {
        ownedByCurrent();
        return Selector.<M>create().select(this).receiveForever();
    }

    private void ownedByCurrent() {
        ProcessCell self = Current.processOrThrow("receive");
        Pid owner = owner();
        if (owner != self) {
            throw new IllegalStateException(
                    "cannot receive with a subject owned by "
                            + owner
                            + "; current process is "
                            + self);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the subjects of the engine have in common: sending from inside and outside a process, and
 * calling.
 */
abstract sealed class EngineSubject<M> implements Subject<M> permits LocalSubject, NamedSubject {

    /** The live receiver now, or null. */
    abstract @Nullable ProcessPort receiver();

    /** Whether this is a subject of that live process. */
    abstract boolean isOf(ProcessCell process);

    /** The node that carries {@code message} to {@code receiver}. */
    abstract Node node(
            @Nullable ProcessPort receiver, Object message, @Nullable ReplyCell<?> reply);

    /**
     * No process takes messages now: the message is held, refused, or given to a process that has
     * come meanwhile.
     *
     * @param debtor owes what follows from a push
     * @param asked what {@link #vacancyNow} has said
     */
    abstract Sent vacant(
            Debtor debtor, @Nullable Vacancy asked, Object message, @Nullable ReplyCell<?> reply);

    /**
     * What becomes of a message now; may ask others, so never in an engine call or under a lock.
     */
    abstract @Nullable Vacancy vacancyNow();

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
        Runner runner = Current.runner();
        ProcessPort to = receiver();
        if (to != null) {
            Owed owed = Delivery.deliver(runner, to, node(to, message, null), true);
            if (owed != Owed.REFUSED) return Sent.SENT;
        }
        return sendVacant(runner == null ? null : runner.current, message);
    }

    /** A message that nobody takes, and nobody is told of, is counted. */
    abstract void dropped(Object message, Sent sent);

    private Sent sendVacant(@Nullable ProcessCell self, Object message) {
        Sent sent = push(self, message, null);
        if (sent != Sent.SENT) Current.outside(() -> dropped(message, sent));
        return sent;
    }

    private Sent push(@Nullable ProcessCell self, Object message, @Nullable ReplyCell<?> reply) {
        Vacancy asked = vacancyNow();
        Debts debts = runtime().debts();
        Debts.Entered debtor = debts.enter();
        try {
            Sent sent = push(debtor, asked, self, message, reply);
            debtor.pay();
            debts.leave(debtor);
            return sent;
        } catch (Throwable thrown) {
            debtor.abandon(); // the sentry pays
            throw thrown;
        }
    }

    private Sent push(
            Debtor debtor,
            @Nullable Vacancy asked,
            @Nullable ProcessCell self,
            Object message,
            @Nullable ReplyCell<?> reply) {
        if (self == null) return vacant(debtor, asked, message, reply);
        self.enterCall();
        try {
            return vacant(debtor, asked, message, reply);
        } finally {
            self.inCall = false;
        }
    }

    @Override
    public final Timer sendAfter(Duration delay, M message) {
        Arguments.notNull("message", message);
        long nanos = Arguments.nanos("delay", delay);
        ProcessCell self = Current.process();
        ProcessPort life = bound(self);
        Runnable task = life == null ? () -> trySend(message) : () -> sendTo(life, message);
        return new DelayedSend(runtime().timers(), nanos, life, task).set(self);
    }

    @Override
    public final Timer sendEvery(Duration period, M message) {
        Arguments.notNull("message", message);
        long nanos = Arguments.positiveNanos("period", period);
        ProcessCell self = Current.process();
        return new PeriodicSend(runtime().timers(), nanos, self, bound(self), this, message)
                .set(self);
    }

    /** What a timer sends is void with the process: it is not counted when that is dead. */
    private void sendTo(ProcessPort life, M message) {
        life.deliver(node(life, message, null));
    }

    /** The message of a periodic timer for {@code receiver}. */
    final Tick tick(ProcessPort receiver, M message) {
        Node node = node(receiver, message, null);
        return new Tick(message, node instanceof Envelope envelope ? envelope.to : null);
    }

    /**
     * The one process that a timer for this subject is for, or null if it is looked up when the
     * timer fires. A process's timer for its own subject is for that process, also where another
     * one may have the subject's name later.
     */
    private @Nullable ProcessPort bound(@Nullable ProcessCell self) {
        return self != null && isOf(self) ? self : bound();
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
        ProcessCell self = Current.process();
        ProcessRuntime runtime = callersRuntime(self);
        var cell = new ReplyCell<R>(runtime, caller(self, runtime));
        return perform(self, cell, message(request, cell), nanos, timeout);
    }

    @Override
    public final <R> CallResult<R> tryCall(
            Duration timeout, Function<Subject<R>, ? extends M> request) {
        long nanos = Arguments.nanos("timeout", timeout);
        ProcessCell self = Current.process();
        ProcessRuntime runtime = callersRuntime(self);
        var cell = new ReplyCell<R>(runtime, caller(self, runtime));
        Object message = message(request, cell); // its failures are not this call's
        try {
            return new CallResult.Replied<>(perform(self, cell, message, nanos, timeout));
        } catch (CallException failure) {
            return new CallResult.Failed<>(failure);
        }
    }

    @Override
    public final <R> CompletableFuture<R> callAsync(
            Duration timeout, Function<Subject<R>, ? extends M> request) {
        long nanos = Arguments.nanos("timeout", timeout);
        ProcessCell self = Current.process();
        ProcessRuntime runtime = callersRuntime(self);
        var cell = new AsyncCall<R>(runtime, caller(self, runtime), this, timeout);
        Object message = message(request, cell);
        try {
            post(self, message, cell);
            cell.watchCallee();
            return cell.begin(nanos);
        } catch (CallException refused) {
            cell.letGo();
            return CompletableFuture.failedFuture(refused);
        } catch (Throwable thrown) {
            cell.letGo();
            throw thrown;
        }
    }

    private ProcessRuntime callersRuntime(@Nullable ProcessCell self) {
        return self == null ? runtime() : self.runtime;
    }

    private static Pid caller(@Nullable ProcessCell self, ProcessRuntime runtime) {
        return self == null ? runtime.pid() : self;
    }

    private static <R> Object message(Function<Subject<R>, ?> request, ReplyCell<R> cell) {
        Arguments.notNull("request", request);
        return Arguments.notNull("request's message", request.apply(cell));
    }

    private <R> R perform(
            @Nullable ProcessCell self,
            ReplyCell<R> cell,
            Object message,
            long nanos,
            @Nullable Duration timeout) {
        try {
            if (self != null && isOf(self)) {
                self.checkAlive();
                throw new CallException.CallingSelf(self.toString());
            }
            post(self, message, cell);
            Object outcome = cell.awaitReply(self, nanos);
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
        if (to == null || !to.alive() || !request(to, message, cell)) {
            switch (push(self, message, cell)) {
                case SENT -> {}
                case FULL -> {
                    Current.outside(() -> dropped(message, Sent.FULL));
                    throw new CallException.Rejected(this + " holds no more messages");
                }
                case CLOSED -> throw vacantCall();
            }
        }
    }

    /** False if the callee turned out to be dead. */
    private <R> boolean request(ProcessPort to, Object message, ReplyCell<R> cell) {
        cell.aim(to);
        Node node = node(to, message, cell);
        return Delivery.deliver(Current.runner(), to, node, false) != Owed.REFUSED;
    }

    private CallException vacantCall() {
        String text = vacancy();
        return text == null
                ? new CallException.CalleeDown(toString(), ExitReason.NO_PROCESS)
                : new CallException.NotRegistered(text);
    }

    @SuppressWarnings("unchecked") // a ReplyCell<R> takes an R or one of its own failures
    private <R> R reply(ReplyCell<R> cell, @Nullable Object awaited, @Nullable Duration timeout) {
        Object outcome = awaited == null ? timeOver(cell) : awaited;
        if (outcome instanceof ReplyCell.Failure failure) throw failure(cell, failure, timeout);
        return (R) outcome;
    }

    /** Whoever completes the cell first decides; an outcome that came just now still counts. */
    private static Object timeOver(ReplyCell<?> cell) {
        var over = new ReplyCell.Failure.TimedOut();
        return cell.complete(over) ? over : Objects.requireNonNull(cell.outcome());
    }

    /** The exception for an outcome that is no reply; looks at the callee if the time is over. */
    final CallException failure(
            ReplyCell<?> cell, ReplyCell.Failure failure, @Nullable Duration timeout) {
        return switch (failure) {
            case ReplyCell.Failure.Down(Pid callee, ExitReason reason) ->
                    new CallException.CalleeDown(callee.toString(), reason);
            case ReplyCell.Failure.Vacant(String why) -> new CallException.NotRegistered(why);
            case ReplyCell.Failure.TimedOut over -> timedOut(cell, timeout);
            case ReplyCell.Failure.Closed(ProcessRuntime runtime) ->
                    new CallException.RuntimeClosed(calleeText(cell), runtime.toString());
            case ReplyCell.Failure.Left left -> throw new IllegalStateException("nobody waits");
        };
    }

    private CallException timedOut(ReplyCell<?> cell, @Nullable Duration timeout) {
        if (timeout == null) throw new IllegalStateException("a call without time limit timed out");
        ProcessPort callee = cell.callee();
        return callee == null
                ? new CallException.TimedOut(toString(), timeout, unheld())
                : new CallException.TimedOut(callee.toString(), timeout, callee.describe(cell));
    }

    private String calleeText(ReplyCell<?> cell) {
        ProcessPort callee = cell.callee();
        return callee == null ? toString() : callee.toString();
    }

    /** Why a request that no process has taken got no reply. */
    abstract String unheld();

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
        self.checkAlive();
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

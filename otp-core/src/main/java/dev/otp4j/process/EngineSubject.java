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

    /**
     * The node that carries {@code message} to {@code receiver}.
     *
     * @param note what the runtime notes with it, or null; see {@link Envelope}
     */
    abstract Node node(
            @Nullable ProcessPort receiver,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note);

    /** Whether the receiver has to know of a request whether its call is over. */
    static boolean dropsExpired(@Nullable ProcessPort receiver) {
        return receiver instanceof ProcessCell cell && cell.dropsExpired();
    }

    /**
     * No process takes messages now: the message is held, refused, or given to a process that has
     * come meanwhile.
     *
     * @param debtor owes what follows from a push
     * @param asked what {@link #vacancyNow} has said
     */
    abstract Sent vacant(
            Debtor debtor,
            @Nullable Vacancy asked,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note);

    /**
     * What happens to a message now. May run code of the application, so it is never called in an
     * engine call or under a lock.
     */
    abstract @Nullable Vacancy vacancyNow();

    /**
     * The message of the exception for a send that found no process, or null if the message is
     * dropped silently.
     */
    abstract @Nullable String vacancy();

    @Override
    public final void send(M message) {
        if (trySend(message) == Sent.CLOSED) refuse();
    }

    private void refuse() {
        String text = vacancy();
        if (text != null) throw new NotRegisteredException(text);
    }

    @Override
    public final Sent trySend(M message) {
        Arguments.notNull("message", message);
        Runner runner = Current.runner();
        ProcessPort to = receiver();
        Object note = to == null ? calleesRuntime().note(null, message) : note(to, message);
        return trySend(runner, to, message, note);
    }

    private Sent trySend(
            @Nullable Runner runner,
            @Nullable ProcessPort to,
            Object message,
            @Nullable Object note) {
        if (to != null) {
            BoundedMailbox bounded = BoundedMailbox.of(to);
            if (bounded != null) return trySend(runner, to, bounded, message, note);
            Owed owed = Delivery.deliver(runner, to, node(to, message, null, note), true);
            if (owed != Owed.REFUSED) return Sent.SENT;
        }
        return sendVacant(runner == null ? null : runner.current, message, note);
    }

    @Override
    public final Runnable prepare(M message) {
        Arguments.notNull("message", message);
        Noted noted = captured(MessageContext.Kind.SEND, bound(), message);
        return () -> sendPrepared(message, noted);
    }

    private void sendPrepared(M message, @Nullable Noted noted) {
        ProcessPort to = receiver();
        Object note = to == null ? calleesRuntime().stamped(noted) : stamped(to, noted);
        if (trySend(Current.runner(), to, message, note) == Sent.CLOSED) refuse();
    }

    /** What the receiver's runtime notes with a message that is sent now. */
    private static @Nullable Object note(ProcessPort to, Object message) {
        return to instanceof ProcessCell cell ? cell.runtime.note(cell, message) : null;
    }

    /** What it notes with a message that carries what was captured before, or nothing. */
    static @Nullable Object stamped(ProcessPort to, @Nullable Noted noted) {
        return to instanceof ProcessCell cell ? cell.runtime.stamped(noted) : noted;
    }

    private Sent trySend(
            @Nullable Runner runner,
            ProcessPort to,
            BoundedMailbox bounded,
            Object message,
            @Nullable Object note) {
        Node node = node(to, message, null, note);
        switch (bounded.enter((ProcessCell) to, runner, Long.MAX_VALUE)) {
            case ENTERED -> {
                Owed owed = Delivery.deliverEntered(runner, to, bounded, node, true);
                if (owed != Owed.REFUSED) return Sent.SENT;
            }
            case FULL -> {
                Current.outside(() -> bounded.refused(to, message));
                return Sent.FULL;
            }
            case CLOSED -> {
                ProcessPort next = receiver(); // the name may have another process by now
                BoundedMailbox its = next == null ? null : BoundedMailbox.of(next);
                if (next != null && its != null && next.alive()) {
                    return trySend(runner, next, its, message, note);
                }
            }
        }
        return sendVacant(runner == null ? null : runner.current, message, note);
    }

    /** Counts a message that no process takes, if no exception reports that. */
    abstract void dropped(Object message, Sent sent);

    private Sent sendVacant(@Nullable ProcessCell self, Object message, @Nullable Object note) {
        Sent sent = push(self, message, null, note);
        if (sent != Sent.SENT) Current.outside(() -> dropped(message, sent));
        return sent;
    }

    final Sent push(
            @Nullable ProcessCell self,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note) {
        Vacancy asked = vacancyNow();
        Debts debts = runtime().debts;
        Debts.Entered debtor = debts.enter();
        try {
            Sent sent = push(debtor, asked, self, message, reply, note);
            debtor.pay();
            debts.leave(debtor);
            return sent;
        } catch (Throwable thrown) {
            debtor.abandoned = true; // the sentry pays
            throw thrown;
        }
    }

    private Sent push(
            Debtor debtor,
            @Nullable Vacancy asked,
            @Nullable ProcessCell self,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note) {
        if (self == null) return vacant(debtor, asked, message, reply, note);
        return self.withinCall(() -> vacant(debtor, asked, message, reply, note));
    }

    @Override
    public final Timer sendAfter(Duration delay, M message) {
        Arguments.notNull("message", message);
        long nanos = Arguments.nanos("delay", delay);
        ProcessCell self = Current.process();
        ProcessPort life = bound(self);
        Noted noted = captured(MessageContext.Kind.SEND_AFTER, life, message);
        Runnable task =
                noted == null
                        ? () -> sendLater(life, message, null)
                        : () -> sendLater(life, message, noted);
        return new DelayedSend(runtime().timers, nanos, life, task).set(self);
    }

    @Override
    public final Timer sendEvery(Duration period, M message) {
        Arguments.notNull("message", message);
        long nanos = Arguments.positiveNanos("period", period);
        ProcessCell self = Current.process();
        ProcessPort life = bound(self);
        Noted noted = captured(MessageContext.Kind.SEND_EVERY, life, message);
        return new PeriodicSend(runtime().timers, nanos, self, life, this, message, noted)
                .set(self);
    }

    /** What a message that is sent later will carry, or null. */
    private @Nullable Noted captured(
            MessageContext.Kind kind, @Nullable ProcessPort life, Object message) {
        Engine runtime = calleesRuntime();
        if (!runtime.passesContext()) return null;
        return runtime.captured(kind, life == null ? receiver() : life, message);
    }

    /**
     * Sends what a timer sends. It is void with the process: it is not counted when that is dead.
     */
    private void sendLater(@Nullable ProcessPort life, M message, @Nullable Noted noted) {
        Runner runner = Current.runner();
        ProcessPort to = life == null ? receiver() : life;
        if (to != null) {
            Node node = node(to, message, null, stamped(to, noted));
            if (deliverLater(runner, to, node) != Owed.REFUSED || life != null) return;
        }
        Object note = calleesRuntime().stamped(noted);
        var unused = sendVacant(runner == null ? null : runner.current, message, note);
    }

    /** Delivers what a timer sends. A full mailbox drops it: a timer does not wait. */
    private static Owed deliverLater(@Nullable Runner runner, ProcessPort to, Node node) {
        BoundedMailbox bounded = BoundedMailbox.of(to);
        if (bounded == null) return Delivery.deliver(runner, to, node, true);
        if (bounded.tryEnter()) return Delivery.deliverEntered(runner, to, bounded, node, true);
        bounded.refused(to, node.item);
        return Owed.NOTHING;
    }

    /** The message of a periodic timer for {@code receiver}. */
    final Tick tick(ProcessPort receiver, M message, @Nullable Noted noted) {
        Node node = node(receiver, message, null, null);
        return new Tick(message, node instanceof Envelope envelope ? envelope.to : null, noted);
    }

    /**
     * The one process that a timer for this subject is for, or null if it is looked up when the
     * timer fires. A timer that a process sets for its own subject is for that process, even if
     * another process has the subject's name later.
     */
    private @Nullable ProcessPort bound(@Nullable ProcessCell self) {
        return self != null && isOf(self) ? self : bound();
    }

    /** The one process that this subject reaches, or null if it is resolved at each send. */
    abstract @Nullable ProcessPort bound();

    /** The name that it is the subject of, or null. */
    @Nullable NameState nameState() {
        return null;
    }

    /** The runtime that measures delays. */
    abstract Engine runtime();

    @Override
    public final <R> R call(Duration timeout, Function<? super ReplyTo<R>, ? extends M> request) {
        long nanos = Arguments.nanos("timeout", timeout);
        return call(nanos, timeout, request);
    }

    @Override
    public final <R> R call(Function<? super ReplyTo<R>, ? extends M> request) {
        return call(runtime().callTimeout, request);
    }

    @Override
    public final <R> R callForever(Function<? super ReplyTo<R>, ? extends M> request) {
        return call(Long.MAX_VALUE, null, request);
    }

    @Override
    public final <R> R call(Deadline deadline, Function<? super ReplyTo<R>, ? extends M> request) {
        if (!Arguments.notNull("deadline", deadline).hasPassed()) {
            return call(deadline.limit(), request);
        }
        ProcessCell self = Current.process();
        if (self != null) self.checkAlive();
        Engine runtime = callersRuntime(self);
        var reply = new ReplySubject<R>(runtime, caller(self, runtime), 0);
        var tooLate = new CallException.TimedOut(toString(), deadline.passedFor());
        Call.tell(this, reply, message(request, reply), tooLate);
        throw tooLate;
    }

    private <R> R call(
            long nanos,
            @Nullable Duration timeout,
            Function<? super ReplyTo<R>, ? extends M> request) {
        ProcessCell self = Current.process();
        Engine runtime = callersRuntime(self);
        var reply = new ReplySubject<R>(runtime, caller(self, runtime), nanos);
        return Call.perform(this, self, reply, message(request, reply), nanos, timeout);
    }

    @Override
    public final <R> CallResult<R> tryCall(
            Duration timeout, Function<? super ReplyTo<R>, ? extends M> request) {
        long nanos = Arguments.nanos("timeout", timeout);
        ProcessCell self = Current.process();
        Engine runtime = callersRuntime(self);
        var reply = new ReplySubject<R>(runtime, caller(self, runtime), nanos);
        Object message = message(request, reply); // its failures are not this call's
        try {
            return new CallResult.Replied<>(
                    Call.perform(this, self, reply, message, nanos, timeout));
        } catch (RuntimeException thrown) {
            return Call.result(reply, thrown);
        }
    }

    @Override
    public final <R> CompletableFuture<R> callAsync(
            Duration timeout, Function<? super ReplyTo<R>, ? extends M> request) {
        long nanos = Arguments.nanos("timeout", timeout);
        ProcessCell self = Current.process();
        Engine runtime = callersRuntime(self);
        var cell = new AsyncCall<R>(runtime, caller(self, runtime), this, nanos, timeout);
        Object message = message(request, cell);
        try {
            Call.post(this, self, cell, message, cell.captured(message), 0); // it does not wait
            cell.watchCallee();
            return cell.begin();
        } catch (CallException refused) {
            Call.tell(this, cell, message, refused);
            cell.ended(new CallResult.Failed<>(refused));
            cell.letGo();
            return CompletableFuture.failedFuture(refused);
        } catch (Throwable thrown) {
            cell.letGo();
            throw thrown;
        }
    }

    /** The runtime whose process it reaches now, or reached last. */
    final Engine calleesRuntime() {
        NameState name = nameState();
        return name == null ? runtime() : name.home();
    }

    private Engine callersRuntime(@Nullable ProcessCell self) {
        return self == null ? runtime() : self.runtime;
    }

    private static Pid caller(@Nullable ProcessCell self, Engine runtime) {
        return self == null ? runtime.port : self;
    }

    private static <R> Object message(
            Function<? super ReplyTo<R>, ?> request, ReplySubject<R> reply) {
        Arguments.notNull("request", request);
        return Arguments.notNull("request's message", request.apply(reply));
    }

    /** Why a call fails until a process is started again, or null. */
    @Nullable CallException refusal() {
        return null;
    }

    /** Why a request that no process has taken got no reply. */
    abstract String unheld();

    /** Why a request was dropped that no process has taken and the name does not hold. */
    final String full() {
        NameState name = Objects.requireNonNull(nameState(), "only a name has a limit");
        return "%s has no process and holds %d messages, which is its limit"
                .formatted(this, name.limit());
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

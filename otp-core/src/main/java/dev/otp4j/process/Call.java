/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.user.UserCode;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call of a subject of the engine: it sends the request, waits for the outcome, and makes an
 * exception of a failure.
 */
final class Call {
    private Call() {}

    /**
     * Sends the request and waits for its reply.
     *
     * @param self the calling process, or null
     * @param timeout the limit as the caller gave it; null for none
     */
    static <R> R perform(
            EngineSubject<?> to,
            @Nullable ProcessCell self,
            ReplySubject<R> reply,
            Object message,
            long nanos,
            @Nullable Duration timeout) {
        Engine runtime = to.calleesRuntime();
        if (!runtime.watchesCalls()) return await(to, self, reply, message, null, nanos, timeout);
        Noted noted = runtime.captured(MessageContext.Kind.CALL, to.receiver(), message);
        boolean timed = runtime.callTiming() != null;
        long begun = timed ? runtime.scheduler.nanoTime() : 0;
        CallResult<R> result = null;
        try {
            R reached = await(to, self, reply, message, noted, nanos, timeout);
            result = new CallResult.Replied<>(reached);
            return reached;
        } catch (RuntimeException thrown) {
            result = outcome(reply, thrown);
            throw thrown;
        } finally {
            boolean failed = result == null || result instanceof CallResult.Failed<R>;
            if (timed) runtime.called(reply.callee(), begun, failed);
            if (noted != null) runtime.contexts.ended(noted, result);
        }
    }

    @SuppressWarnings("unchecked") // a ReplySubject<R> takes an R or a failure
    private static <R> R await(
            EngineSubject<?> to,
            @Nullable ProcessCell self,
            ReplySubject<R> reply,
            Object message,
            @Nullable Noted noted,
            long nanos,
            @Nullable Duration timeout) {
        ReplyCell.Failure.Refused refused;
        try {
            if (self != null && to.isOf(self)) {
                self.checkAlive();
                throw new CallException.CallingSelf(self.toString());
            }
            post(to, self, reply, message, noted, nanos);
            Object awaited = reply.awaitReply(self, nanos);
            Object outcome = awaited == null ? timeOver(reply) : awaited;
            if (!(outcome instanceof ReplyCell.Failure failure)) return (R) outcome;
            if (!(failure instanceof ReplyCell.Failure.Refused found)) {
                throw failure(to, reply, failure, timeout);
            }
            refused = found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallException.Interrupted(to.toString());
        } catch (CallException failure) {
            tell(to, reply, message, failure);
            throw failure;
        } finally {
            reply.detach();
        }
        throw refused.failure(); // no failed call: the callee has answered
    }

    /** What came of a call that has thrown, as a value. Throws what is none of its outcomes. */
    static <R> CallResult<R> result(ReplyCell reply, RuntimeException thrown) {
        CallResult<R> found = outcome(reply, thrown);
        if (found == null) throw thrown;
        return found;
    }

    private static <R> @Nullable CallResult<R> outcome(ReplyCell reply, RuntimeException thrown) {
        if (reply.outcome() instanceof ReplyCell.Failure.Refused refused
                && refused.failure() == thrown) {
            return new CallResult.Refused<>(thrown);
        }
        return thrown instanceof CallException failure ? new CallResult.Failed<>(failure) : null;
    }

    /** Has a failed call told in the runtime of its callee. Throws nothing: the failure counts. */
    static void tell(EngineSubject<?> to, ReplyCell reply, Object message, CallException failure) {
        UserCode.runQuietly(() -> tellSurely(to, reply, message, failure));
    }

    private static void tellSurely(
            EngineSubject<?> to, ReplyCell reply, Object message, CallException failure) {
        NameState name = to.nameState();
        ProcessPort aimed = reply.callee();
        ProcessPort callee = aimed == null ? to.bound() : aimed; // null: a name without a process
        Engine runtime = reply.runtime;
        if (callee instanceof ProcessCell cell) runtime = cell.runtime;
        else if (name != null) runtime = name.home();
        runtime.callFailed(reply.caller, callee, name, message, failure);
    }

    /**
     * Puts the request into the mailbox of the present callee, or gives it to a vacant name that
     * holds messages.
     *
     * @param noted what the request carries, or null
     * @param nanos longest time to wait for room in a mailbox that has a limit
     */
    static void post(
            EngineSubject<?> to,
            @Nullable ProcessCell self,
            ReplyCell reply,
            Object message,
            @Nullable Noted noted,
            long nanos) {
        ProcessPort callee = to.receiver();
        if (callee != null && callee.alive()) {
            BoundedMailbox bounded = BoundedMailbox.of(callee);
            if (bounded != null) {
                post(to, self, reply, message, noted, nanos, bounded, callee);
                return;
            }
            if (isTaken(to, callee, reply, message, noted)) return;
        }
        giveToName(to, self, reply, message, noted);
    }

    private static void post(
            EngineSubject<?> to,
            @Nullable ProcessCell self,
            ReplyCell reply,
            Object message,
            @Nullable Noted noted,
            long nanos,
            BoundedMailbox bounded,
            ProcessPort callee) {
        Runner runner = Current.runner();
        switch (bounded.enter((ProcessCell) callee, runner, nanos)) {
            case ENTERED -> {
                reply.aim(callee);
                Node node = to.node(callee, message, reply, EngineSubject.stamped(callee, noted));
                Owed owed = Delivery.deliverEntered(runner, callee, bounded, node, false);
                if (owed != Owed.REFUSED) return;
            }
            case FULL -> {
                Current.outside(() -> bounded.refused(callee, message));
                throw new CallException.Rejected(bounded.refusal(callee));
            }
            case CLOSED -> {
                ProcessPort next = to.receiver(); // the name may have another process by now
                if (next != null && next.alive()) {
                    long left = Math.min(nanos, reply.nanosLeft());
                    post(to, self, reply, message, noted, left);
                    return;
                }
            }
        }
        giveToName(to, self, reply, message, noted);
    }

    private static void giveToName(
            EngineSubject<?> to,
            @Nullable ProcessCell self,
            ReplyCell reply,
            Object message,
            @Nullable Noted noted) {
        switch (to.push(self, message, reply, to.calleesRuntime().stamped(noted))) {
            case SENT -> {}
            case FULL -> {
                Current.outside(() -> to.dropped(message, Subject.Sent.FULL));
                throw new CallException.Rejected(to.full());
            }
            case CLOSED -> throw vacant(to);
        }
    }

    /** Delivers the request. False if the callee turned out to be dead. */
    private static boolean isTaken(
            EngineSubject<?> to,
            ProcessPort callee,
            ReplyCell reply,
            Object message,
            @Nullable Noted noted) {
        reply.aim(callee);
        Node node = to.node(callee, message, reply, EngineSubject.stamped(callee, noted));
        return Delivery.deliver(Current.runner(), callee, node, false) != Owed.REFUSED;
    }

    private static CallException vacant(EngineSubject<?> to) {
        CallException refusal = to.refusal();
        if (refusal != null) return refusal;
        String text = to.vacancy();
        return text == null
                ? new CallException.CalleeDown(to.toString(), ExitReason.NO_PROCESS)
                : new CallException.NotRegistered(text);
    }

    /**
     * Ends the call with a time-out. The first completion decides: an outcome that came just now
     * still counts.
     */
    private static Object timeOver(ReplyCell reply) {
        var over = new ReplyCell.Failure.TimedOut();
        return reply.complete(over) ? over : Objects.requireNonNull(reply.outcome());
    }

    /**
     * The exception for an outcome that is no reply. After a time-out it looks at what the callee
     * is doing.
     */
    static CallException failure(
            EngineSubject<?> to,
            ReplyCell reply,
            ReplyCell.Failure failure,
            @Nullable Duration timeout) {
        return switch (failure) {
            case ReplyCell.Failure.Down(Pid callee, ExitReason reason) ->
                    new CallException.CalleeDown(callee.toString(), reason);
            case ReplyCell.Failure.Vacant(String why) -> new CallException.NotRegistered(why);
            case ReplyCell.Failure.Restarting(ExpectedStart start) ->
                    start.refusal(to, to.calleesRuntime().scheduler.nanoTime());
            case ReplyCell.Failure.TimedOut over -> timedOut(to, reply, timeout);
            case ReplyCell.Failure.Circle(String text) ->
                    new CallException.CallCycle(text + "; this call has closed it and fails early");
            case ReplyCell.Failure.Closed(Engine runtime) ->
                    new CallException.RuntimeClosed(callee(to, reply), runtime.toString());
            case ReplyCell.Failure.Left left ->
                    throw new IllegalStateException("the caller has left: " + reply);
            case ReplyCell.Failure.Refused refused ->
                    throw new IllegalStateException("the callee has answered: " + reply);
        };
    }

    private static CallException timedOut(
            EngineSubject<?> to, ReplyCell reply, @Nullable Duration timeout) {
        if (timeout == null) throw new IllegalStateException("a call without time limit timed out");
        ProcessPort callee = reply.callee();
        return callee == null
                ? new CallException.TimedOut(to.toString(), timeout, to.unheld())
                : new CallException.TimedOut(callee.toString(), timeout, callee.describe(reply));
    }

    private static String callee(EngineSubject<?> to, ReplyCell reply) {
        ProcessPort callee = reply.callee();
        return callee == null ? to.toString() : callee.toString();
    }
}

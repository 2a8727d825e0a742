/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.internal.threads.ThreadContext;
import dev.otp4j.internal.user.UserCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A call for which no thread waits: its outcome completes a future.
 *
 * <pre>
 * outcome: null -> reply, Refused         the replier                                     a thread of the runtime then
 *                                                                                         completes the future
 *          null -> Down, Vacant           the thread that ended the callee, or the name   likewise
 *          null -> TimedOut               the alarm                                       likewise
 *          null -> Closed                 the thread that closes the caller's runtime     likewise
 *          null -> Left                   the thread that completes or cancels the future; nothing else is done
 *
 * alarm    written by the calling thread, which then reads outcome (volatile); read by the thread that releases the call,
 *          after the outcome was set: one of the two sees the other and cancels the alarm;
 *          the same holds for the runtime's list of open calls
 * </pre>
 *
 * <p>A thread of its own, which runs no process, completes the future: never the replier, and under
 * no lock. Before that, it removes the callee's watcher and the alarm.
 */
final class AsyncCall<R> extends ReplySubject<R> {
    private static final long NOT_TIMED = Long.MIN_VALUE;
    private static final Failure TIME_OVER = new Failure.TimedOut();

    private final CompletableFuture<R> future = new CompletableFuture<>();
    private final EngineSubject<?> target;
    private final Duration timeout;
    private final long begun; // NOT_TIMED unless calls are timed
    private final Debtor alarmDebt = new Debtor(); // made now: there may be no memory later
    private volatile Scheduler.@Nullable Alarm alarm;

    /** What the request carries, until the call has ended; null if it carries nothing. */
    private @Nullable AtomicReference<@Nullable Noted> carried;

    AsyncCall(Engine runtime, Pid caller, EngineSubject<?> target, long nanos, Duration timeout) {
        super(runtime, caller, nanos);
        this.target = target;
        this.timeout = timeout;
        Engine callees = target.calleesRuntime();
        begun = callees.callTiming() == null ? NOT_TIMED : callees.scheduler.nanoTime();
        alarmDebt.unwoken = this;
    }

    /** What the request carries, or null. Called once, before it is sent. */
    @Nullable Noted captured(Object message) {
        Engine callees = target.calleesRuntime();
        if (!callees.passesContext()) return null;
        Noted noted = callees.captured(MessageContext.Kind.CALL, target.receiver(), message);
        if (noted != null) carried = new AtomicReference<>(noted);
        return noted;
    }

    /** Tells what the request carries that the call has ended; null if that was told before. */
    @Nullable Noted ended(@Nullable CallResult<?> result) {
        Noted noted = carried == null ? null : carried.getAndSet(null);
        if (noted != null) runtime.contexts.ended(noted, result);
        return noted;
    }

    /** False: the future is there for others as well. */
    @Override
    boolean callerHasEnded() {
        return false;
    }

    /** Says that the request is on its way. */
    CompletableFuture<R> begin() {
        runtime.opened(this);
        Scheduler.Alarm set = runtime.scheduler.schedule(nanosLeft(), this::timeOver);
        alarm = set;
        if (outcome() != null) release();
        var unused = future.whenComplete((reply, failure) -> letGo());
        return future;
    }

    /** Ends the call with a time-out. Throws nothing: the sentry does what cannot be done now. */
    private void timeOver() {
        try {
            complete(TIME_OVER);
        } catch (Throwable later) {
            runtime.debts.leaveToSentry(alarmDebt);
        }
    }

    @Override
    boolean complete(Object result) {
        if (!super.complete(result)) return false;
        if (result instanceof Failure.Left) ended(null);
        startToTell(result);
        return true;
    }

    @Override
    void wakeAgain() {
        Object known = outcome();
        if (known != null && !future.isDone()) startToTell(known);
    }

    private void startToTell(Object result) {
        if (!(result instanceof Failure.Left))
            runtime.scheduler.start(ThreadContext.COMPLETING, this::tell);
    }

    /** Completes the future, whatever else fails here. */
    private void tell() {
        Object found = outcome();
        Throwable thrown = found instanceof Failure failure ? exception(failure) : null;
        UserCode.runQuietly(this::letGo);
        boolean failed = thrown != null && !(found instanceof Failure.Refused);
        if (begun != NOT_TIMED) target.calleesRuntime().called(callee(), begun, failed);
        if (carried != null) completeInContext(found, thrown);
        complete(found, thrown); // does nothing if it was completed
    }

    /** Completes the future in the context of the caller, if there is memory for that. */
    private void completeInContext(@Nullable Object found, @Nullable Throwable thrown) {
        try {
            Noted noted = ended(result(found, thrown));
            runtime.contexts.restored(noted, () -> complete(found, thrown));
        } catch (Throwable noMemory) {
            // the future is completed without context
        }
    }

    @SuppressWarnings("unchecked") // the outcome is an R or a failure
    private void complete(@Nullable Object found, @Nullable Throwable thrown) {
        if (thrown != null) future.completeExceptionally(thrown);
        else future.complete((R) found);
    }

    private static @Nullable CallResult<?> result(
            @Nullable Object found, @Nullable Throwable thrown) {
        if (found instanceof Failure.Refused(RuntimeException failure)) {
            return new CallResult.Refused<>(failure);
        }
        if (thrown instanceof CallException failure) return new CallResult.Failed<>(failure);
        return thrown == null && found != null ? new CallResult.Replied<>(found) : null;
    }

    private Throwable exception(Failure failure) {
        if (failure instanceof Failure.Refused(RuntimeException given)) return given;
        try {
            CallException failed =
                    Call.failure(target, this, failure, timeout); // looks at the callee
            Node asked = request;
            if (asked != null) {
                UserCode.runQuietly(() -> Call.tell(target, this, asked.item, failed));
            }
            return failed;
        } catch (Throwable failed) {
            return failed;
        }
    }

    /**
     * Removes what the call would leave behind: its watcher, its alarm, its interest in a reply.
     */
    void letGo() {
        detach();
        release();
    }

    private void release() {
        Scheduler.Alarm set = alarm;
        if (set != null) set.cancel();
        runtime.over(this);
    }
}

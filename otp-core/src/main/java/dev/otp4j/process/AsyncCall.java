/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.internal.user.UserCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call for which no thread waits: its outcome completes a future.
 *
 * <pre>
 * outcome: null -> reply, Down, Vacant    replier, the thread that ended it     a thread of the runtime's then tells
 *          null -> TimedOut               the alarm                             likewise
 *          null -> Closed                 whoever closes the caller's runtime   likewise
 *          null -> Left                   whoever completes or cancels the future; nobody is told
 *
 * alarm    written by the calling thread, which then reads outcome (volatile);
 *          read by whoever lets go, after the outcome was set: one of the two sees the other and cancels it;
 *          so it is with the runtime's list of open calls
 * </pre>
 *
 * <p>The future is completed on a thread of its own, which is no process: never by the replier, and
 * under no lock. Before that the callee's watcher and the alarm are gone.
 */
final class AsyncCall<R> extends ReplySubject<R> {
    private static final Failure TIME_OVER = new Failure.TimedOut();

    private final CompletableFuture<R> future = new CompletableFuture<>();
    private final EngineSubject<?> target;
    private final Duration timeout;
    private final Debtor alarmDebt = new Debtor(); // made now: there may be no memory then
    private volatile Scheduler.@Nullable Alarm alarm;

    AsyncCall(Engine runtime, Pid caller, EngineSubject<?> target, Duration timeout) {
        super(runtime, caller);
        this.target = target;
        this.timeout = timeout;
        alarmDebt.unwoken = this;
    }

    /** The request is on its way: its time begins. */
    CompletableFuture<R> begin(long nanos) {
        runtime.opened(this);
        Scheduler.Alarm set = runtime.scheduler.schedule(nanos, this::timeOver);
        alarm = set;
        if (outcome() != null) release();
        var unused = future.whenComplete((reply, failure) -> letGo());
        return future;
    }

    /** The time is over. Throws nothing: what cannot be told now the sentry tells. */
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
        startToTell(result);
        return true;
    }

    @Override
    void wakeAgain() {
        Object known = outcome();
        if (known != null && !future.isDone()) startToTell(known);
    }

    private void startToTell(Object result) {
        if (!(result instanceof Failure.Left)) runtime.scheduler.start("otp:reply", this::tell);
    }

    /** Whatever fails here, the future is completed. */
    @SuppressWarnings("unchecked") // the outcome is an R or a failure
    private void tell() {
        Object found = outcome();
        Throwable thrown = found instanceof Failure failure ? exception(failure) : null;
        UserCode.runQuietly(this::letGo);
        if (thrown != null) future.completeExceptionally(thrown);
        else future.complete((R) found);
    }

    private Throwable exception(Failure failure) {
        try {
            return Call.failure(target, this, failure, timeout); // looks at the callee
        } catch (Throwable failed) {
            return failed;
        }
    }

    /** Leaves nothing behind: no watcher, no alarm, no interest in a reply. */
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

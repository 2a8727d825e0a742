/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The caller's side of a system request. */
final class SystemCall {
    private SystemCall() {}

    static <R> R ask(
            Pid pid, Duration timeout, Function<? super SystemControl, ? extends R> request) {
        long nanos = Arguments.nanos("timeout", timeout);
        ProcessCell self = Current.process();
        if (self != null) self.checkAlive();
        ProcessCell target = target(pid);
        if (self == target) throw new CallException.CallingSelf(target.toString());
        Engine runtime = self == null ? target.runtime : self.runtime;
        var reply = new ReplyCell(runtime, self == null ? runtime.port : self);
        reply.aim(target);
        BiFunction<ProcessCell, BehaviorState<?>, R> served =
                (cell, behavior) -> request.apply(new SystemControl(cell, behavior));
        try {
            if (!target.alive() || !delivered(target, new Signal.SystemRequest(served, reply))) {
                throw new CallException.CalleeDown(target.toString(), ExitReason.NO_PROCESS);
            }
            reply.watchCallee();
            Object outcome = reply.await(self, nanos);
            return answer(target, timeout, reply, outcome);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallException.Interrupted(target.toString());
        } finally {
            reply.detach();
        }
    }

    /** Delivers the request. False if the process turned out to be dead. */
    private static boolean delivered(ProcessCell target, Signal.SystemRequest request) {
        return Delivery.deliver(Current.runner(), target, request, false) != Owed.REFUSED;
    }

    private static ProcessCell target(Pid pid) {
        if (!(pid instanceof ProcessCell cell)) {
            throw new IllegalArgumentException("not a process of this node: " + pid);
        }
        boolean serves = cell.behavior != null; // read before alive(): a dead process has lost it
        if (!serves && cell.alive()) {
            throw new IllegalArgumentException(
                    cell
                            + " cannot serve system requests: it runs a body of its own, not a behavior");
        }
        return cell;
    }

    @SuppressWarnings("unchecked") // the request yields an R
    private static <R> R answer(
            ProcessCell target, Duration timeout, ReplyCell reply, @Nullable Object seen) {
        if (seen == null && reply.complete(new ReplyCell.Failure.Left())) {
            throw new CallException.TimedOut(target.toString(), timeout, target.describe(reply));
        }
        return switch (Objects.requireNonNull(reply.outcome())) {
            case ReplyCell.Failure.Down down ->
                    throw new CallException.CalleeDown(target.toString(), down.reason());
            case Signal.Failed(Throwable thrown) ->
                    throw new IllegalStateException(
                            "a system request failed in %s: %s".formatted(target, thrown), thrown);
            case Object answer -> (R) answer;
        };
    }
}

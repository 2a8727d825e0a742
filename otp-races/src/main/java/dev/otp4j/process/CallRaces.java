/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.otp4j.internal.mailbox.Backlog;
import dev.otp4j.internal.mailbox.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Races between the reply to a call, its time limit and the death of the callee: each call has one
 * outcome and leaves nothing behind.
 */
public final class CallRaces {
    private static final ProcessRuntime RUNTIME = ProcessRuntime.builder().name("races").build();

    private CallRaces() {}

    /** A callee without a thread: the test takes its request and replies for it, or kills it. */
    private abstract static class WithCallee {
        final ProcessCell callee = new ProcessCell(RUNTIME, RUNTIME.port, null, null, true, null);
        final Backlog taken = new Backlog();
        final Subject<Ask> subject = new TaggedSubject<>(callee, 1);

        record Ask(Subject<String> replyTo) {}

        /**
         * Waits until the request has arrived, and replies; ends without a reply if the callee is
         * dead.
         */
        Object handle() {
            while (!callee.mailbox.closed()) {
                Node node = taken.poll(callee.mailbox);
                if (node != null) return ((Ask) node.item).replyTo().trySend("reply");
                Thread.onSpinWait();
            }
            return Subject.Sent.CLOSED;
        }

        String call() {
            try {
                return subject.<String>call(Duration.ofNanos(2_000), Ask::new);
            } catch (CallException failure) {
                return text(failure);
            }
        }

        static String text(CallException failure) {
            return switch (failure) {
                case CallException.TimedOut late -> "late";
                case CallException.CalleeDown down -> "down";
                default -> failure.toString();
            };
        }

        String left() {
            return callee.watcherCount() == 0 ? "nothing left" : "watcher left";
        }
    }

    private abstract static class OneCell extends WithCallee {
        final ReplySubject<String> cell = new ReplySubject<>(RUNTIME, RUNTIME.port, Long.MAX_VALUE);

        OneCell() {
            cell.aim(callee);
            cell.watchCallee();
        }

        /** Does what a caller does when its time is over. */
        boolean timeOver() {
            boolean over = cell.complete(new ReplyCell.Failure.TimedOut());
            cell.detach();
            return over;
        }

        /** The outcome, after a check that nothing is left and that no later reply is accepted. */
        String end() {
            String outcome = outcome();
            if (cell.trySend("later") != Subject.Sent.CLOSED) return "took another";
            cell.detach();
            return callee.watcherCount() > 0 || cell.request != null ? "left" : outcome;
        }

        String outcome() {
            return switch (cell.outcome()) {
                case ReplyCell.Failure.TimedOut late -> "late";
                case ReplyCell.Failure.Down down -> "down";
                case String reply -> reply;
                case null, default -> "wrong";
            };
        }
    }

    /** The reply races with the time limit: the first one decides, for both sides. */
    @JCStressTest
    @Outcome(
            id = {"SENT, false, reply", "CLOSED, true, late"},
            expect = ACCEPTABLE,
            desc = "both agree")
    @Outcome(expect = FORBIDDEN, desc = "the call has two outcomes, or leaves something behind")
    @State
    public static class ReplyAgainstTimeLimit extends OneCell {
        @Actor
        public void reply(LLL_Result result) {
            result.r1 = cell.trySend("reply");
        }

        @Actor
        public void timeLimit(LLL_Result result) {
            result.r2 = timeOver();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = end();
        }
    }

    /** The reply races with the death of the callee: a reply that was accepted counts. */
    @JCStressTest
    @Outcome(
            id = {"SENT, null, reply", "CLOSED, null, down"},
            expect = ACCEPTABLE,
            desc = "both agree")
    @Outcome(expect = FORBIDDEN, desc = "the call has two outcomes, or leaves something behind")
    @State
    public static class ReplyAgainstDeath extends OneCell {
        @Actor
        public void reply(LLL_Result result) {
            result.r1 = cell.trySend("reply");
        }

        @Actor
        public void die() {
            callee.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = end();
        }
    }

    /** The time limit races with the death of the callee: the caller learns of one of them. */
    @JCStressTest
    @Outcome(
            id = {"null, true, late", "null, false, down"},
            expect = ACCEPTABLE,
            desc = "one outcome")
    @Outcome(expect = FORBIDDEN, desc = "the call has two outcomes, or leaves something behind")
    @State
    public static class TimeLimitAgainstDeath extends OneCell {
        @Actor
        public void timeLimit(LLL_Result result) {
            result.r2 = timeOver();
        }

        @Actor
        public void die() {
            callee.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = end();
        }
    }

    /**
     * The caller begins to watch the callee while the callee dies: the call fails, and no watcher
     * stays listed.
     */
    @JCStressTest
    @Outcome(
            id = "down, nothing left, CLOSED",
            expect = ACCEPTABLE,
            desc = "the caller learns of the death")
    @Outcome(expect = FORBIDDEN, desc = "the caller waits for ever")
    @State
    public static class WatchAgainstDeath extends WithCallee {
        private final ReplySubject<String> cell =
                new ReplySubject<>(RUNTIME, RUNTIME.port, Long.MAX_VALUE);

        @Actor
        public void watch() {
            cell.aim(callee);
            cell.watchCallee();
        }

        @Actor
        public void die() {
            callee.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = cell.outcome() instanceof ReplyCell.Failure.Down ? "down" : "open";
            result.r2 = left();
            result.r3 = cell.trySend("later");
        }
    }

    /**
     * The caller begins to watch the callee while the replying thread already removes the watcher:
     * no watcher stays listed.
     */
    @JCStressTest
    @Outcome(
            id = "SENT, reply, nothing left",
            expect = ACCEPTABLE,
            desc = "no watcher is listed any more")
    @Outcome(expect = FORBIDDEN, desc = "a watcher stays listed")
    @State
    public static class WatchAgainstLetGo extends WithCallee {
        private final ReplySubject<String> cell =
                new ReplySubject<>(RUNTIME, RUNTIME.port, Long.MAX_VALUE);

        public WatchAgainstLetGo() {
            cell.aim(callee);
        }

        @Actor
        public void watch() {
            cell.watchCallee();
        }

        @Actor
        public void replyAndLetGo(LLL_Result result) {
            result.r1 = cell.trySend("reply");
            cell.detach();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = cell.outcome();
            result.r3 = left();
        }
    }

    /** A complete call whose time limit is about the time of its reply. */
    @JCStressTest
    @Outcome(
            id = {"reply, SENT, nothing left", "late, CLOSED, nothing left"},
            expect = ACCEPTABLE,
            desc = "both sides agree")
    @Outcome(
            expect = FORBIDDEN,
            desc = "the two sides disagree, or the call leaves something behind")
    @State
    public static class CallAgainstReply extends WithCallee {
        @Actor
        public void call(LLL_Result result) {
            result.r1 = call();
        }

        @Actor
        public void reply(LLL_Result result) {
            result.r2 = handle();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = left();
        }
    }

    /** A complete call of a callee that dies. */
    @JCStressTest
    @Outcome(
            id = {"late, null, nothing left", "down, null, nothing left"},
            expect = ACCEPTABLE,
            desc = "one outcome")
    @Outcome(expect = FORBIDDEN, desc = "the call has no outcome, or leaves something behind")
    @State
    public static class CallAgainstDeath extends WithCallee {
        @Actor
        public void call(LLL_Result result) {
            result.r1 = call();
        }

        @Actor
        public void die() {
            callee.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = left();
        }
    }

    private abstract static class WithFuture extends WithCallee {
        final CompletableFuture<String> future = subject.callAsync(Duration.ofHours(1), Ask::new);

        String outcome() {
            return future.handle((reply, failed) -> failed == null ? reply : failure(failed))
                    .join();
        }

        private static String failure(Throwable failed) {
            Throwable cause =
                    failed instanceof CompletionException wrapped ? wrapped.getCause() : failed;
            return cause instanceof CallException known ? text(known) : "cancelled";
        }
    }

    /** A future is cancelled while the callee replies to its call. */
    @JCStressTest
    @Outcome(
            id = {"reply, SENT, nothing left", "cancelled, CLOSED, nothing left"},
            expect = ACCEPTABLE,
            desc = "one outcome")
    @Outcome(
            id = "cancelled, SENT, nothing left",
            expect = ACCEPTABLE,
            desc =
                    "the reply was accepted, but the future was cancelled before the reply reached it")
    @Outcome(expect = FORBIDDEN, desc = "the call has no outcome, or leaves something behind")
    @State
    public static class CancelAgainstReply extends WithFuture {
        @Actor
        public void cancel() {
            future.cancel(false);
        }

        @Actor
        public void reply(LLL_Result result) {
            result.r2 = handle();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = outcome();
            result.r3 = left();
        }
    }

    /** A future whose callee replies while it is killed. */
    @JCStressTest
    @Outcome(
            id = {"reply, SENT, nothing left", "down, CLOSED, nothing left"},
            expect = ACCEPTABLE,
            desc = "one outcome")
    @Outcome(expect = FORBIDDEN, desc = "the call has no outcome, or leaves something behind")
    @State
    public static class FutureAgainstDeath extends WithFuture {
        @Actor
        public void reply(LLL_Result result) {
            result.r2 = handle();
        }

        @Actor
        public void die() {
            callee.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r1 = outcome();
            result.r3 = left();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The time limit of a call as its callee sees it, and as a nested call takes it over. */
@Timeout(30)
class DeadlineTests {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A request whose handler does something with the subject to reply to. */
    private record Request<R>(Work<R> work, ReplyTo<R> replyTo) {
        void run() {
            work.of(replyTo);
        }
    }

    private interface Work<R> {
        void of(ReplyTo<R> replyTo);
    }

    private final List<CompletableFuture<?>> calls = new ArrayList<>();
    private final VirtualClock clock = VirtualClock.withSeed(1);
    private final ProcessRuntime stopped = ProcessRuntime.builder().virtualTime(clock).build();
    private final ConcurrentLinkedQueue<FailedCall> failures = new ConcurrentLinkedQueue<>();
    private final ProcessListener listener =
            new ProcessListener() {
                @Override
                public void callFailed(FailedCall call) {
                    failures.add(call);
                }
            };
    private final ProcessRuntime runtime =
            ProcessRuntime.builder().name("deadline").listener(listener).build();

    @AfterEach
    void close() {
        stopped.close();
        runtime.close();
    }

    private static Subject<Request<?>> actor(ProcessRuntime in) {
        return Actors.start(Actors.<Request<?>>handling(Request::run), in);
    }

    private static <R> Function<ReplyTo<R>, Request<?>> asking(Work<R> work) {
        return replyTo -> new Request<>(work, replyTo);
    }

    // ---- what the handler reads

    @Test
    @Rule("D-01")
    void theHandlerReadsTheTimeThatIsLeftOnTheRuntimesClock() {
        Subject<Request<?>> actor = actor(stopped);
        CompletableFuture<Duration> left =
                actor.callAsync(
                        LIMIT,
                        asking(
                                replyTo -> {
                                    Processes.sleep(Duration.ofSeconds(3));
                                    replyTo.send(replyTo.timeLeft().orElseThrow());
                                }));
        clock.awaitIdle();
        clock.advance(Duration.ofSeconds(3));
        clock.awaitIdle();

        assertThat(get(left)).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    @Rule("D-01")
    void theTimeInTheMailboxCounts() {
        Subject<Request<?>> actor = actor(stopped);
        calls.add(
                actor.callAsync(LIMIT, asking(replyTo -> Processes.sleep(Duration.ofSeconds(4)))));
        CompletableFuture<Duration> left =
                actor.callAsync(LIMIT, asking(r -> r.send(r.timeLeft().orElseThrow())));
        clock.awaitIdle();
        clock.advance(Duration.ofSeconds(4));
        clock.awaitIdle();

        assertThat(get(left)).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    @Rule("D-01")
    void allKindsOfCallsHaveTheirLimitAndCallForeverHasNone() {
        Subject<Request<?>> actor = actor(runtime);
        Work<Optional<Duration>> time = replyTo -> replyTo.send(replyTo.timeLeft());

        assertThat(actor.call(LIMIT, asking(time)).orElseThrow())
                .isBetween(Duration.ofSeconds(1), LIMIT);
        assertThat(actor.call(asking(time)).orElseThrow())
                .isLessThanOrEqualTo(Subject.DEFAULT_CALL_TIMEOUT);
        assertThat(actor.tryCall(LIMIT, asking(time)).orElseThrow()).isPresent();
        assertThat(get(actor.callAsync(LIMIT, asking(time)))).isPresent();
        assertThat(actor.callForever(asking(time))).isEmpty();
        assertThat(actor.call(Duration.ofSeconds(Long.MAX_VALUE), asking(time))).isEmpty();
        assertThat(actor.callForever(asking((ReplyTo<Deadline> r) -> r.send(r.deadline()))))
                .isEqualTo(Deadline.none());
    }

    @Test
    @Rule("D-01")
    void aCallIsOverForItsHandlerWhenTheTimeIsOver() {
        Subject<Request<?>> actor = actor(stopped);
        var seen = new ConcurrentLinkedQueue<Object>();
        CompletableFuture<Object> call =
                actor.callAsync(
                        LIMIT,
                        asking(
                                replyTo -> {
                                    seen.add(replyTo.isOver());
                                    Processes.sleep(LIMIT.plusNanos(1));
                                    seen.add(replyTo.isOver());
                                    seen.add(replyTo.timeLeft().orElseThrow());
                                    seen.add(replyTo.deadline().hasPassed());
                                }));
        clock.awaitIdle();
        clock.advance(LIMIT.plusNanos(1));
        clock.awaitIdle();

        assertThat(seen).containsExactly(false, true, Duration.ZERO, true);
        assertThat(call).isCompletedExceptionally();
    }

    @Test
    @Rule("D-01")
    void aCallIsOverWhenItsCallerIsInterruptedOrKilledOrHasItsReply() {
        Subject<Request<?>> actor = actor(runtime);
        var asked = new ConcurrentLinkedQueue<ReplyTo<String>>();
        Subject<Runnable> caller = Actors.running(runtime);
        caller.send(() -> actor.callForever(asking((ReplyTo<String> r) -> asked.add(r))));
        eventually("it is asked", () -> asked.size() == 1);
        ReplyTo<String> killed = asked.remove();
        assertThat(killed.isOver()).isFalse();
        Processes.kill(caller.owner());
        assertThat(killed.isOver()).isTrue();

        Thread thread =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        actor.tryCall(
                                                LIMIT,
                                                asking((ReplyTo<String> r) -> asked.add(r))));
        eventually("it is asked", () -> asked.size() == 1);
        ReplyTo<String> interrupted = asked.remove();
        thread.interrupt();
        eventually("it is over", interrupted::isOver);

        actor.call(
                LIMIT,
                asking(
                        (ReplyTo<String> r) -> {
                            asked.add(r);
                            r.send("done");
                        }));
        assertThat(asked.remove().isOver()).isTrue();
    }

    @Test
    @Rule("D-01")
    void anAsynchronousCallOfAProcessThatHasEndedIsNotOver() {
        Subject<Request<?>> actor = actor(runtime);
        var asked = new ConcurrentLinkedQueue<ReplyTo<String>>();
        var call = new CompletableFuture<String>();
        Subject<Runnable> caller = Actors.running(runtime);
        caller.send(
                () ->
                        calls.add(
                                actor.callAsync(LIMIT, asking((ReplyTo<String> r) -> asked.add(r)))
                                        .thenAccept(call::complete)));
        eventually("it is asked", () -> asked.size() == 1);
        Processes.kill(caller.owner());

        assertThat(asked.element().isOver()).isFalse();
        asked.element().send("for the others");
        assertThat(get(call)).isEqualTo("for the others");
    }

    @Test
    @Rule("D-01")
    void aCallIsOverBeforeItsCallerHasNoticedThat() {
        var late = new ReplySubject<String>(stopped, stopped.pid(), 1_000);
        assertThat(late.isOver()).isFalse();
        clock.advance(Duration.ofNanos(1_000));
        assertThat(late.outcome()).isNull();
        assertThat(late.isOver()).isTrue();

        Subject<Runnable> caller = Actors.running(runtime);
        var orphaned = new ReplySubject<String>(runtime, caller.owner(), Long.MAX_VALUE);
        assertThat(orphaned.isOver()).isFalse();
        Processes.kill(caller.owner());
        assertThat(orphaned.outcome()).isNull();
        assertThat(orphaned.isOver()).isTrue();
    }

    // ---- nested calls

    @Test
    @Rule("D-02")
    void aNestedCallHasItsOwnLimitUnlessItIsGivenTheDeadline() {
        Subject<Request<?>> inner = actor(runtime);
        Subject<Request<?>> outer = actor(runtime);
        Work<Duration> time = replyTo -> replyTo.send(replyTo.timeLeft().orElseThrow());

        Work<Duration> own = r -> r.send(inner.call(LIMIT.multipliedBy(2), asking(time)));
        assertThat(outer.call(LIMIT, asking(own))).isGreaterThan(LIMIT);

        Work<Duration> inherited = r -> r.send(inner.call(r.deadline(), asking(time)));
        assertThat(outer.call(LIMIT, asking(inherited))).isLessThanOrEqualTo(LIMIT);

        Work<Optional<Duration>> endless =
                r -> r.send(inner.call(r.deadline(), asking(x -> x.send(x.timeLeft()))));
        assertThat(outer.callForever(asking(endless))).isEmpty();
    }

    @Test
    @Rule("D-02")
    void aNestedCallEndsWithTheLimitOfItsCaller() {
        Subject<Request<?>> silent = actor(stopped);
        Subject<Request<?>> outer = actor(stopped);
        var nested = new CompletableFuture<CallResult<String>>();
        Work<String> never = replyTo -> {};
        CompletableFuture<String> call =
                outer.callAsync(
                        LIMIT,
                        asking(
                                replyTo -> {
                                    Processes.sleep(Duration.ofSeconds(4));
                                    nested.complete(
                                            silent.tryCall(replyTo.deadline(), asking(never)));
                                }));
        clock.awaitIdle();
        clock.advance(LIMIT.minusNanos(1));
        assertThat(nested).isNotDone();
        clock.advance(Duration.ofNanos(1));
        clock.awaitIdle();

        assertThat(call).isCompletedExceptionally();
        assertThat(get(nested)).isInstanceOf(CallResult.Failed.class);
        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(() -> get(nested).orElseThrow())
                .withMessageContaining("did not reply within PT6S");
    }

    @Test
    @Rule("D-03")
    void aPassedDeadlineFailsTheCallAtOnceAndSaysSo() {
        var handled = new ConcurrentLinkedQueue<Object>();
        Subject<Request<?>> actor = actor(runtime);
        Deadline passed = Deadline.in(Duration.ZERO);
        Work<String> work = handled::add;
        String text = "was not called: the deadline that the call inherits had passed PT";

        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(() -> actor.call(passed, asking(work)))
                .withMessageStartingWith(actor.toString())
                .withMessageContaining(text)
                .withMessageEndingWith("before the request was sent");
        assertThat(actor.tryCall(passed, asking(work)))
                .isInstanceOfSatisfying(
                        CallResult.Failed.class,
                        failed -> assertThat(failed.failure()).hasMessageContaining(text));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> actor.callAsync(passed, asking(work)).join())
                .havingCause()
                .withMessageContaining(text);
        assertThat(actor.<String>call(LIMIT, asking(r -> r.send("in order"))))
                .isEqualTo("in order");
        assertThat(handled).isEmpty();
        assertThat(runtime.awaitReports(LIMIT)).isTrue();
        assertThat(failures).hasSize(3);
        assertThat(failures.element().requestType()).isEqualTo(Request.class.getName());
        assertThat(failures.element().callee()).isEqualTo(actor.owner());
    }

    @Test
    @Rule("D-03")
    void aProcessThatHasEndedCallsNothing() {
        Subject<Runnable> caller = Actors.running(runtime);
        Subject<Request<?>> actor = actor(runtime);
        var thrown = new CompletableFuture<Throwable>();
        var begun = new CountDownLatch(1);
        caller.send(
                () -> {
                    begun.countDown();
                    dev.otp4j.testkit.Expect.untilKilled();
                    try {
                        actor.call(Deadline.in(Duration.ZERO), asking((ReplyTo<String> r) -> {}));
                    } catch (Throwable seen) {
                        thrown.complete(seen);
                    }
                });
        await(begun);
        Processes.kill(caller.owner());

        assertThat(get(thrown)).isInstanceOf(ProcessExit.class);
    }

    @Test
    @Rule("D-02")
    void aStandInOfASubjectTakesADeadlineToo() {
        Subject<Request<?>> standIn =
                new StandIn<>() {
                    @Override
                    public <R> R call(
                            Duration timeout,
                            Function<? super ReplyTo<R>, ? extends Request<?>> request) {
                        throw new AssertionError("not called");
                    }
                };
        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(() -> standIn.call(Deadline.in(Duration.ZERO), asking(r -> {})))
                .withMessageContaining("had passed");
    }

    // ---- the value

    @Test
    void aDeadlineIsTheEarlierOfTwo() {
        Deadline far = Deadline.in(Duration.ofHours(1));
        assertThat(far.atMost(Duration.ofHours(2))).isSameAs(far);
        assertThat(far.atMost(LIMIT).timeLeft().orElseThrow()).isLessThanOrEqualTo(LIMIT);
        assertThat(Deadline.none().atMost(LIMIT).timeLeft()).isPresent();
        assertThat(Deadline.none().timeLeft()).isEmpty();
        assertThat(Deadline.none().hasPassed()).isFalse();
        assertThat(Deadline.in(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Deadline.none());
        assertThat(Deadline.none()).hasToString("Deadline[none]");
        assertThat(far.toString()).startsWith("Deadline[in PT59M");
        assertThat(far).isEqualTo(far).isNotEqualTo(Deadline.none());
        assertThat(List.of(far.hashCode())).containsExactly(far.hashCode());
        assertThatIllegalArgumentException().isThrownBy(() -> Deadline.in(LIMIT.negated()));
        assertThatIllegalArgumentException().isThrownBy(() -> far.atMost(LIMIT.negated()));
    }

    @Test
    void aDeadlineFromAnotherRuntimeIsMeasuredByItsOwnClock() {
        Subject<Request<?>> onStopped = actor(stopped);
        var taken = new ConcurrentLinkedQueue<Deadline>();
        var unused =
                onStopped.callAsync(LIMIT, asking((ReplyTo<String> r) -> taken.add(r.deadline())));
        clock.awaitIdle();
        Deadline deadline = taken.element();
        clock.advance(Duration.ofSeconds(4));

        Work<Duration> time = replyTo -> replyTo.send(replyTo.timeLeft().orElseThrow());
        assertThat(actor(runtime).call(deadline, asking(time)))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(6));
        clock.advance(Duration.ofSeconds(6));
        assertThat(deadline.hasPassed()).isTrue();
    }

    // ---- late replies

    @Test
    @Rule("D-04")
    void aReplyAfterTheCallIsCountedAndASecondReplyIsNot() {
        Subject<Request<?>> actor = actor(stopped);
        Work<String> slow =
                replyTo -> {
                    Processes.sleep(LIMIT.multipliedBy(2));
                    replyTo.send("late");
                };
        Work<String> failing =
                replyTo -> {
                    Processes.sleep(LIMIT.multipliedBy(2));
                    replyTo.fail(new IllegalStateException("late"));
                };
        Work<String> twice =
                replyTo -> {
                    replyTo.send("one");
                    replyTo.send("two");
                };
        calls.add(actor.callAsync(LIMIT, asking(twice)));
        calls.add(actor.callAsync(LIMIT, asking(slow)));
        clock.awaitIdle();
        assertThat(stopped.lateReplies()).isZero();
        clock.advance(LIMIT.multipliedBy(2));
        clock.awaitIdle();
        assertThat(stopped.lateReplies()).isEqualTo(1);
        calls.add(actor.callAsync(LIMIT, asking(failing)));
        clock.awaitIdle();
        clock.advance(LIMIT.multipliedBy(2));
        clock.awaitIdle();
        assertThat(stopped.lateReplies()).isEqualTo(2);
        assertThat(stopped.deadLetters()).isZero();
    }
}

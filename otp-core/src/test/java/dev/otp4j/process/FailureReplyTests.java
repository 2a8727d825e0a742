/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replies that are failures: {@link ReplyTo#fail}. */
@OtpTest
class FailureReplyTests {
    private static final class OutOfStock extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfStock(String message) {
            super(message);
        }
    }

    private static final Duration MOMENT = Duration.ofMillis(20);

    private final OutOfStock failure = new OutOfStock("none left");

    /** Runs what it is sent. */
    private static Subject<Runnable> callee() {
        var started = Actors.running().start();
        Processes.unlink(started.pid());
        return started.data();
    }

    /** A request that has the callee do something with the subject to reply to. */
    private static Function<ReplyTo<Integer>, Runnable> asks(Consumer<ReplyTo<Integer>> reply) {
        return replyTo -> () -> reply.accept(replyTo);
    }

    private Function<ReplyTo<Integer>, Runnable> fails() {
        return asks(replyTo -> replyTo.fail(failure));
    }

    private static Throwable thrown(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            return thrown;
        }
        throw new AssertionError("nothing was thrown");
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        try {
            throw new AssertionError("replied " + future.get(5, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void nothingIsLeft(Subject<Runnable> callee) {
        assertThat(((ProcessCell) callee.owner()).watcherCount()).isZero();
        assertThat(ProcessRuntime.current().timerCount()).isZero();
        assertThat(anythingComes()).isFalse();
    }

    @Test
    @Rule({"C-14", "C-06"})
    void eachKindOfCallHasTheVeryException() {
        Subject<Runnable> callee = callee();

        assertThat(thrown(() -> callee.call(SOON, fails()))).isSameAs(failure);
        assertThat(thrown(() -> callee.call(fails()))).isSameAs(failure);
        assertThat(thrown(() -> callee.callForever(fails()))).isSameAs(failure);
        assertThat(callee.tryCall(SOON, fails())).isEqualTo(new CallResult.Refused<>(failure));
        assertThat(thrown(() -> callee.tryCall(SOON, fails()).orElseThrow())).isSameAs(failure);
        assertThat(failureOf(callee.callAsync(SOON, fails()))).isSameAs(failure);

        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        nothingIsLeft(callee);
        Processes.kill(callee.owner());
    }

    @Test
    @Rule("C-14")
    void theCalleeGoesOnWithTheStateItHad() {
        var counter =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer count, ReplyTo<Integer> replyTo) -> {
                                    if (count == 1) replyTo.fail(failure);
                                    else replyTo.send(count);
                                    return Next.continueWith(count + 1);
                                })
                        .start();
        Processes.unlink(counter.pid());

        List<CallResult<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 3; i++) results.add(counter.data().tryCall(SOON, replyTo -> replyTo));

        assertThat(results)
                .containsExactly(
                        new CallResult.Replied<>(0),
                        new CallResult.Refused<>(failure),
                        new CallResult.Replied<>(2));
        assertThat(counter.data().owner()).isEqualTo(counter.pid());
        Processes.kill(counter.pid());
    }

    @Test
    @Rule("C-14")
    void aPlainThreadMayCallAndMayFailACall() {
        Subject<Runnable> callee = callee();

        assertThat(thrown(() -> outside(() -> callee.call(SOON, fails())))).isSameAs(failure);
        assertThat(outside(() -> callee.tryCall(SOON, fails())))
                .isEqualTo(new CallResult.Refused<>(failure));
        assertThat(failureOf(outside(() -> callee.callAsync(SOON, fails())))).isSameAs(failure);
        var fromOutside = asks(replyTo -> Thread.ofPlatform().start(() -> replyTo.fail(failure)));
        assertThat(thrown(() -> callee.call(SOON, fromOutside))).isSameAs(failure);

        nothingIsLeft(callee);
        Processes.kill(callee.owner());
    }

    @Test
    @Rule({"C-15", "C-01"})
    void theFirstReplyOrFailureCounts() {
        Subject<Runnable> callee = callee();

        var replies =
                asks(
                        replyTo -> {
                            replyTo.send(1);
                            replyTo.fail(failure);
                        });
        var sent = new CompletableFuture<Subject.Sent>();
        var fails =
                asks(
                        replyTo -> {
                            replyTo.fail(failure);
                            replyTo.fail(new IllegalStateException("a second failure"));
                            replyTo.send(1);
                            sent.complete(replyTo.trySend(2));
                        });

        int reply = callee.call(SOON, replies);
        assertThat(reply).isEqualTo(1);
        assertThat(thrown(() -> callee.call(SOON, fails))).isSameAs(failure);
        assertThat(get(sent)).isEqualTo(Subject.Sent.CLOSED);
        assertThat(get(callee.callAsync(SOON, replies))).isEqualTo(1);
        nothingIsLeft(callee);
        Processes.kill(callee.owner());
    }

    @Test
    @Rule({"C-15", "C-03", "C-06"})
    void aLateFailureIsDropped() {
        Subject<Runnable> callee = callee();
        var kept = new CompletableFuture<ReplyTo<Integer>>();

        assertThat(callee.<Integer>tryCall(MOMENT, asks(kept::complete)))
                .isInstanceOf(CallResult.Failed.class);
        get(kept).fail(failure);

        assertThat(callee.call(SOON, asks(replyTo -> replyTo.send(7)))).isEqualTo(7);
        assertThat(ProcessRuntime.current().deadLetters()).isZero();
        nothingIsLeft(callee);
        Processes.kill(callee.owner());
    }

    @Test
    @Rule("C-15")
    void aFailureOfADeadCalleeIsDropped() {
        Subject<Runnable> callee = callee();
        var kept = new CompletableFuture<ReplyTo<Integer>>();
        CompletableFuture<Integer> call = callee.callAsync(SOON, asks(kept::complete));
        ReplyTo<Integer> replyTo = get(kept);

        Processes.kill(callee.owner());
        replyTo.fail(failure);

        assertThat(failureOf(call)).isInstanceOf(CallException.CalleeDown.class);
    }

    @Test
    @Rule("C-14")
    void aNullIsRefusedByNameAndTheCallStaysOpen() {
        Subject<Runnable> callee = callee();
        var refused = new AtomicReference<Throwable>();

        @SuppressWarnings("NullAway") // what a user may do
        int reply =
                callee.call(
                        SOON,
                        asks(
                                replyTo -> {
                                    refused.set(thrown(() -> replyTo.fail(null)));
                                    replyTo.send(1);
                                }));

        assertThat(reply).isEqualTo(1);
        assertThat(refused.get())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("'failure' must not be null");
        Processes.kill(callee.owner());
    }

    /** A callee passes on why its own call failed: that is its answer, not a failed call. */
    @Test
    @Rule("C-14")
    void aCallExceptionThatIsAFailureReplyIsTakenForOne() {
        Subject<Runnable> callee = callee();
        var inner = new CallException.TimedOut("supplier", MOMENT, "it is idle");
        Function<ReplyTo<Integer>, Runnable> passesOn = asks(replyTo -> replyTo.fail(inner));

        assertThat(thrown(() -> callee.call(SOON, passesOn))).isSameAs(inner);
        assertThat(callee.tryCall(SOON, passesOn)).isEqualTo(new CallResult.Refused<>(inner));
        Processes.kill(callee.owner());
    }

    @Test
    void whatTheRequestThrowsIsNoOutcome() {
        Subject<Runnable> callee = callee();
        Function<ReplyTo<Integer>, Runnable> broken =
                replyTo -> {
                    throw failure;
                };

        assertThat(thrown(() -> callee.tryCall(SOON, broken))).isSameAs(failure);
        Processes.kill(callee.owner());
    }

    @Test
    @Rule("C-14")
    void aNameThatHoldsRequestsGivesThemToTheSuccessorThatFailsThem() {
        Name<Runnable> name = Name.create("held", Vacancy.holding(10));
        Subject<CallResult<Integer>> results = Subject.create();
        CompletableFuture<Integer> future = name.subject().callAsync(SOON, fails());
        Processes.spawn(() -> results.send(name.subject().tryCall(SOON, fails())));

        var holder = Actors.running().named(name).start();
        Processes.unlink(holder.pid());

        assertThat(failureOf(future)).isSameAs(failure);
        assertThat(results.receiveForever()).isEqualTo(new CallResult.Refused<>(failure));
        Processes.kill(holder.pid());
    }

    @Test
    @Rule("C-14")
    void anotherProcessMayFailTheCall() {
        Subject<Runnable> callee = callee();
        Subject<Runnable> other = callee();

        Throwable thrown =
                thrown(() -> callee.call(SOON, asks(to -> other.send(() -> to.fail(failure)))));

        assertThat(thrown).isSameAs(failure);
        Processes.kill(callee.owner());
        Processes.kill(other.owner());
    }

    /** The same exception for all that wait. */
    @Test
    @Rule("C-14")
    void oneExceptionMayBeGivenToManyCallers() {
        Subject<Runnable> callee = callee();
        var waiting = new ArrayList<ReplyTo<Integer>>(); // of the callee
        var futures = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 5; i++) futures.add(callee.callAsync(SOON, asks(waiting::add)));

        callee.send(() -> waiting.forEach(one -> one.fail(failure)));

        assertThat(futures).allSatisfy(one -> assertThat(failureOf(one)).isSameAs(failure));
        Processes.kill(callee.owner());
    }

    @Test
    void aDelayedReplyAfterAFailureIsVoid() {
        Subject<Runnable> callee = callee();
        var timer = new CompletableFuture<Timer>();

        assertThat(
                        thrown(
                                () ->
                                        callee.call(
                                                SOON,
                                                asks(
                                                        to -> {
                                                            timer.complete(to.sendAfter(SOON, 1));
                                                            to.fail(failure);
                                                        }))))
                .isSameAs(failure);
        get(timer).cancel();
        nothingIsLeft(callee);
        Processes.kill(callee.owner());
    }

    @Test
    void theReplySubjectItselfCannotBeCalled() {
        Subject<Runnable> callee = callee();
        var thrown = new CompletableFuture<Throwable>();
        Function<ReplyTo<Integer>, Integer> request = replyTo -> 1;

        int reply =
                callee.call(
                        SOON,
                        asks(
                                to -> {
                                    thrown.complete(thrown(() -> to.tryCall(SOON, request)));
                                    to.send(1);
                                }));

        assertThat(reply).isEqualTo(1);
        assertThat(get(thrown)).isInstanceOf(UnsupportedOperationException.class);
        Processes.kill(callee.owner());
    }

    /** A stand-in without a {@code tryCall} of its own. */
    @Test
    void whatAStandInThrowsIsTakenForItsFailure() {
        Subject<Runnable> standIn = new ThrowingSubject<>(failure);

        assertThat(standIn.tryCall(SOON, fails())).isEqualTo(new CallResult.Refused<>(failure));
        assertThat(failureOf(standIn.callAsync(SOON, fails()))).isSameAs(failure);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> standIn.tryCall(Duration.ofMillis(-1), fails()));
    }

    @Test
    @SuppressWarnings("NullAway") // what a user may do
    void aStandInRefusesANullRequest() {
        Subject<Runnable> standIn = new ThrowingSubject<>(failure);

        assertThatNullPointerException().isThrownBy(() -> standIn.tryCall(SOON, null));
    }

    private static final class ThrowingSubject<M> extends StandIn<M> {
        private final RuntimeException failure;

        ThrowingSubject(RuntimeException failure) {
            this.failure = failure;
        }

        @Override
        public <R> R call(Duration timeout, Function<? super ReplyTo<R>, ? extends M> request) {
            throw failure;
        }
    }

    /** No failed call is told, and a call that the callee has answered did not fail. */
    @Test
    @Rule({"C-16", "C-14"})
    @Timeout(30)
    void noListenerIsTold() {
        var told = new ArrayList<Object>();
        var listener =
                new ProcessListener() {
                    @Override
                    public void callFailed(FailedCall call) {
                        told.add(call);
                    }

                    @Override
                    public void processCrashed(CrashReport report) {
                        told.add(report);
                    }
                };
        var failed = new ArrayList<Boolean>();
        var same = new ArrayList<Object>();
        outside(
                () ->
                        Simulation.run(
                                1,
                                runtime ->
                                        runtime.listener(listener)
                                                .callTiming((pid, nanos, bad) -> failed.add(bad)),
                                () -> {
                                    Subject<Runnable> callee = callee();
                                    same.add(thrown(() -> callee.call(SOON, fails())));
                                    same.add(thrown(() -> callee.callForever(fails())));
                                    CompletableFuture<Integer> future =
                                            callee.callAsync(SOON, fails());
                                    Processes.sleep(MOMENT);
                                    same.add(future.exceptionNow());
                                    Processes.kill(callee.owner());
                                }));

        assertThat(same).hasSize(3).containsOnly(failure);
        assertThat(told).isEmpty();
        assertThat(failed).containsExactly(false, false, false);
    }

    /** Whatever is first: the failure, the reply or the callee's death. */
    @Test
    @Rule("C-15")
    @Timeout(60)
    void oneOutcomeWinsInEachOrder() {
        var outcomes = new TreeSet<String>();
        outside(
                () ->
                        Simulation.check(
                                500,
                                () -> {
                                    Subject<Runnable> callee = callee();
                                    Pid pid = callee.owner();
                                    Function<ReplyTo<Integer>, Runnable> race =
                                            asks(
                                                    to -> {
                                                        Processes.spawnUnlinked(() -> to.send(1));
                                                        Processes.spawnUnlinked(
                                                                () -> Processes.kill(pid));
                                                        Processes.spawnUnlinked(
                                                                () -> to.fail(failure));
                                                    });
                                    outcomes.add(kind(callee.tryCall(MOMENT, race)));
                                }));

        assertThat(outcomes).containsExactlyInAnyOrder("replied", "refused", "died");
    }

    private String kind(CallResult<Integer> result) {
        return switch (result) {
            case CallResult.Replied(Integer value) -> "replied";
            case CallResult.Refused(OutOfStock e) when e == failure -> "refused";
            case CallResult.Refused(RuntimeException other) -> throw other;
            case CallResult.Failed(CallException.CalleeDown down) -> "died";
            case CallResult.Failed(CallException other) -> throw other;
        };
    }
}

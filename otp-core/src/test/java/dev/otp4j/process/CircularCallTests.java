/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Calls that stand in a circle, at actors that fail them early and at others. The test plays the
 * sentry, which looks once a second; there is no other one in this runtime.
 */
@Timeout(30)
class CircularCallTests {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    /** A request whose handler does something with the subject to reply to. */
    private record Ask(Consumer<ReplyTo<String>> work, ReplyTo<String> replyTo)
            implements Runnable {
        @Override
        public void run() {
            work.accept(replyTo);
        }
    }

    private final ProcessRuntime runtime = UnwatchedScheduler.runtime("circle").build();
    private final CircularCalls sentry = new CircularCalls();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CompletableFuture<CallResult<String>> first = new CompletableFuture<>();
    private final CompletableFuture<CallResult<String>> closing = new CompletableFuture<>();

    @AfterEach
    void close() {
        release.countDown();
        runtime.close();
    }

    private Subject<Runnable> failing() {
        return Actors.start(Actors.running().failCircularCalls(), runtime);
    }

    private Subject<Runnable> plain() {
        return Actors.running(runtime);
    }

    private static CallResult<String> call(
            Subject<Runnable> to, Duration limit, Consumer<ReplyTo<String>> work) {
        return to.tryCall(limit, (ReplyTo<String> replyTo) -> new Ask(work, replyTo));
    }

    /** A handler of {@code caller} calls, and notes the outcome. */
    private static void callIn(
            Subject<Runnable> caller,
            Subject<Runnable> to,
            Consumer<ReplyTo<String>> work,
            CompletableFuture<CallResult<String>> outcome) {
        caller.send(() -> outcome.complete(call(to, LONG, work)));
    }

    /** Handles a request by a call of that one, which closes the circle, and then replies. */
    private Consumer<ReplyTo<String>> closing(Subject<Runnable> to) {
        return replyTo -> {
            closing.complete(call(to, LONG, answer -> answer.send("served")));
            replyTo.send("done");
        };
    }

    private void looksTwice() {
        standing();
        sentry.look(CallCircles.find(runtime));
        assertThat(closing).as("a single look fails nothing").isNotDone();
        sentry.look(CallCircles.find(runtime));
    }

    private void standing() {
        eventually("the circle stands", () -> CallCircles.find(runtime).size() == 1);
        eventually(
                "all wait",
                () ->
                        CallCircles.find(runtime).stream()
                                .flatMap(List::stream)
                                .allMatch(
                                        process -> {
                                            ReplyCell call =
                                                    Diagnosis.callOf((ProcessCell) process);
                                            return call != null && call.isAwaited();
                                        }));
    }

    private void failsEarly() {
        looksTwice();
        assertThat(get(closing))
                .isInstanceOfSatisfying(
                        CallResult.Failed.class,
                        failed ->
                                assertThat(failed.failure())
                                        .isInstanceOf(CallException.CallCycle.class));
        assertThat(get(first)).isEqualTo(new CallResult.Replied<>("done"));
    }

    private void standsOn() {
        for (int i = 0; i < 4; i++) looksTwice();
        assertThat(first).isNotDone();
        assertThat(closing).isNotDone();
    }

    // ---- it fails

    @Test
    @Rule("D-08")
    void aPlainCircleFailsEarlyWhereThatWasAskedFor() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        callIn(a, b, closing(a), first);
        failsEarly();
        assertThat(get(closing).toString())
                .contains(
                        "%s waits for a reply of %s, which waits for a reply of %s: a circle of calls; this call has closed it and fails early"
                                .formatted(b.owner(), a.owner(), b.owner()));
    }

    @Test
    @Rule("D-08")
    void theCallWhoseRequestIsNotHandledFails() {
        Subject<Runnable> c = failing(); // the oldest
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        Consumer<ReplyTo<String>> middle =
                replyTo -> {
                    var unused = call(c, LONG, closing(a));
                    replyTo.send("done");
                };
        callIn(a, b, middle, first);
        failsEarly();
    }

    @Test
    @Rule("D-08")
    void ofTwoThatHaveClosedItThatOfTheYoungerProcessFails() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        var both = new CountDownLatch(2);
        Consumer<CompletableFuture<CallResult<String>>> begin =
                outcome -> {
                    Subject<Runnable> own = outcome == first ? a : b;
                    Subject<Runnable> other = outcome == first ? b : a;
                    own.send(
                            () -> {
                                both.countDown();
                                await(both);
                                outcome.complete(call(other, LONG, r -> r.send("done")));
                            });
                };
        begin.accept(first);
        begin.accept(closing);
        failsEarly();
    }

    @Test
    @Rule("D-08")
    void mailboxesWithALimitAndBatchesOfOneMessageFailToo() {
        ActorBuilder<?, Runnable, Subject<Runnable>> builder =
                Actors.running().failCircularCalls().mailbox(MailboxLimit.rejecting(5)).batches(5);
        Subject<Runnable> a = Actors.start(builder, runtime);
        Subject<Runnable> b = Actors.start(builder, runtime);
        callIn(a, b, closing(a), first);
        failsEarly();
    }

    @Test
    @Rule("D-08")
    void whatWasDoneWithAnEarlierMessageDoesNotCount() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        Subject<Runnable> other = plain();
        for (Subject<Runnable> busy : List.of(a, b)) {
            busy.send(
                    () -> {
                        other.send(() -> {});
                        var unused = call(other, LONG, r -> r.send("earlier"));
                        Processes.spawn(() -> {});
                    });
        }
        Expect.quiet(a.owner());
        Expect.quiet(b.owner());
        callIn(a, b, closing(a), first);
        failsEarly();
    }

    @Test
    @Rule("D-08")
    void theSentryFindsIt() {
        var told = new ArrayList<CallCircle>();
        ProcessListener listener =
                new ProcessListener() {
                    @Override
                    public synchronized void callCircle(CallCircle circle) {
                        told.add(circle);
                    }
                };
        try (var watched = ProcessRuntime.builder().name("watched").listener(listener).build()) {
            Subject<Runnable> a = Actors.start(Actors.running().failCircularCalls(), watched);
            Subject<Runnable> b = Actors.start(Actors.running().failCircularCalls(), watched);
            long begun = System.nanoTime();
            callIn(a, b, closing(a), first);
            assertThat(get(first)).isEqualTo(new CallResult.Replied<>("done"));
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isGreaterThan(Duration.ofMillis(900));
            assertThat(get(closing)).isInstanceOf(CallResult.Failed.class);
            assertThat(watched.awaitReports(LONG)).isTrue();
            assertThat(told).hasSize(1);
        }
    }

    // ---- it does not

    @Test
    @Rule("D-07")
    void withoutTheOptionACircleTimesOut() {
        Subject<Runnable> a = plain();
        Subject<Runnable> b = plain();
        callIn(
                a,
                b,
                replyTo -> {
                    closing.complete(call(a, SHORT, answer -> answer.send("served")));
                    replyTo.send("done");
                },
                first);
        standing();
        sentry.look(CallCircles.find(runtime));
        sentry.look(CallCircles.find(runtime));
        assertThat(get(closing))
                .isInstanceOfSatisfying(
                        CallResult.Failed.class,
                        failed ->
                                assertThat(failed.failure())
                                        .isInstanceOf(CallException.TimedOut.class)
                                        .hasMessageContaining("which makes this call: a circle"));
        assertThat(get(first)).isEqualTo(new CallResult.Replied<>("done"));
    }

    @Test
    @Rule("D-08")
    void allProcessesOfTheCircleMustHaveTheOption() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = plain();
        callIn(a, b, closing(a), first);
        standsOn();
    }

    @Test
    @Rule("D-09")
    void aRequestThatIsForwardedIsAnswered() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        Subject<Runnable> c = failing();
        Consumer<ReplyTo<String>> forward =
                replyTo ->
                        c.send(
                                () -> {
                                    replyTo.send("from c");
                                    closing.complete(call(a, LONG, r -> r.send("served")));
                                });
        callIn(a, b, forward, first);

        assertThat(get(first)).isEqualTo(new CallResult.Replied<>("from c"));
        assertThat(get(closing)).isEqualTo(new CallResult.Replied<>("served"));
    }

    /** A asks B, B has another process answer, and calls A: they wait for each other until then. */
    private void isAnswered(Consumer<ReplyTo<String>> elsewhere) {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        Consumer<ReplyTo<String>> work =
                replyTo -> {
                    elsewhere.accept(replyTo);
                    closing.complete(call(a, LONG, r -> r.send("served")));
                };
        callIn(a, b, work, first);
        standsOn();
        release.countDown();

        assertThat(get(first)).isEqualTo(new CallResult.Replied<>("from c"));
        assertThat(get(closing)).isEqualTo(new CallResult.Replied<>("served"));
    }

    private void answerLater(ReplyTo<String> replyTo) {
        Expect.awaitQuietly(release);
        replyTo.send("from c");
    }

    @Test
    @Rule("D-09")
    void aCalleeThatHasForwardedTheRequestMayCallItsCaller() {
        Subject<Runnable> c = failing();
        isAnswered(replyTo -> c.send(() -> answerLater(replyTo)));
    }

    @Test
    @Rule("D-09")
    void soMayOneThatHasForwardedItToAnActorWithALimit() {
        Subject<Runnable> c =
                Actors.start(Actors.running().mailbox(MailboxLimit.rejecting(1)), runtime);
        isAnswered(replyTo -> c.send(() -> answerLater(replyTo)));
    }

    @Test
    @Rule("D-09")
    void soMayOneThatHasSpawnedAProcessForIt() {
        isAnswered(replyTo -> Processes.spawn(() -> answerLater(replyTo)));
    }

    @Test
    @Rule("D-09")
    void soMayOneThatHasSpawnedAProcessWithoutLink() {
        isAnswered(replyTo -> Processes.spawnUnlinked(() -> answerLater(replyTo)));
    }

    @Test
    @Rule("D-09")
    void soMayOneThatHasStartedAnActorForIt() {
        isAnswered(
                replyTo -> {
                    Subject<Runnable> c = Actors.running().start().data();
                    c.send(() -> answerLater(replyTo));
                });
    }

    @Test
    @Rule("D-09")
    void soMayOneThatHasGivenItToAVacantName() {
        Name<Runnable> name = Name.create("vacant", Vacancy.holding(1));
        isAnswered(
                replyTo -> {
                    name.subject().send(() -> answerLater(replyTo));
                    Expect.outside(() -> Actors.running().runtime(runtime).named(name).start());
                });
    }

    @Test
    @Rule("D-09")
    void soMayOneThatHasWaitedSinceItSent() {
        Subject<Runnable> c = failing();
        isAnswered(
                replyTo -> {
                    c.send(() -> answerLater(replyTo));
                    Processes.sleep(Duration.ofMillis(1)); // launches what waits in its cell
                });
    }

    @Test
    @Rule("D-09")
    void aCallerThatHasGivenTheSubjectAwayIsAnswered() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        Subject<Runnable> c = plain();
        a.send(
                () ->
                        first.complete(
                                b.tryCall(
                                        LONG,
                                        (ReplyTo<String> replyTo) -> {
                                            c.send(() -> answerLater(replyTo));
                                            return new Ask(closing(a), replyTo);
                                        })));
        standsOn();
        release.countDown();
        assertThat(get(first)).isEqualTo(new CallResult.Replied<>("from c"));
        assertThat(get(closing)).isEqualTo(new CallResult.Replied<>("served"));
    }

    @Test
    @Rule("D-09")
    void aRequestThatWasHandledBeforeMayBeAnsweredByAnyProcess() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        Subject<Runnable> c = plain();
        var seen = new CountDownLatch(1);
        callIn(
                a,
                b,
                replyTo -> {
                    c.send(() -> answerLater(replyTo));
                    seen.countDown();
                },
                first);
        await(seen);
        callIn(b, a, r -> r.send("served"), closing); // with its next message
        standsOn();
        release.countDown();
        assertThat(get(first)).isEqualTo(new CallResult.Replied<>("from c"));
        assertThat(get(closing)).isEqualTo(new CallResult.Replied<>("served"));
    }

    @Test
    @Rule("D-09")
    void soMayARequestOfABatch() {
        Subject<Runnable> a = failing();
        Subject<Runnable> c = plain();
        ActorBuilder<Integer, Runnable, Subject<Runnable>> batching =
                Actors.batching(Runnable::run).failCircularCalls().batches(10);
        Subject<Runnable> b = Actors.start(batching, runtime);
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        b.send(
                () -> {
                    begun.countDown();
                    Expect.awaitQuietly(go);
                });
        await(begun);
        callIn(a, b, replyTo -> c.send(() -> answerLater(replyTo)), first);
        eventually("it is queued", () -> ProcessInfo.of(b.owner()).mailboxSize() == 1);
        callIn(b, a, r -> r.send("served"), closing);
        go.countDown();
        standsOn();
        release.countDown();
        assertThat(get(first)).isEqualTo(new CallResult.Replied<>("from c"));
        assertThat(get(closing)).isEqualTo(new CallResult.Replied<>("served"));
    }

    @Test
    @Rule("D-09")
    void oneThatHasAnsweredSinceItTookItsMessageIsLeftAlone() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        var asked = new CompletableFuture<CallResult<String>>();
        Subject<Runnable> client = plain();
        callIn(
                client,
                a,
                replyTo -> {
                    replyTo.send("at once");
                    first.complete(call(b, LONG, closing(a)));
                },
                asked);
        assertThat(get(asked)).isEqualTo(new CallResult.Replied<>("at once"));
        standsOn();
    }

    @Test
    @Rule("D-09")
    void oneThatHasSetATimerSinceItTookItsMessageIsLeftAlone() {
        try (var timed = ProcessRuntime.builder().name("timed").build()) {
            Subject<Runnable> a = Actors.start(Actors.running().failCircularCalls(), timed);
            Subject<Runnable> b = Actors.start(Actors.running().failCircularCalls(), timed);
            Consumer<ReplyTo<String>> work =
                    replyTo -> {
                        replyTo.sendAfter(Duration.ofMillis(2_500), "from c");
                        closing.complete(call(a, LONG, r -> r.send("served")));
                    };
            callIn(a, b, work, first);
            assertThat(get(first)).isEqualTo(new CallResult.Replied<>("from c"));
            assertThat(get(closing)).isEqualTo(new CallResult.Replied<>("served"));
        }
    }

    @Test
    @Rule("D-09")
    void otherCallsOfTheSameProcessesAreNotTakenForThoseOfTheLookBefore() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        for (int i = 0; i < 3; i++) {
            Thread[] waiting = new Thread[1];
            var result = new CompletableFuture<CallResult<String>>();
            var nested = new CompletableFuture<CallResult<String>>();
            callIn(
                    a,
                    b,
                    replyTo -> {
                        waiting[0] = Thread.currentThread();
                        nested.complete(call(a, LONG, r -> r.send("served")));
                        replyTo.send("done");
                    },
                    result);
            standing();
            sentry.look(CallCircles.find(runtime));
            waiting[0].interrupt(); // ends that call before the second look
            assertThat(get(nested))
                    .isInstanceOfSatisfying(
                            CallResult.Failed.class,
                            failed ->
                                    assertThat(failed.failure())
                                            .isInstanceOf(CallException.Interrupted.class));
            assertThat(get(result)).isEqualTo(new CallResult.Replied<>("done"));
        }
        callIn(a, b, closing(a), first);
        looksTwice();
        assertThat(get(first)).isEqualTo(new CallResult.Replied<>("done"));
    }

    @Test
    @Rule("D-08")
    void aKillEndsACircleAsItEndsAnyCall() {
        Subject<Runnable> a = failing();
        Subject<Runnable> b = failing();
        callIn(a, b, closing(a), first);
        standing();
        sentry.look(CallCircles.find(runtime));
        Processes.kill(b.owner());
        sentry.look(CallCircles.find(runtime));
        assertThat(get(first))
                .isInstanceOfSatisfying(
                        CallResult.Failed.class,
                        failed ->
                                assertThat(failed.failure())
                                        .isInstanceOf(CallException.CalleeDown.class));
    }
}

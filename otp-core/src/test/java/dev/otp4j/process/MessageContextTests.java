/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What messages carry from the thread of their sender to that of their handler. */
@Timeout(60)
class MessageContextTests {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final Passing context = new Passing();
    private final ProcessRuntime runtime =
            ProcessRuntime.builder().name("contexts").messageContext(context).build();

    @AfterEach
    void nothingWasBroken() {
        runtime.close();
        assertThat(context.broken).isEmpty();
        assertThat(Passing.NOW.get()).isNull();
    }

    private static void note(List<@Nullable String> seen) {
        seen.add(String.valueOf(Passing.NOW.get()));
    }

    private static Function<ReplyTo<String>, Runnable> asking() {
        return reply -> () -> reply.send(String.valueOf(Passing.NOW.get()));
    }

    private static void idle(Subject<?> actor) {
        eventually("it is idle", () -> ((ProcessCell) actor.owner()).thread() == null);
    }

    // ---- what carries it

    @Test
    @Rule("X-01")
    void aHandlerHasWhatTheSenderHad() {
        Subject<Runnable> actor = Actors.running(runtime);
        var seen = new CompletableFuture<String>();
        var after = new CompletableFuture<String>();

        Passing.with("a", () -> actor.send(() -> seen.complete(Passing.NOW.get())));
        actor.send(() -> after.complete(String.valueOf(Passing.NOW.get())));

        assertThat(get(seen)).isEqualTo("a");
        assertThat(get(after)).isEqualTo("null");
        assertThat(context.closed).containsExactly("a");
    }

    @Test
    @Rule("X-08")
    void aPreparedMessageHasWhatTheThreadHadThatPreparedIt() throws Exception {
        var name = Name.<Runnable>create("later");
        var seen = new ArrayList<CompletableFuture<String>>();
        List<Runnable> sends = new ArrayList<>();
        Subject<Runnable> named = Actors.start(Actors.running().named(name), runtime);
        for (String text : List.of("a", "b")) {
            var next = new CompletableFuture<String>();
            seen.add(next);
            Passing.with(
                    text, () -> sends.add(named.prepare(() -> next.complete(Passing.NOW.get()))));
        }
        Processes.kill(named.owner());
        eventually("it is gone", () -> name.pid().isEmpty());
        assertThatThrownBy(sends.getFirst()::run).isInstanceOf(NotRegisteredException.class);

        Actors.start(Actors.running().named(name), runtime);
        Passing.with("other", () -> sends.forEach(Runnable::run));

        assertThat(get(seen.get(0))).isEqualTo("a");
        assertThat(get(seen.get(1))).isEqualTo("b");
    }

    @Test
    @Rule({"X-01", "X-05"})
    void soHasTheHandlerOfACallAndTheCallerKeepsItsOwn() {
        Subject<Runnable> actor = Actors.running(runtime);

        Passing.with(
                "a",
                () -> {
                    assertThat(actor.<String>call(SOON, asking())).isEqualTo("a");
                    assertThat(Passing.NOW.get()).isEqualTo("a");
                    Passing.with(
                            "b",
                            () -> {
                                var late = actor.<String>callAsync(SOON, asking());
                                assertThat(get(late)).isEqualTo("b");
                            });
                });

        assertThat(context.asked).containsExactly("CALL", "CALL");
        assertThat(context.ended).containsExactly("replied a", "replied b");
    }

    @Test
    @Rule("X-01")
    void aSelectorAndItsHandlerHaveItForEachOfTheirSubjects() {
        var seen = new CopyOnWriteArrayList<@Nullable String>();
        var done = new CountDownLatch(3);
        record Subjects(Subject<String> own, Subject<Integer> other) {}
        Subjects subjects =
                Actors.start(
                        Actor.<Integer, String, Subjects>withInitializer(
                                        SOON,
                                        init -> {
                                            Subject<Integer> other = Subject.create();
                                            Selector<String> both =
                                                    Selector.<String>create()
                                                            .select(init.self())
                                                            .selectMap(
                                                                    other,
                                                                    number -> {
                                                                        note(seen);
                                                                        return "" + number;
                                                                    });
                                            return init.state(0)
                                                    .selecting(both)
                                                    .returning(new Subjects(init.self(), other));
                                        })
                                .onMessage(
                                        (state, message) -> {
                                            seen.add(message + " " + Passing.NOW.get());
                                            done.countDown();
                                            return Next.continueWith(state);
                                        }),
                        runtime);

        Passing.with("a", () -> subjects.own().send("text"));
        Passing.with("b", () -> subjects.other().send(1));
        subjects.other().send(2);

        await(done);
        assertThat(seen).containsExactly("text a", "b", "1 b", "null", "2 null");
    }

    @Test
    @Rule("X-01")
    void anActorWithFieldsHasIt() {
        var seen = new CompletableFuture<String>();
        StatefulActor<String> fields =
                message -> {
                    seen.complete(message + " " + Passing.NOW.get());
                    return StatefulActor.Step.KEEP;
                };
        Subject<String> actor = Actors.start(StatefulActor.of(() -> fields), runtime);

        Passing.with("a", () -> actor.send("m"));

        assertThat(get(seen)).isEqualTo("m a");
    }

    @Test
    @Rule("X-01")
    void theMessageOfATimerHasWhatTheThreadHadThatSetIt() {
        Subject<Runnable> actor = Actors.running(runtime);
        var seen = new CompletableFuture<String>();
        var unset = new CompletableFuture<String>();

        Passing.with("a", () -> actor.sendAfter(SHORT, () -> seen.complete(Passing.NOW.get())));
        actor.sendAfter(SHORT, () -> unset.complete(String.valueOf(Passing.NOW.get())));

        assertThat(get(seen)).isEqualTo("a");
        assertThat(get(unset)).isEqualTo("null");
        assertThat(context.asked).containsExactly("SEND_AFTER", "SEND_AFTER");
    }

    @Test
    @Rule("X-03")
    void whatANameHoldsKeepsItUntilTheNextProcess() {
        Name<Runnable> name = Name.create(runtime, "held", Vacancy.holding(10));
        var seen = new CopyOnWriteArrayList<@Nullable String>();
        var done = new CountDownLatch(3);
        Runnable noting =
                () -> {
                    note(seen);
                    done.countDown();
                };

        Passing.with("a", () -> name.subject().send(noting));
        Passing.with("b", () -> name.subject().sendAfter(Duration.ZERO, noting));
        eventually("the timer has fired", () -> name.heldCount() == 2);
        var reply =
                new AtomicReference<CompletableFuture<String>>(
                        CompletableFuture.completedFuture(""));
        Passing.with("c", () -> reply.set(name.subject().callAsync(SOON, asking())));
        Subject<Runnable> first = Actors.start(Actors.running().named(name), runtime);
        assertThat(get(reply.get())).isEqualTo("c");
        Processes.kill(first.owner());
        Passing.with("d", () -> name.subject().send(noting));
        Actors.start(Actors.running().named(name), runtime);

        await(done);
        assertThat(seen).containsExactly("a", "b", "d");
    }

    // ---- what never nests without end

    @Test
    @Rule("X-04")
    void aSeriesOfMessagesToOneselfCarriesItOnce() {
        Subject<Runnable> actor = Actors.running(runtime);
        var seen = new CopyOnWriteArrayList<@Nullable String>();
        var done = new CountDownLatch(1);
        class Again implements Runnable {
            @Override
            public void run() {
                note(seen);
                if (seen.size() < 5) actor.send(this);
                else done.countDown();
            }
        }

        Passing.with("a", () -> actor.send(new Again()));

        await(done);
        assertThat(seen).containsExactly("a", "a", "root", "root", "root");
        assertThat(context.asked)
                .containsExactly("SEND", "SEND", "SEND again", "SEND again", "SEND again");
    }

    @Test
    @Rule("X-04")
    void aTimerThatIsSetAgainAndAgainCarriesItOnceAlsoByWayOfAnother() {
        Subject<Runnable> actor = Actors.running(runtime);
        Subject<Runnable> other = Actors.running(runtime);
        var seen = new CopyOnWriteArrayList<@Nullable String>();
        var done = new CountDownLatch(1);
        class Again implements Runnable {
            @Override
            public void run() {
                note(seen);
                if (seen.size() < 4) other.send(() -> actor.sendAfter(SHORT, this));
                else done.countDown();
            }
        }

        Passing.with("a", () -> actor.send(new Again()));

        await(done);
        assertThat(seen).containsExactly("a", "a", "root", "root");
        assertThat(context.asked)
                .containsExactly(
                        "SEND",
                        "SEND",
                        "SEND_AFTER",
                        "SEND",
                        "SEND_AFTER again",
                        "SEND",
                        "SEND_AFTER again");
    }

    @Test
    @Rule("X-04")
    void aPeriodicTimerIsAskedForOnceAndRepeats() {
        Subject<Runnable> actor = Actors.running(runtime);
        var seen = new CopyOnWriteArrayList<@Nullable String>();
        var ticks = new CountDownLatch(3);
        Runnable tick =
                () -> {
                    note(seen);
                    ticks.countDown();
                };

        Passing.with("a", () -> actor.send(() -> actor.sendEvery(SHORT, tick)));

        await(ticks);
        assertThat(List.copyOf(seen).subList(0, 3)).containsExactly("root", "root", "root");
        assertThat(context.asked).containsExactly("SEND", "SEND_EVERY again");
    }

    @Test
    @Rule("X-04")
    void messagesBetweenTwoActorsAreNoSeries() {
        Subject<Runnable> a = Actors.running(runtime);
        Subject<Runnable> b = Actors.running(runtime);
        var seen = new CompletableFuture<String>();

        Passing.with(
                "x",
                () -> a.send(() -> b.send(() -> a.send(() -> seen.complete(Passing.NOW.get())))));

        assertThat(get(seen)).isEqualTo("x");
        assertThat(context.asked).containsExactly("SEND", "SEND", "SEND");
    }

    // ---- no process sees that of another

    @Test
    @Rule("X-02")
    void anActorOnTheThreadOfItsSenderHasOnlyWhatItsMessageCarries() {
        try (var chained = UnwatchedScheduler.runtime("chain").messageContext(context).build()) {
            Subject<Runnable> a = Actors.running(chained);
            Subject<Runnable> b = Actors.running(chained);
            idle(a);
            idle(b);
            var threads = new CopyOnWriteArrayList<Thread>();
            var seen = new CompletableFuture<String>();
            var sender = new CompletableFuture<String>();
            Runnable receive =
                    () -> {
                        threads.add(Thread.currentThread());
                        seen.complete(String.valueOf(Passing.NOW.get()));
                    };
            Passing.with(
                    "a",
                    () ->
                            a.send(
                                    () -> {
                                        threads.add(Thread.currentThread());
                                        Passing.NOW.remove();
                                        b.send(receive);
                                        Passing.NOW.set("a");
                                        sender.complete(Passing.NOW.get());
                                    }));

            assertThat(get(sender)).isEqualTo("a");
            assertThat(get(seen)).isEqualTo("null");
            assertThat(threads.stream().distinct()).hasSize(1);
        }
    }

    @Test
    @Rule("X-02")
    void aHandlerThatThrowsLeavesNothingOnItsThread() {
        Subject<Runnable> actor = Actors.running(runtime);

        Passing.with(
                "a",
                () ->
                        actor.send(
                                () -> {
                                    throw new IllegalStateException("boom");
                                }));

        eventually("it is closed", () -> !context.closed.isEmpty());
        assertThat(context.closed).containsExactly("a IllegalStateException");
    }

    @Test
    @Rule("X-02")
    void aHandlerThatIsKilledLeavesNothingOnItsThread() {
        Subject<Runnable> actor = Actors.running(runtime);
        var begun = new CountDownLatch(1);
        var thread = new AtomicReference<@Nullable Thread>();
        var left = new CompletableFuture<String>();
        Passing.with(
                "a",
                () ->
                        actor.send(
                                () -> {
                                    thread.set(Thread.currentThread());
                                    begun.countDown();
                                    Processes.sleep(SOON);
                                    left.complete("it went on");
                                }));
        await(begun);

        Processes.kill(actor.owner());

        eventually("it is closed", () -> !context.closed.isEmpty());
        assertThat(context.closed).containsExactly("a ProcessExit");
        assertThat(left).isNotDone();
    }

    // ---- calls

    @Test
    @Rule("X-05")
    void theEndOfEachCallIsToldOnce() {
        Subject<Runnable> actor = Actors.running(runtime);
        var refusal = new IllegalStateException("no");
        var release = new CountDownLatch(1);

        assertThatThrownBy(() -> actor.<String>call(SOON, reply -> () -> reply.fail(refusal)))
                .isSameAs(refusal);
        assertThat(actor.<String>tryCall(SHORT, reply -> () -> awaitQuietly(release)))
                .isInstanceOf(CallResult.Failed.class);
        release.countDown();
        var cancelled = actor.<String>callAsync(SOON, reply -> () -> {});
        cancelled.cancel(true);
        get(
                actor.<String>callAsync(SOON, reply -> () -> reply.fail(refusal))
                        .exceptionally(e -> ""));
        Processes.kill(actor.owner());
        assertThat(actor.<String>callAsync(SOON, asking()).isCompletedExceptionally()).isTrue();
        assertThatThrownBy(() -> actor.<String>call(SOON, asking()))
                .isInstanceOf(CallException.CalleeDown.class);

        assertThat(context.ended)
                .containsExactly(
                        "refused no",
                        "failed TimedOut",
                        "left",
                        "refused no",
                        "failed CalleeDown",
                        "failed CalleeDown");
    }

    @Test
    @Rule("X-05")
    void aCallerThatIsKilledHasLeft() {
        Subject<Runnable> caller = Actors.running(runtime);
        Subject<Runnable> callee = Actors.running(runtime);
        var asked = new CountDownLatch(1);
        caller.send(() -> callee.<String>call(SOON, reply -> asked::countDown));
        await(asked);

        Processes.kill(caller.owner());

        eventually("it is told", () -> !context.ended.isEmpty());
        assertThat(context.ended).containsExactly("left");
    }

    @Test
    @Rule("X-05")
    void callTimingGoesOnBesideIt() {
        var told = new CopyOnWriteArrayList<Boolean>();
        try (var timed =
                ProcessRuntime.builder()
                        .messageContext(context)
                        .callTiming((callee, nanos, failed) -> told.add(failed))
                        .build()) {
            Subject<Runnable> actor = Actors.running(timed);
            var refusal = new IllegalStateException("no");

            actor.<String>call(SOON, asking());
            actor.<String>tryCall(SOON, reply -> () -> reply.fail(refusal));
            actor.<String>tryCall(SHORT, reply -> () -> {});

            assertThat(told).containsExactly(false, false, true);
        }
    }

    // ---- on threads that handle no message

    @Test
    @Rule("X-07")
    void whatDependsOnAnAsynchronousCallHasTheContextOfTheCaller() {
        Subject<Runnable> actor = Actors.running(runtime);
        var go = new CountDownLatch(1);
        var stage = new AtomicReference<@Nullable CompletableFuture<String>>();

        Passing.with(
                "a",
                () -> {
                    CompletableFuture<String> reply =
                            actor.callAsync(
                                    SOON,
                                    (ReplyTo<String> to) ->
                                            () -> {
                                                awaitQuietly(go);
                                                to.send("done");
                                            });
                    stage.set(reply.thenApply(done -> done + " " + Passing.NOW.get()));
                });
        go.countDown();

        assertThat(get(Objects.requireNonNull(stage.get()))).isEqualTo("done restored a");
    }

    @Test
    @Rule("X-07")
    void theReportOfACrashIsDeliveredInTheContextOfTheMessage() {
        var seen = new CompletableFuture<String>();
        runtime.addListener(
                new ProcessListener() {
                    @Override
                    public void processCrashed(CrashReport report) {
                        seen.complete(String.valueOf(Passing.NOW.get()));
                    }
                });
        Subject<Runnable> actor = Actors.running(runtime);

        Passing.with(
                "a",
                () ->
                        actor.send(
                                () -> {
                                    throw new IllegalStateException("boom");
                                }));

        assertThat(get(seen)).isEqualTo("restored a");
    }

    // ---- code that throws

    @Test
    @Rule("X-06")
    void aContextThatThrowsLosesNoMessageAndIsLogged() {
        var handled = new AtomicInteger();
        MessageContext failing =
                message -> {
                    if (message.kind() == MessageContext.Kind.SEND)
                        throw new AssertionError("send");
                    return new MessageContext.Token() {
                        @Override
                        public MessageContext.Scope handle(Pid receiver, Object taken) {
                            if (handled.incrementAndGet() % 2 == 0) throw new StackOverflowError();
                            return thrown -> {
                                throw new IllegalStateException("close");
                            };
                        }

                        @Override
                        public void ended(@Nullable CallResult<?> result) {
                            throw new IllegalArgumentException("ended");
                        }
                    };
                };
        try (var log = new LogLines("dev.otp4j.process");
                var broken = ProcessRuntime.builder().messageContext(failing).build()) {
            Subject<Runnable> actor = Actors.running(broken);
            var sent = new CountDownLatch(20);
            for (int i = 0; i < 20; i++) actor.send(sent::countDown);
            await(sent);
            for (int i = 0; i < 20; i++) {
                assertThat(actor.<String>call(SOON, asking())).isEqualTo("null");
            }
            assertThat(get(actor.<String>callAsync(SOON, asking()))).isEqualTo("null");

            assertThat(broken.awaitReports(SOON)).isTrue();
            assertThat(log.matching("failed when")).hasSize(1);
        }
        assertThat(handled).hasValue(21);
    }

    @Test
    @Rule({"X-02", "X-06"})
    void aThreadOnWhichAContextWasNotClosedRunsNoOtherProcess() {
        MessageContext failing =
                message ->
                        (receiver, taken) -> {
                            Passing.NOW.set("left behind");
                            return thrown -> {
                                throw new IllegalStateException("not closed");
                            };
                        };
        try (var chained = UnwatchedScheduler.runtime("chain").build()) {
            Subject<Runnable> a = Actors.running(chained);
            Subject<Runnable> b = Actors.running(chained);
            idle(a);
            idle(b);
            var threads = new CopyOnWriteArrayList<Thread>();
            var seen = new CompletableFuture<String>();
            Runnable receive =
                    () -> {
                        threads.add(Thread.currentThread());
                        seen.complete(String.valueOf(Passing.NOW.get()));
                    };
            Subject<Runnable> plain = b;
            Runnable first =
                    () -> {
                        threads.add(Thread.currentThread());
                        plain.send(receive);
                    };
            // only the first message carries something
            var asked = new AtomicInteger();
            chained.messageContextIfAbsent(
                    message -> asked.getAndIncrement() == 0 ? failing.capture(message) : null);

            a.send(first);

            assertThat(get(seen)).isEqualTo("null");
            assertThat(threads.stream().distinct()).hasSize(2);
        }
    }

    // ---- beside the time in the queue

    @Test
    @Rule("X-01")
    void aMessageCarriesItAndTheTimeAtWhichItWasQueued() {
        var waits = new CopyOnWriteArrayList<Long>();
        HandlerTiming.Recorder recorder =
                new HandlerTiming.Recorder() {
                    @Override
                    public void handled(long nanos, boolean failed) {}

                    @Override
                    public void waited(long nanos) {
                        waits.add(nanos);
                    }
                };
        try (var both =
                ProcessRuntime.builder()
                        .timing(1, process -> recorder)
                        .messageContext(context)
                        .build()) {
            both.timeQueues();
            Subject<Runnable> actor = Actors.running(both);
            var seen = new CompletableFuture<String>();
            var plain = new CountDownLatch(1);

            Passing.with("a", () -> actor.send(() -> seen.complete(Passing.NOW.get())));
            actor.send(plain::countDown);

            assertThat(get(seen)).isEqualTo("a");
            await(plain);
            assertThat(waits).hasSize(2).allMatch(nanos -> nanos >= 0);
        }
    }

    @Test
    @Rule("X-01")
    void aRuntimeThatRunsGetsAContextOnce() {
        try (var late = ProcessRuntime.builder().queueTiming().build()) {
            Subject<Runnable> actor = Actors.running(late);

            assertThat(late.messageContextIfAbsent(context)).isTrue();
            assertThat(late.messageContextIfAbsent(new Passing())).isFalse();

            Passing.with("a", () -> assertThat(actor.<String>call(SOON, asking())).isEqualTo("a"));
        }
    }
}

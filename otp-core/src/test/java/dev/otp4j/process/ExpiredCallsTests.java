/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests whose call is over, at an actor that drops them and at one that does not. */
@Timeout(30)
class ExpiredCallsTests {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofHours(1);

    private record Ask(String text, ReplyTo<String> replyTo) {}

    /** Keeps the actor busy for that time of the clock. */
    private record Work(Duration time) {}

    /** Keeps the actor busy until it is released. */
    private record Hold(CountDownLatch begun, CountDownLatch release) {}

    private final List<CompletableFuture<?>> calls = new CopyOnWriteArrayList<>();
    private final VirtualClock clock = VirtualClock.withSeed(1);
    private final ProcessRuntime stopped = ProcessRuntime.builder().virtualTime(clock).build();
    private final ProcessRuntime runtime = ProcessRuntime.builder().name("expired").build();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<String> handled = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        release.countDown();
        stopped.close();
        runtime.close();
    }

    private void handle(Object message) {
        switch (message) {
            case Ask(String text, var replyTo) -> {
                handled.add(text);
                replyTo.send(text);
            }
            case Work(Duration time) -> Processes.sleep(time);
            case Hold(var begun, var until) -> {
                begun.countDown();
                Expect.awaitQuietly(until);
            }
            default -> handled.add(message.toString());
        }
    }

    private ActorBuilder<Integer, Object, Subject<Object>> actor() {
        return Actors.handling(this::handle);
    }

    private ActorBuilder<Integer, Object, Subject<Object>> batching(int most) {
        return Actor.startingWith(() -> 0).onMessages(most, this::handleAll);
    }

    private Next<Integer, Object> handleAll(Integer state, List<Object> messages) {
        handled.add(messages.size() + ":");
        messages.forEach(this::handle);
        return Next.continueWith(state);
    }

    private static CompletableFuture<String> ask(
            Subject<Object> actor, String text, Duration limit) {
        return actor.callAsync(limit, to -> new Ask(text, to));
    }

    private Subject<Object> held(ActorBuilder<?, Object, Subject<Object>> builder) {
        Subject<Object> actor = Actors.start(builder, runtime);
        var begun = new CountDownLatch(1);
        actor.send(new Hold(begun, release));
        await(begun);
        return actor;
    }

    /** Calls that are over while they are queued. */
    private static void expire(Subject<Object> actor, String... texts) {
        for (String text : texts) {
            CompletableFuture<String> call = ask(actor, text, LONG);
            call.cancel(false);
        }
    }

    // ---- the rule

    @Test
    @Rule("D-05")
    void aRequestWhoseTimeIsOverIsDroppedAndCounted() {
        Subject<Object> actor = Actors.start(actor().dropExpiredCalls(), stopped);
        actor.send(new Work(LIMIT));
        calls.add(ask(actor, "late", LIMIT));
        actor.send("a message");
        CompletableFuture<String> inTime = ask(actor, "in time", LIMIT.plusNanos(1));
        clock.awaitIdle();
        clock.advance(LIMIT);
        clock.awaitIdle();

        assertThat(get(inTime)).isEqualTo("in time");
        assertThat(handled).containsExactly("a message", "in time");
        assertThat(stopped.deadLetters(DropReason.EXPIRED)).isEqualTo(1);
        assertThat(stopped.lastDeadLetters())
                .singleElement()
                .satisfies(
                        dropped -> {
                            assertThat(dropped.reason()).isEqualTo(DropReason.EXPIRED);
                            assertThat(dropped.receiver()).isEqualTo(actor.owner());
                            assertThat(dropped.type()).isEqualTo(Ask.class.getName());
                        });
        assertThat(stopped.lateReplies()).isZero();
    }

    @Test
    @Rule("D-04")
    void withoutTheOptionItIsHandledAsInOtp() {
        Subject<Object> actor = Actors.start(actor(), stopped);
        actor.send(new Work(LIMIT));
        calls.add(ask(actor, "late", LIMIT));
        clock.awaitIdle();
        clock.advance(LIMIT);
        clock.awaitIdle();

        assertThat(handled).containsExactly("late");
        assertThat(stopped.deadLetters()).isZero();
        assertThat(stopped.lateReplies()).isEqualTo(1);
    }

    @Test
    @Rule("D-05")
    void aRequestOfAnInterruptedAKilledAndACancelledCallerIsDropped() {
        Subject<Object> actor = held(actor().dropExpiredCalls());
        Thread interrupted =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        actor.tryCall(
                                                LONG,
                                                (ReplyTo<String> to) ->
                                                        new Ask("interrupted", to)));
        queued(actor, 1);
        interrupted.interrupt();
        Expect.eventually("it has left", () -> !interrupted.isAlive());
        Subject<Runnable> killed = Actors.running(runtime);
        killed.send(() -> actor.callForever((ReplyTo<String> to) -> new Ask("killed", to)));
        queued(actor, 2);
        Processes.kill(killed.owner());
        expire(actor, "cancelled");
        CompletableFuture<String> last = ask(actor, "last", LONG);
        release.countDown();

        assertThat(get(last)).isEqualTo("last");
        assertThat(handled).containsExactly("last");
        assertThat(runtime.deadLetters(DropReason.EXPIRED)).isEqualTo(3);
    }

    private static void queued(Subject<Object> actor, int count) {
        eventually(
                count + " are queued", () -> ProcessInfo.of(actor.owner()).mailboxSize() == count);
    }

    @Test
    @Rule("D-05")
    void aRequestThatIsHandledWhenItsTimeIsOverIsNotDropped() {
        Subject<Object> actor = Actors.start(actor().dropExpiredCalls(), stopped);
        CompletableFuture<String> call =
                actor.callAsync(LIMIT, to -> new Work(LIMIT.multipliedBy(2)));
        clock.awaitIdle();
        clock.advance(LIMIT.multipliedBy(2));
        clock.awaitIdle();

        assertThat(call).isCompletedExceptionally();
        assertThat(stopped.deadLetters()).isZero();
    }

    @Test
    @Rule("D-05")
    void requestsOfAllSubjectsOfAnActorAreDropped() {
        var own = new CompletableFuture<Subject<Object>>();
        ActorBuilder<Integer, Object, Subject<Object>> builder =
                Actor.<Integer, Object, Subject<Object>>withInitializer(
                                LIMIT,
                                init -> {
                                    Subject<Object> other = Subject.create();
                                    own.complete(other);
                                    return init.state(0)
                                            .selecting(
                                                    Selector.<Object>create()
                                                            .select(init.self())
                                                            .select(other))
                                            .returning(init.self());
                                })
                        .onMessage(
                                (state, message) -> {
                                    handle(message);
                                    return Next.continueWith(state);
                                })
                        .dropExpiredCalls();
        Subject<Object> actor = held(builder);
        expire(actor, "own");
        expire(get(own), "other");
        CompletableFuture<String> last = ask(get(own), "last", LONG);
        release.countDown();

        assertThat(get(last)).isEqualTo("last");
        assertThat(handled).containsExactly("last");
        assertThat(runtime.deadLetters(DropReason.EXPIRED)).isEqualTo(2);
    }

    // ---- together with other settings

    @Test
    @Rule("D-06")
    void aBatchHasNoRequestWhoseCallIsOver() {
        Subject<Object> actor = held(batching(10).dropExpiredCalls());
        expire(actor, "first");
        actor.send("a");
        expire(actor, "second", "third");
        CompletableFuture<String> call = ask(actor, "b", LONG);
        expire(actor, "last");
        release.countDown();

        assertThat(get(call)).isEqualTo("b");
        eventually("the last is dropped", () -> runtime.deadLetters(DropReason.EXPIRED) == 4);
        assertThat(handled).containsExactly("1:", "2:", "a", "b");
    }

    @Test
    @Rule("D-06")
    void aDroppedRequestLeavesItsPlaceInAMailboxWithALimit() {
        for (int most : new int[] {1, 10}) {
            handled.clear();
            long before = runtime.deadLetters(DropReason.EXPIRED);
            var go = new CountDownLatch(1);
            var begun = new CountDownLatch(1);
            Subject<Object> actor =
                    Actors.start(
                            batching(most).dropExpiredCalls().mailbox(MailboxLimit.rejecting(4)),
                            runtime);
            actor.send(new Hold(begun, go));
            await(begun);
            expire(actor, "one");
            actor.send("a message");
            expire(actor, "two", "three");
            assertThat(actor.trySend("full")).isEqualTo(Subject.Sent.FULL);
            go.countDown();
            eventually(
                    "all are dropped", () -> runtime.deadLetters(DropReason.EXPIRED) == before + 3);
            BoundedMailbox mailbox = BoundedMailbox.of((ProcessPort) actor.owner());
            assertThat(mailbox).isNotNull();
            eventually("no place is taken", () -> mailbox.used() == 0);
            eventually("the message is handled", () -> handled.contains("a message"));
        }
    }

    @Test
    @Rule("D-06")
    void aRequestThatANameHoldsIsDroppedWhenItIsOver() {
        Name<Object> name = Name.create(stopped, "held", Vacancy.holding(10));
        ask(name.subject(), "cancelled", LONG).cancel(false);
        calls.add(ask(name.subject(), "late", LIMIT));
        CompletableFuture<String> inTime = ask(name.subject(), "in time", LIMIT.multipliedBy(3));
        clock.advance(LIMIT);
        clock.awaitIdle();
        Actors.start(actor().named(name).dropExpiredCalls(), stopped);
        clock.awaitIdle();

        assertThat(get(inTime)).isEqualTo("in time");
        assertThat(handled).containsExactly("in time");
        assertThat(stopped.deadLetters(DropReason.EXPIRED)).isEqualTo(2);
    }

    @Test
    @Rule("D-06")
    void theNextProcessOfANameDropsWhatWasHeldMeanwhile() {
        Name<Object> name = Name.create(runtime, "again", Vacancy.holding(10));
        Subject<Object> first = held(actor().named(name).dropExpiredCalls());
        CompletableFuture<String> queued = ask(name.subject(), "queued", LONG);
        Processes.kill(first.owner());
        expire(name.subject(), "held");
        CompletableFuture<String> next = ask(name.subject(), "next", LONG);
        Actors.start(actor().named(name).dropExpiredCalls(), runtime);

        assertThat(get(next)).isEqualTo("next");
        assertThat(queued).isCompletedExceptionally();
        assertThat(handled).containsExactly("next");
        assertThat(runtime.deadLetters(DropReason.EXPIRED)).isEqualTo(1);
    }

    @Test
    @Rule("D-06")
    void aSuspendedActorDropsThemWhenItIsResumed() {
        Subject<Object> actor = Actors.start(actor().dropExpiredCalls(), runtime);
        Sys.suspend(actor.owner());
        expire(actor, "late");
        CompletableFuture<String> last = ask(actor, "last", LONG);
        Sys.resume(actor.owner());

        assertThat(get(last)).isEqualTo("last");
        assertThat(handled).containsExactly("last");
        assertThat(runtime.deadLetters(DropReason.EXPIRED)).isEqualTo(1);
    }

    @Test
    @Rule("D-06")
    void theyAreNeitherTimedNorShownToATool() {
        var timed = new AtomicInteger();
        HandlerTiming timing = process -> (nanos, failed) -> timed.incrementAndGet();
        try (var own = ProcessRuntime.builder().name("timed").timing(1, timing).build()) {
            Subject<Object> actor = Actors.start(actor().dropExpiredCalls(), own);
            Sys.log(actor.owner(), 10);
            var begun = new CountDownLatch(1);
            actor.send(new Hold(begun, release));
            await(begun);
            expire(actor, "late");
            CompletableFuture<String> last = ask(actor, "last", LONG);
            release.countDown();
            assertThat(get(last)).isEqualTo("last");
            assertThat(Sys.logged(actor.owner())).hasSize(2);
            eventually("two are timed", () -> timed.get() == 2);
            assertThat(own.deadLetters(DropReason.EXPIRED)).isEqualTo(1);
            assertThat(handled).containsExactly("last");
        }
    }

    @Test
    @Rule("D-06")
    void theyAreDroppedAfterAToolHasStoppedToLook() {
        Subject<Object> actor = Actors.start(actor().dropExpiredCalls(), runtime);
        Sys.log(actor.owner(), 10);
        assertThat(get(ask(actor, "first", LONG))).isEqualTo("first");
        Sys.log(actor.owner(), 0); // nothing is recorded any more
        Sys.suspend(actor.owner());
        expire(actor, "late");
        Sys.resume(actor.owner());

        assertThat(get(ask(actor, "again", LONG))).isEqualTo("again");
        assertThat(handled).containsExactly("first", "again");
        assertThat(runtime.deadLetters(DropReason.EXPIRED)).isEqualTo(1);
    }

    // ---- each request is handled or dropped

    @Test
    @Rule("D-05")
    void aSimulationHandlesOrDropsEachRequest() {
        var outcomes = new AtomicInteger[] {new AtomicInteger(), new AtomicInteger()};
        Simulation.check(
                200,
                () -> {
                    var late = new AtomicInteger();
                    var count = new AtomicInteger();
                    Actors.Body<Object> body =
                            message -> {
                                if (message instanceof Work(Duration time)) Processes.sleep(time);
                                if (!(message instanceof Ask ask)) return;
                                count.incrementAndGet();
                                if (ask.replyTo().isOver()) late.incrementAndGet();
                                ask.replyTo().send("done");
                            };
                    Subject<Object> actor = Actors.handling(body).dropExpiredCalls().start().data();
                    var asked = new ArrayList<CompletableFuture<String>>();
                    for (int i = 0; i < 10; i++) {
                        actor.send(new Work(Duration.ofSeconds(1)));
                        asked.add(ask(actor, "ask", Duration.ofSeconds(i % 5 * 3 + 1)));
                    }
                    Processes.sleep(LONG);
                    long dropped = ProcessRuntime.current().deadLetters(DropReason.EXPIRED);
                    assertThat(late).hasValue(0);
                    assertThat(count.get() + dropped).isEqualTo(10);
                    assertThat(asked).allMatch(CompletableFuture::isDone);
                    outcomes[0].addAndGet(count.get());
                    outcomes[1].addAndGet((int) dropped);
                });
        assertThat(outcomes[0]).hasPositiveValue();
        assertThat(outcomes[1]).hasPositiveValue();
    }

    @Test
    @Tag("race")
    @Rule("D-05")
    void underLoadEachRequestIsHandledOrDropped() throws InterruptedException {
        int callers = 8;
        int each = 3_000;
        var count = new AtomicInteger();
        Actors.Body<Object> body =
                message -> {
                    if (count.incrementAndGet() % 64 == 0) LockSupport.parkNanos(200_000);
                    ((Ask) message).replyTo().send("done");
                };
        Subject<Object> actor = Actors.start(Actors.handling(body).dropExpiredCalls(), runtime);
        var replied = new AtomicInteger();
        var done = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                for (int n = 0; n < each; n++) {
                                    Duration limit = Duration.ofNanos(n % 50 * 10_000L);
                                    if (actor.<String>tryCall(limit, to -> new Ask("ask", to))
                                            instanceof CallResult.Replied) {
                                        replied.incrementAndGet();
                                    }
                                }
                                done.countDown();
                            });
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        eventually(
                "each is handled or dropped",
                () -> count.get() + runtime.deadLetters() == (long) callers * each);
        assertThat(runtime.deadLetters()).isEqualTo(runtime.deadLetters(DropReason.EXPIRED));
        assertThat(runtime.deadLetters()).isPositive();
        assertThat(replied).hasPositiveValue();
        assertThat(count.get() - runtime.lateReplies()).isEqualTo(replied.get());
    }
}

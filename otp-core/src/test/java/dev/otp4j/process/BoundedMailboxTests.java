/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.process.Subject.Sent;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.FullStack;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a mailbox with a limit lets in, and what it does with the rest. */
@Timeout(30)
class BoundedMailboxTests {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final ProcessRuntime runtime = ProcessRuntime.builder().name("bounded").build();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Object> handled = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        release.countDown();
        runtime.close();
    }

    /** An actor that handles nothing until it is released, and then notes each message. */
    private Subject<Object> held(MailboxLimit limit) {
        var busy = new CountDownLatch(1);
        Actors.Body<Object> body =
                message -> {
                    if (message instanceof CountDownLatch begun) {
                        begun.countDown();
                        release.await();
                    } else {
                        handled.add(message);
                        if (message instanceof Runnable code) code.run();
                    }
                };
        Subject<Object> actor = Actors.start(Actors.handling(body).mailbox(limit), runtime);
        actor.send(busy);
        await(busy);
        return actor;
    }

    private static void fill(Subject<Object> actor, int capacity) {
        IntStream.range(0, capacity)
                .forEach(i -> assertThat(outside(() -> actor.trySend(i))).isEqualTo(Sent.SENT));
    }

    private static BoundedMailbox mailbox(Subject<?> actor) {
        BoundedMailbox mailbox = BoundedMailbox.of((ProcessPort) actor.owner());
        if (mailbox == null) throw new AssertionError("no limit: " + actor);
        return mailbox;
    }

    private void handledAll(Subject<Object> actor, int count) {
        release.countDown();
        eventually("all are handled", () -> handled.size() == count);
        eventually("no place is taken", () -> mailbox(actor).used() == 0);
    }

    /** Sends from a virtual thread that runs no process. */
    private static CompletableFuture<Sent> sending(Subject<Object> actor, Object message) {
        var sent = new CompletableFuture<Sent>();
        Thread.ofVirtual().start(() -> sent.complete(actor.trySend(message)));
        return sent;
    }

    private static void waiting(Subject<Object> actor, int count) {
        eventually(count + " senders wait", () -> mailbox(actor).waitingSenders() == count);
    }

    // ---- what counts

    @Test
    @Rule("O-01")
    void asManyMessagesGetInAsThereIsRoomFor() {
        Subject<Object> actor = held(MailboxLimit.rejecting(3));
        fill(actor, 3);
        assertThat(outside(() -> actor.trySend("late"))).isEqualTo(Sent.FULL);
        assertThat(ProcessInfo.of(actor.owner()).mailboxSize()).isEqualTo(3);
        handledAll(actor, 3);
        assertThat(outside(() -> actor.trySend("again"))).isEqualTo(Sent.SENT);
        handledAll(actor, 4);
    }

    @Test
    @Rule("O-01")
    void aMessageThatIsHandledNoLongerCounts() {
        Subject<Object> actor = held(MailboxLimit.rejecting(2));
        var second = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        outside(
                () -> {
                    actor.send(
                            (Runnable)
                                    () -> {
                                        second.countDown();
                                        Expect.awaitQuietly(go);
                                    });
                    actor.send("last");
                });
        release.countDown();
        await(second); // both were taken at once; one is in hand
        assertThat(outside(() -> actor.trySend("one"))).isEqualTo(Sent.SENT);
        assertThat(outside(() -> actor.trySend("two"))).isEqualTo(Sent.FULL);
        go.countDown();
        handledAll(actor, 3);
    }

    @Test
    @Rule("O-02")
    void signalsAndSystemRequestsGetInAndKeepTheirPlace() {
        var downs = new CopyOnWriteArrayList<String>();
        var busy = new CountDownLatch(1);
        Subject<Runnable> victim = Actors.running(runtime);
        var watcher = new CompletableFuture<Subject<Object>>();
        Actors.Body<Object> body =
                message -> {
                    if (message instanceof CountDownLatch begun) {
                        Processes.monitor(victim.owner());
                        begun.countDown();
                        release.await();
                        Selector<String> any =
                                Selector.<String>create()
                                        .selectMonitors(down -> "down")
                                        .selectMap(watcher.join(), Object::toString);
                        for (int i = 0; i < 3; i++) downs.add(any.receiveForever());
                    }
                };
        watcher.complete(
                Actors.start(Actors.handling(body).mailbox(MailboxLimit.rejecting(2)), runtime));
        Subject<Object> actor = get(watcher);
        actor.send(busy);
        await(busy);
        outside(() -> actor.trySend("before"));
        Processes.kill(victim.owner());
        eventually("the DOWN is queued", () -> depth(actor) == 2);
        assertThat(outside(() -> actor.trySend("after"))).isEqualTo(Sent.SENT);
        assertThat(outside(() -> actor.trySend("full"))).isEqualTo(Sent.FULL);
        release.countDown();
        eventually("three came", () -> downs.size() == 3);
        assertThat(downs).containsExactly("before", "down", "after");
        assertThat(mailbox(actor).used()).isZero();
        assertThat(outside(() -> Sys.getState(actor.owner(), Integer.class)).intValue()).isZero();
    }

    private static int depth(Subject<?> actor) {
        return ProcessInfo.of(actor.owner()).mailboxSize();
    }

    @Test
    @Rule("O-02")
    void aSuspendedActorServesSystemRequestsWhileItsMailboxIsFull() {
        Subject<Object> actor = held(MailboxLimit.rejecting(2));
        fill(actor, 2);
        release.countDown();
        eventually("idle", () -> handled.size() == 2);
        outside(() -> Sys.suspend(actor.owner()));
        fill(actor, 2);
        assertThat(outside(() -> actor.trySend("late"))).isEqualTo(Sent.FULL);
        outside(
                () ->
                        Sys.getState(
                                actor.owner(), Integer.class)); // the messages are put aside by now
        assertThat(outside(() -> actor.trySend("late"))).isEqualTo(Sent.FULL);
        outside(() -> Sys.resume(actor.owner()));
        handledAll(actor, 4);
    }

    // ---- a full mailbox that refuses

    @Test
    @Rule("O-03")
    void aSendIntoAFullMailboxIsDroppedAndCountedAndSaidOnce() {
        var told = new CopyOnWriteArrayList<DroppedMessage>();
        ProcessListener listener =
                new ProcessListener() {
                    @Override
                    public void messageDropped(DroppedMessage dropped) {
                        told.add(dropped);
                    }
                };
        try (var own = ProcessRuntime.builder().name("told").listener(listener).build()) {
            var gate = new CountDownLatch(1);
            var begun = new CountDownLatch(1);
            Actors.Body<Object> body =
                    message -> {
                        begun.countDown();
                        gate.await();
                    };
            Subject<Object> actor =
                    Actors.start(Actors.handling(body).mailbox(MailboxLimit.rejecting(1)), own);
            actor.send("first");
            await(begun);
            actor.send("second");
            outside(() -> actor.send("third"));
            outside(() -> actor.send("fourth"));
            assertThat(own.deadLetters(DropReason.FULL)).isEqualTo(2);
            eventually("the listener is told", () -> told.size() == 2);
            assertThat(told).allMatch(dropped -> dropped.reason() == DropReason.FULL);
            gate.countDown();
        }
    }

    @Test
    @Rule("O-03")
    void aCallOfAFullMailboxFailsAtOnce() {
        Subject<Object> actor = held(MailboxLimit.rejecting(1));
        fill(actor, 1);
        assertThatThrownBy(() -> outside(() -> actor.call(LONG, reply -> "question")))
                .isInstanceOf(CallException.Rejected.class)
                .hasMessage(
                        "the mailbox of %s is full: it has room for 1 messages"
                                .formatted(actor.owner()));
        assertThat(outside(() -> actor.<String>tryCall(LONG, reply -> "question")))
                .isInstanceOfSatisfying(
                        CallResult.Failed.class,
                        failed ->
                                assertThat(failed.failure())
                                        .isInstanceOf(CallException.Rejected.class));
        assertThat(runtime.deadLetters(DropReason.FULL)).isEqualTo(2);
        handledAll(actor, 1);
    }

    @Test
    @Rule("O-10")
    void whatDropsTheNewestSaysNothing() {
        Subject<Object> actor = held(MailboxLimit.droppingNewest(1));
        fill(actor, 1);
        assertThat(outside(() -> actor.trySend("late"))).isEqualTo(Sent.FULL);
        assertThat(runtime.deadLetters(DropReason.FULL)).isEqualTo(1);
        handledAll(actor, 1);
    }

    // ---- a full mailbox whose senders wait

    @Test
    @Rule("O-04")
    void sendersWaitInTheOrderInWhichTheyCame() {
        Subject<Object> actor = held(MailboxLimit.blocking(1, LONG));
        fill(actor, 1);
        var sent = new ArrayList<CompletableFuture<Sent>>();
        for (int i = 1; i <= 5; i++) {
            sent.add(sending(actor, i));
            waiting(actor, i);
        }
        assertThat(sent).noneMatch(CompletableFuture::isDone);
        handledAll(actor, 6);
        assertThat(sent).allMatch(one -> get(one) == Sent.SENT);
        assertThat(handled).isEqualTo(List.of(0, 1, 2, 3, 4, 5));
    }

    @Test
    @Rule("O-04")
    void aSenderThatWaitedTooLongIsRefused() {
        Subject<Object> actor = held(MailboxLimit.blocking(1, Duration.ofMillis(20)));
        fill(actor, 1);
        assertThat(get(sending(actor, "late"))).isEqualTo(Sent.FULL);
        assertThat(mailbox(actor).waitingSenders()).isZero();
        assertThat(runtime.deadLetters(DropReason.FULL)).isEqualTo(1);
        handledAll(actor, 1);
    }

    @Test
    @Rule("O-04")
    void aCallWaitsForRoomNoLongerThanItsOwnLimit() {
        Subject<Object> actor = held(MailboxLimit.blocking(1, LONG));
        fill(actor, 1);
        Duration limit = Duration.ofMillis(20);
        assertThatThrownBy(() -> outside(() -> actor.call(limit, reply -> "question")))
                .isInstanceOf(CallException.Rejected.class);
        handledAll(actor, 1);
        outside(
                () ->
                        assertThat(
                                        actor.<String>call(
                                                LONG,
                                                reply -> (Runnable) () -> reply.send("answer")))
                                .isEqualTo("answer"));
    }

    @Test
    @Rule("O-05")
    void anInterruptEndsTheWait() throws Exception {
        Subject<Object> actor = held(MailboxLimit.blocking(1, LONG));
        fill(actor, 1);
        var sent = new CompletableFuture<Sent>();
        var interrupted = new CompletableFuture<Boolean>();
        Thread sender =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    sent.complete(actor.trySend("late"));
                                    interrupted.complete(Thread.currentThread().isInterrupted());
                                });
        waiting(actor, 1);
        sender.interrupt();
        assertThat(get(sent)).isEqualTo(Sent.FULL);
        assertThat(get(interrupted)).isTrue();
        waiting(actor, 0);
        handledAll(actor, 1);
    }

    @Test
    @Rule("O-05")
    void theEndOfTheSenderEndsItsWait() {
        Subject<Object> actor = held(MailboxLimit.blocking(1, LONG));
        fill(actor, 1);
        Subject<Runnable> sender = Actors.running(runtime);
        outside(() -> sender.send(() -> actor.send("never")));
        waiting(actor, 1);
        eventually(
                "tools see what it waits for",
                () -> ProcessInfo.awaitsOf(sender.owner()).equals(Optional.of(actor.owner())));
        Processes.kill(sender.owner());
        waiting(actor, 0);
        handledAll(actor, 1);
        assertThat(handled).doesNotContain("never");
    }

    /** A sender may end when it has a place, and before it has pushed. */
    @Test
    @Rule("O-05")
    void aPlaceThatIsGivenBackGoesToTheNextSender() {
        Subject<Object> actor = held(MailboxLimit.blocking(1, LONG));
        assertThat(mailbox(actor).tryEnter()).isTrue();
        CompletableFuture<Sent> sent = sending(actor, "next");
        waiting(actor, 1);
        mailbox(actor).giveBack();
        assertThat(get(sent)).isEqualTo(Sent.SENT);
        handledAll(actor, 1);
    }

    @Test
    @Rule("O-06")
    void aProcessNeverWaitsForRoomInItsOwnMailbox() {
        Subject<Runnable> self =
                Actors.start(Actors.running().mailbox(MailboxLimit.blocking(1, LONG)), runtime);
        var results = new CompletableFuture<List<Sent>>();
        self.send(() -> results.complete(List.of(self.trySend(() -> {}), self.trySend(() -> {}))));
        assertThat(get(results)).containsExactly(Sent.SENT, Sent.FULL);
    }

    @Test
    @Rule("O-07")
    void timersAndCompletionsNeverWait() {
        Subject<Object> actor = held(MailboxLimit.blocking(1, LONG));
        fill(actor, 1);
        Subject<Runnable> server = Actors.running(runtime);
        actor.sendAfter(Duration.ofMillis(1), "timer");
        eventually("the timer's is dropped", () -> full() == 1);
        Timer ticks = actor.sendEvery(Duration.ofMillis(1), "tick");
        eventually("a tick is dropped", () -> full() >= 2);
        ticks.cancel();
        var completed = new CompletableFuture<Sent>();
        var attached = new CountDownLatch(1);
        CompletableFuture<String> reply =
                outside(
                        () ->
                                server.<String>callAsync(
                                        LONG,
                                        to ->
                                                () -> {
                                                    Expect.awaitQuietly(attached);
                                                    to.send("done");
                                                }));
        var unused = reply.thenAccept(done -> completed.complete(actor.trySend(done)));
        attached.countDown();
        assertThat(get(completed)).isEqualTo(Sent.FULL);
        assertThat(mailbox(actor).waitingSenders()).isZero();
        handledAll(actor, 1);
    }

    private long full() {
        return runtime.deadLetters(DropReason.FULL);
    }

    @Test
    @Rule("O-07")
    void anAsynchronousCallNeverWaits() {
        Subject<Object> actor = held(MailboxLimit.blocking(1, LONG));
        fill(actor, 1);
        CompletableFuture<String> answer =
                outside(() -> actor.<String>callAsync(LONG, reply -> "question"));
        assertThatThrownBy(answer::join).hasCauseInstanceOf(CallException.Rejected.class);
        handledAll(actor, 1);
    }

    // ---- the end of the receiver, names

    @Test
    @Rule("O-09")
    void theEndOfTheReceiverEndsTheWaitOfItsSenders() {
        Subject<Object> actor = held(MailboxLimit.blocking(1, LONG));
        fill(actor, 1);
        CompletableFuture<Sent> sent = sending(actor, "late");
        waiting(actor, 1);
        Processes.kill(actor.owner());
        assertThat(get(sent)).isEqualTo(Sent.CLOSED);
        assertThat(mailbox(actor).waitingSenders()).isZero();
    }

    @Test
    @Rule("O-08")
    void whatANameHasHeldGetsInAndCounts() {
        Name<Object> name = Name.create("held");
        name.whileVacant(Vacancy.holding(10));
        outside(() -> IntStream.range(0, 5).forEach(name.subject()::send));
        var begun = new CountDownLatch(1);
        Actors.Body<Object> body =
                message -> {
                    begun.countDown();
                    release.await();
                    handled.add(message);
                };
        Subject<Object> actor =
                Actors.start(
                        Actors.handling(body).named(name).mailbox(MailboxLimit.rejecting(2)),
                        runtime);
        await(begun);
        assertThat(outside(() -> actor.trySend("late"))).isEqualTo(Sent.FULL);
        release.countDown();
        eventually("all that was held is handled", () -> handled.size() == 5);
        assertThat(handled).isEqualTo(List.of(0, 1, 2, 3, 4));
        eventually("there is room", () -> outside(() -> actor.trySend(5)) == Sent.SENT);
    }

    @Test
    @Rule("O-09")
    void aSenderThatWaitsGoesToTheNextProcessOfTheName() {
        Name<Object> name = Name.create("next");
        name.whileVacant(Vacancy.holding(10));
        var begun = new CountDownLatch(1);
        Actors.Body<Object> stuck =
                message -> {
                    begun.countDown();
                    release.await();
                };
        MailboxLimit limit = MailboxLimit.blocking(1, LONG);
        Subject<Object> first =
                Actors.start(Actors.handling(stuck).named(name).mailbox(limit), runtime);
        outside(() -> first.send("in hand"));
        await(begun);
        fill(first, 1);
        CompletableFuture<Sent> sent = sending(name.subject(), "late");
        waiting(first, 1);
        Processes.kill(first.owner());
        assertThat(get(sent)).isEqualTo(Sent.SENT); // held
        Actors.start(Actors.<Object>handling(handled::add).named(name).mailbox(limit), runtime);
        eventually("it is handled", () -> handled.contains("late"));
    }

    // ---- errors of the machine

    @Test
    @Rule("O-01")
    void aSendOnAFullStackLosesNoPlace() {
        Subject<Object> actor = held(MailboxLimit.rejecting(1_000));
        release.countDown();
        FullStack.run(
                IntStream.range(0, 300).<Runnable>mapToObj(i -> () -> actor.send(i)).toList());
        eventually("no place is taken", () -> mailbox(actor).used() == 0);
        assertThat(depth(actor)).isZero();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys whose actors have a retained mailbox. */
@OtpTest
class KeyedRetainedTests {
    private sealed interface Message {
        record Note(int number) implements Message {}

        record Poison(int number) implements Message {}

        /** Its handler hangs until the gate is opened. */
        record Hang() implements Message {}

        record Count(ReplyTo<Integer> replyTo) implements Message {}
    }

    private static final Duration DAY = Duration.ofDays(1);

    private final List<Object> seen = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch hangs = new CountDownLatch(1);

    @AfterEach
    void openGate() {
        gate.countDown();
    }

    private Next<Integer, Message> handle(Integer state, Message message) {
        switch (message) {
            case Message.Note(int number) -> seen.add(number);
            case Message.Poison(int number) -> {
                seen.add(number);
                throw new IllegalStateException("poison");
            }
            case Message.Hang() -> {
                hangs.countDown();
                stubbornly(gate);
            }
            case Message.Count(var replyTo) -> replyTo.send(seen.size());
        }
        return Next.continueWith(state);
    }

    private KeyedFactory.Builder<String, Message> clerks(MailboxRetention retention) {
        return clerks(retention, actor -> actor);
    }

    private KeyedFactory.Builder<String, Message> clerks(
            MailboxRetention retention,
            UnaryOperator<ActorBuilder<Integer, Message, Subject<Message>>> more) {
        return KeyedFactory.of(
                key ->
                        more.apply(
                                Actor.startingWith(() -> 0)
                                        .onMessage(this::handle)
                                        .retained(retention)));
    }

    private static void notes(Subject<Message> to, int from, int end) {
        for (int i = from; i < end; i++) to.send(new Message.Note(i));
    }

    private void expectSeen(Object... all) {
        eventually("all are seen: " + seen, () -> seen.size() >= all.length);
        assertThat(seen).containsExactly(all);
    }

    @Test
    @Rule({"RM-01", "KF-14"})
    void theNextProcessOfAKeyGetsWhatWasQueued() {
        var factory = clerks(MailboxRetention.dropping()).build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Message.Hang());
        await(hangs);
        notes(ann, 0, 5);
        CompletableFuture<Integer> count = ann.callAsync(SOON, Message.Count::new);
        notes(ann, 5, 8);

        Processes.kill(factory.find("ann").orElseThrow());

        expectSeen(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(get(count)).isEqualTo(5);
    }

    @Test
    @Rule({"RM-01", "KF-14"})
    void aKeyThatIsStoppedWithMessagesQueuedIsStartedForThem() {
        var factory =
                clerks(MailboxRetention.dropping()).shutdown(new Shutdown.BrutalKill()).build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Message.Hang());
        await(hangs);
        notes(ann, 0, 5);

        assertThat(factory.stop("ann")).isTrue();

        expectSeen(0, 1, 2, 3, 4);
    }

    @Test
    @Rule({"RM-01", "KF-10", "KF-14"})
    void whatTheActorOfAKilledFactoryLeavesIsHandledWithoutAFurtherMessage() {
        var factory =
                clerks(
                                MailboxRetention.dropping(),
                                actor -> actor.onTerminate((state, reason) -> {})) // obeys later
                        .build();
        StaticSupervisor.oneForOne().add(factory.supervised("clerks")).start();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Message.Hang());
        await(hangs);
        Pid before = factory.name().pid().orElseThrow();
        Pid orphan = factory.find("ann").orElseThrow();

        Processes.kill(before);
        eventually(
                "it runs again",
                () -> factory.name().pid().filter(pid -> !pid.equals(before)).isPresent());
        factory.start("bob"); // the new factory has looked at the keys of the old one
        notes(ann, 0, 5); // behind the exit of the parent
        gate.countDown();

        eventually("it ends", () -> !Processes.isAlive(orphan));
        expectSeen(0, 1, 2, 3, 4);
    }

    @Test
    @Rule({"RM-06", "KF-14"})
    void aParkedMessageOfAKeyIsReplayedAlsoWhenTheKeyHasNoProcess() {
        var factory =
                clerks(MailboxRetention.retrying(1))
                        .restartTolerance(10, Duration.ofHours(1))
                        .build();
        factory.start();
        ProcessRuntime runtime = ProcessRuntime.current();
        factory.subject("ann").send(new Message.Poison(1));
        eventually("it is parked", () -> runtime.parkedCount() == 1);
        String name = runtime.parkedMessages().getFirst().name();
        assertThat(name).endsWith("/ann");
        eventually("it runs again", () -> factory.find("ann").isPresent());
        factory.stop("ann");
        expectSeen(1, 1);

        assertThat(runtime.replayParked(name, 10)).isEqualTo(1);

        eventually("it is parked again", () -> runtime.parkedCount() == 1 && seen.size() == 4);
        assertThat(runtime.discardParked(name, 10)).isEqualTo(1);
        assertThat(runtime.deadLetters(DropReason.PARKED)).isEqualTo(1);
    }

    @Test
    @Rule({"RM-08", "KF-06", "KF-14"})
    void whatIsQueuedAtAKeyThatIsLeftDownIsDroppedAndItsCallsFail() {
        var factory = clerks(MailboxRetention.dropping()).tolerancePerKey(0, DAY).build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Message.Hang());
        await(hangs);
        notes(ann, 0, 5);
        CompletableFuture<Integer> count = ann.callAsync(DAY, Message.Count::new);

        Processes.kill(factory.find("ann").orElseThrow());

        assertThat(count)
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(CallException.class)
                .withMessageContaining("is left down");
        ProcessRuntime runtime = ProcessRuntime.current();
        eventually("all are counted", () -> runtime.deadLetters(DropReason.VACANT) == 6);
        assertThat(factory.restart("ann").data()).isSameAs(ann);
        assertThat(seen).isEmpty();
    }

    @Test
    @Rule({"RM-01", "KF-14"})
    void whatATemporaryActorLeavesStartsItsKeyAgain() {
        var factory = clerks(MailboxRetention.dropping()).restart(Restart.TEMPORARY).build();
        factory.start();
        Subject<Message> ann = factory.subject("ann");
        ann.send(new Message.Hang());
        await(hangs);
        notes(ann, 0, 5);

        Processes.kill(factory.find("ann").orElseThrow());

        expectSeen(0, 1, 2, 3, 4);
    }

    @Test
    @Rule({"RM-01", "KF-05", "KF-14"})
    void passivationWithALimitedAndRetainedMailboxAndAPermitLosesNothing() {
        VirtualTime.run(
                () -> {
                    ConcurrencyLimit one = ConcurrencyLimit.of("db", 1);
                    var factory =
                            clerks(
                                            MailboxRetention.retrying(2),
                                            actor ->
                                                    actor.mailbox(MailboxLimit.rejecting(3))
                                                            .concurrency(one)
                                                            .dropExpiredCalls())
                                    .passivateAfter(Duration.ofSeconds(4))
                                    .backoff(
                                            Backoff.exponential(
                                                    Duration.ofMillis(10), Duration.ofMillis(100)))
                                    .restartTolerance(20, Duration.ofDays(1))
                                    .build();
                    factory.start();
                    Subject<Message> ann = factory.subject("ann");
                    Subject<Message> bob = factory.subject("bob");
                    for (int i = 0; i < 5; i++) {
                        notes(ann, 2 * i, 2 * i + 1);
                        notes(bob, 2 * i + 1, 2 * i + 2);
                        Processes.sleep(Duration.ofSeconds(6));
                        assertThat(factory.keys()).isEmpty();
                        assertThat(one.inUse()).isZero();
                    }
                    assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
                    ann.send(new Message.Poison(99));
                    notes(ann, 100, 102);
                    Processes.sleep(Duration.ofSeconds(10));
                    assertThat(seen.subList(10, 15)).containsExactly(99, 99, 99, 100, 101);
                    assertThat(ProcessRuntime.current().parkedCount()).isEqualTo(1);
                    assertThat(factory.keys()).isEmpty();
                    assertThat(one.inUse()).isZero();
                });
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.StatefulActor.Step;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Actors that are told when no message has come for a time. */
@Timeout(30)
class IdleTimeoutTests {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(1);

    /** What an actor has handled, with the time at which it did so. */
    private record Noted(String what, Duration at) {}

    private final List<Noted> noted = new ArrayList<>();
    private long start;

    private void simulated(Runnable code) {
        VirtualTime.run(
                () -> {
                    start = ProcessRuntime.current().nanoTime();
                    code.run();
                });
    }

    private void note(String what) {
        long now = ProcessRuntime.current().nanoTime();
        noted.add(new Noted(what, Duration.ofNanos(now - start)));
    }

    private Next<Integer, String> note(Integer state, String message) {
        if (message.startsWith("work")) Processes.sleep(LIMIT.multipliedBy(3));
        note(message);
        return Next.continueWith(state + 1);
    }

    private ActorBuilder<Integer, String, Subject<String>> noting() {
        return Actor.startingWith(() -> 0).onMessage((Actor.Handler<Integer, String>) this::note);
    }

    private static Noted at(String what, Duration at) {
        return new Noted(what, at);
    }

    @Test
    @Rule("NX-06")
    void anActorIsToldOnceWhenNoMessageHasComeForTheTime() {
        simulated(
                () -> {
                    noting().idleTimeout(LIMIT, "idle").start();
                    Processes.sleep(LIMIT.minus(TICK));
                    assertThat(noted).isEmpty();
                    Processes.sleep(LIMIT.multipliedBy(5));
                    assertThat(noted).containsExactly(at("idle", LIMIT));
                });
    }

    @Test
    @Rule("NX-06")
    void theTimeCountsFromTheEndOfTheLastHandler() {
        simulated(
                () -> {
                    Subject<String> actor = noting().idleTimeout(LIMIT, "idle").start().data();
                    Duration step = LIMIT.dividedBy(4);
                    for (int i = 1; i <= 10; i++) {
                        Processes.sleep(step);
                        actor.send("m");
                    }
                    Processes.sleep(LIMIT.minus(TICK));
                    assertThat(noted).hasSize(10);
                    Processes.sleep(LIMIT);
                    Duration last = step.multipliedBy(10);
                    assertThat(noted).hasSize(11).endsWith(at("idle", last.plus(LIMIT)));

                    noted.clear();
                    Duration before = Duration.ofNanos(ProcessRuntime.current().nanoTime() - start);
                    actor.send("work");
                    Processes.sleep(LIMIT.multipliedBy(10));
                    Duration worked = before.plus(LIMIT.multipliedBy(3));
                    assertThat(noted)
                            .containsExactly(at("work", worked), at("idle", worked.plus(LIMIT)));
                });
    }

    @Test
    @Rule("NX-06")
    void theNextIdleTimeBeginsWithTheNextMessage() {
        simulated(
                () -> {
                    Subject<String> actor = noting().idleTimeout(LIMIT, "idle").start().data();
                    Duration long_ = LIMIT.multipliedBy(7);
                    Processes.sleep(long_);
                    actor.send("m");
                    Processes.sleep(LIMIT.multipliedBy(3));
                    assertThat(noted)
                            .containsExactly(
                                    at("idle", LIMIT),
                                    at("m", long_),
                                    at("idle", long_.plus(LIMIT)));
                });
    }

    private final class Closing implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            note(message);
            return Step.KEEP;
        }

        @Override
        public Step onIdle() {
            return Step.then(
                    () -> {
                        note("idle");
                        return Step.stop();
                    });
        }
    }

    @Test
    @Rule("NX-06")
    void anActorWithFieldsCanEndWhenItIsIdle() {
        simulated(
                () -> {
                    Started<Subject<String>> actor =
                            StatefulActor.of(Closing::new).idleTimeout(LIMIT).start();
                    actor.data().send("m");
                    Processes.sleep(LIMIT.plus(TICK));
                    assertThat(Processes.isAlive(actor.pid())).isFalse();
                    assertThat(noted).containsExactly(at("m", Duration.ZERO), at("idle", LIMIT));
                });
    }

    @Test
    @Rule("NX-07")
    void anActorWithQueuedMessagesIsNotIdle() {
        simulated(
                () -> {
                    Subject<String> actor = noting().idleTimeout(LIMIT, "idle").start().data();
                    actor.send("work 1"); // longer than the limit
                    actor.send("work 2");
                    Processes.sleep(LIMIT.multipliedBy(20));
                    assertThat(noted)
                            .extracting(Noted::what)
                            .containsExactly("work 1", "work 2", "idle");
                    assertThat(noted.getLast().at()).isEqualTo(LIMIT.multipliedBy(7));
                });
    }

    @Test
    @Rule("NX-07")
    void aSuspendedActorIsIdleOnlyWhenItHasHandledWhatHasCome() {
        simulated(
                () -> {
                    Started<Subject<String>> actor = noting().idleTimeout(LIMIT, "idle").start();
                    Sys.suspend(actor.pid());
                    Processes.sleep(LIMIT.multipliedBy(2));
                    actor.data().send("m");
                    Processes.sleep(LIMIT);
                    Sys.resume(actor.pid());
                    Processes.sleep(LIMIT.multipliedBy(3));
                    assertThat(noted).extracting(Noted::what).containsExactly("m", "idle");
                    assertThat(noted.getLast().at()).isEqualTo(LIMIT.multipliedBy(4));
                });
    }

    @Test
    @Rule("NX-07")
    void systemRequestsAreNoMessages() {
        simulated(
                () -> {
                    Started<Subject<String>> actor = noting().idleTimeout(LIMIT, "idle").start();
                    for (int i = 0; i < 8; i++) {
                        Processes.sleep(LIMIT.dividedBy(4));
                        Sys.getState(actor.pid(), Integer.class);
                    }
                    assertThat(noted).containsExactly(at("idle", LIMIT));
                });
    }

    @Test
    @Rule("NX-08")
    void theNoteIsNoMessageForTheLimitOfAMailbox() {
        simulated(
                () -> {
                    Subject<String> actor =
                            noting().mailbox(MailboxLimit.rejecting(1))
                                    .idleTimeout(LIMIT, "idle")
                                    .start()
                                    .data();
                    actor.send("work");
                    Processes.sleep(TICK);
                    actor.send("queued");
                    Processes.sleep(LIMIT.multipliedBy(20));
                    assertThat(noted)
                            .extracting(Noted::what)
                            .containsExactly("work", "queued", "idle");
                });
    }

    @Test
    @Rule("NX-08")
    void theTimerEndsWithTheActorAndItsSuccessorHasOneOfItsOwn() {
        simulated(
                () -> {
                    ProcessRuntime runtime = ProcessRuntime.current();
                    var starts = new ArrayList<Subject<String>>();
                    StaticSupervisor tree =
                            StaticSupervisor.oneForOne()
                                    .add(
                                            ChildSpecification.worker(
                                                    "a",
                                                    () -> {
                                                        var a =
                                                                noting().idleTimeout(LIMIT, "idle")
                                                                        .start();
                                                        starts.add(a.data());
                                                        return a;
                                                    }))
                                    .start()
                                    .data();
                    Processes.sleep(LIMIT.dividedBy(2));
                    Processes.kill(starts.getFirst().owner());
                    Processes.sleep(TICK);
                    assertThat(runtime.timerCount()).isEqualTo(1);
                    Processes.sleep(LIMIT.multipliedBy(2));
                    assertThat(starts).hasSize(2);
                    assertThat(noted).containsExactly(at("idle", LIMIT.plus(LIMIT.dividedBy(2))));
                    assertThat(tree.countChildren().active()).isEqualTo(1);
                    assertThat(runtime.timerCount()).isZero();
                });
    }

    private final class Selecting implements InitializingActor<Integer, String, Subject<Integer>> {
        @Override
        public Initialized<Integer, String, Subject<Integer>> initialize(Init<String> init) {
            Subject<Integer> numbers = Subject.create();
            var selector = Selector.<String>create().selectMap(numbers, number -> "n" + number);
            return init.state(0).selecting(selector).returning(numbers);
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            return note(state, message);
        }

        @Override
        public Next<Integer, String> onIdle(Integer state) {
            return note(state, "idle");
        }
    }

    @Test
    @Rule("NX-08")
    void theNoteIsNoMessageForASelector() {
        simulated(
                () -> {
                    Subject<Integer> numbers =
                            InitializingActor.of(Selecting::new).idleTimeout(LIMIT).start().data();
                    numbers.send(1);
                    Processes.sleep(LIMIT.multipliedBy(2));
                    assertThat(noted).containsExactly(at("n1", Duration.ZERO), at("idle", LIMIT));
                });
    }

    @Test
    @Rule("NX-09")
    void anActorWithoutAMethodForItIsNotStarted() {
        simulated(
                () ->
                        assertThatExceptionOfType(StartException.class)
                                .isThrownBy(() -> noting().idleTimeout(LIMIT).start())
                                .withMessageContaining(
                                        "has an idle time-out of PT10S and no method 'onIdle': add that method"));
    }

    @Test
    @Rule("NX-09")
    void aLimitIsPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> noting().idleTimeout(Duration.ZERO))
                .withMessage("'limit' must be positive: PT0S");
    }

    /** Without a simulation: the clock and the threads of a real runtime. */
    @Test
    @Rule("NX-06")
    void anActorOfARealRuntimeIsToldToo() {
        var told = new CompletableFuture<Duration>();
        var handled = new CountDownLatch(1);
        try (var runtime = ProcessRuntime.builder().name("idle").build()) {
            long begun = System.nanoTime();
            Actor.Handler<Integer, String> handler =
                    (state, message) -> {
                        if (message.equals("idle")) {
                            told.complete(Duration.ofNanos(System.nanoTime() - begun));
                            return Next.stop();
                        }
                        handled.countDown();
                        return Next.continueWith(state);
                    };
            Subject<String> actor =
                    Actors.start(
                            Actor.startingWith(() -> 0)
                                    .onMessage(handler)
                                    .idleTimeout(Duration.ofMillis(30), "idle"),
                            runtime);
            outside(() -> actor.send("m"));
            assertThat(get(told)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
            eventually("handled", () -> handled.getCount() == 0);
            assertThat(Expect.ended(actor.owner())).isEqualTo(ExitReason.NORMAL);
        }
    }
}

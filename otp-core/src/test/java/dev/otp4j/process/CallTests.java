/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@OtpTest
class CallTests {
    sealed interface Ask {
        Subject<Integer> replyTo();

        record Now(int value, Subject<Integer> replyTo) implements Ask {}

        record Later(int value, Duration delay, Subject<Integer> replyTo) implements Ask {}

        record Twice(Subject<Integer> replyTo) implements Ask {}

        record Never(Subject<Integer> replyTo) implements Ask {}

        record End(ExitReason reason, Subject<Integer> replyTo) implements Ask {}
    }

    private final AtomicInteger handled = new AtomicInteger();

    private Started<Subject<Ask>> callee() {
        Started<Subject<Ask>> started =
                Actor.startingWith(() -> 0).onMessage(this::onMessage).start();
        Processes.unlink(started.pid());
        return started;
    }

    private Next<Integer, Ask> onMessage(Integer state, Ask ask) {
        handled.incrementAndGet();
        switch (ask) {
            case Ask.Now(int value, var to) -> to.send(value);
            case Ask.Later(int value, Duration delay, var to) -> to.sendAfter(delay, value);
            case Ask.Twice(var to) -> {
                to.send(1);
                to.send(2);
            }
            case Ask.Never never -> {}
            case Ask.End(ExitReason reason, var to) -> {
                return Next.stop(reason);
            }
        }
        return Next.continueWith(state);
    }

    private static int depth() {
        return ProcessInfo.mailboxSize(Processes.self());
    }

    private static int watchersOf(Pid pid) {
        return ((ProcessCell) pid).watcherCount();
    }

    @Test
    @Rule("C-01")
    void returnsTheFirstReply() {
        Started<Subject<Ask>> callee = callee();

        int reply = callee.data().call(SOON, Ask.Twice::new);

        assertThat(reply).isEqualTo(1);
        assertThat(anythingComes()).isFalse();
        Processes.kill(callee.pid());
    }

    @Test
    @Rule({"C-02", "C-06"})
    void withoutReplyInTimeTheCallerFailsAndTheCalleeIsUnharmed() {
        Started<Subject<Ask>> callee = callee();
        long start = System.nanoTime();

        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(() -> callee.data().call(Duration.ofMillis(30), Ask.Never::new))
                .withMessageContaining("PT0.03S");

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(30));
        assertThat(handled).hasValue(1);
        assertThat(Processes.isAlive(callee.pid())).isTrue();
        assertThat(watchersOf(callee.pid())).isZero();
        assertThat(depth()).isZero();
        Processes.kill(callee.pid());
    }

    @Test
    @Rule({"C-03", "C-06", "TR-02"})
    void aLateReplyNeverArrives() {
        Started<Subject<Ask>> callee = callee();
        int timeouts = 0;
        for (int i = 0; i < 100; i++) {
            int value = i;
            try {
                callee.data()
                        .call(
                                Duration.ofMillis(2),
                                (Subject<Integer> to) ->
                                        new Ask.Later(-1, Duration.ofMillis(6), to));
            } catch (CallException.TimedOut expected) {
                timeouts++;
            }

            int own = callee.data().call(SOON, (Subject<Integer> to) -> new Ask.Now(value, to));

            assertThat(own).isEqualTo(value);
        }
        assertThat(timeouts).as("an unlucky thread may be late, not all are").isPositive();
        assertThat(depth()).isZero();
        assertThat(anythingComes()).isFalse();
        assertThat(watchersOf(callee.pid())).isZero();
        Processes.kill(callee.pid());
    }

    @Test
    @Rule("C-04")
    void aDeadCalleeFailsTheCallAtOnce() {
        Started<Subject<Ask>> callee = callee();
        Processes.kill(callee.pid());

        assertThatExceptionOfType(CallException.CalleeDown.class)
                .isThrownBy(() -> callee.data().callForever(Ask.Never::new))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NO_PROCESS));
        assertThat(depth()).isZero();
    }

    static ExitReason[] reasons() {
        return new ExitReason[] {
            ExitReason.NORMAL,
            ExitReason.SHUTDOWN,
            ExitReason.shutdown("detail"),
            ExitReason.abnormal("broken")
        };
    }

    @ParameterizedTest
    @MethodSource("reasons")
    @Rule({"C-05", "C-10", "C-06"})
    void theCalleesDeathFailsTheCallWithItsReason(ExitReason reason) {
        Started<Subject<Ask>> callee = callee();

        assertThatExceptionOfType(CallException.CalleeDown.class)
                .isThrownBy(
                        () ->
                                callee.data()
                                        .callForever(
                                                (Subject<Integer> to) -> new Ask.End(reason, to)))
                .satisfies(e -> assertThat(e.reason()).isSameAs(reason));
        assertThat(depth()).isZero();
    }

    /** A request that its callee keeps for later, or is at until it is interrupted. */
    private record Request(boolean blocks, Subject<Integer> replyTo) {}

    @Test
    @Rule({"C-05", "C-06", "C-10"})
    void theCalleesDeathIsToldWhereverTheRequestIs() throws Exception {
        var blocks = new CountDownLatch(1);
        var started =
                Actor.startingWith(() -> List.<Subject<Integer>>of())
                        .onMessage(
                                (List<Subject<Integer>> kept, Request request) -> {
                                    if (request.blocks()) {
                                        blocks.countDown();
                                        new CountDownLatch(1).await();
                                    }
                                    var all = new ArrayList<>(kept);
                                    all.add(request.replyTo());
                                    return Next.continueWith(List.copyOf(all));
                                })
                        .start();
        Processes.unlink(started.pid());
        Subject<CallException> failures = Subject.create();
        var futures = new ArrayList<CompletableFuture<Integer>>();
        for (boolean block : new boolean[] {false, true, false}) { // kept, handled, queued
            Function<Subject<Integer>, Request> request = to -> new Request(block, to);
            futures.add(started.data().callAsync(Duration.ofHours(1), request));
            Processes.spawn(() -> failures.send(failure(started.data(), request)));
            eventually("asked", () -> watchersOf(started.pid()) == 2 * futures.size());
        }
        blocks.await();

        Processes.kill(started.pid());

        for (int i = 0; i < futures.size(); i++) {
            assertThat(expect(failures))
                    .isInstanceOfSatisfying(
                            CallException.CalleeDown.class,
                            down -> assertThat(down.reason()).isEqualTo(ExitReason.KILLED));
        }
        assertThat(futures)
                .allSatisfy(
                        future ->
                                assertThat(future)
                                        .failsWithin(SOON)
                                        .withThrowableThat()
                                        .withCauseInstanceOf(CallException.CalleeDown.class));
        assertThat(watchersOf(started.pid())).isZero();
        assertThat(ProcessRuntime.current().timerCount()).isZero();
    }

    private static CallException failure(
            Subject<Request> callee, Function<Subject<Integer>, Request> request) {
        try {
            throw new AssertionError("replied " + callee.callForever(request));
        } catch (CallException failure) {
            return failure;
        }
    }

    @Test
    @Rule("C-05")
    void theCalleesCrashIsTheCause() {
        var failure = new IllegalStateException("boom");
        Started<Subject<Subject<Integer>>> callee =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer n, Subject<Integer> to) -> {
                                    if (n == 0) throw failure;
                                    return Next.continueWith(n);
                                })
                        .start();
        Processes.unlink(callee.pid());

        assertThatExceptionOfType(CallException.CalleeDown.class)
                .isThrownBy(() -> callee.data().call(SOON, (Subject<Integer> to) -> to))
                .withCause(failure);
    }

    @Test
    @Rule("C-07")
    void aVacantNameFailsTheCallAtOnce() {
        Name<Ask> name = Name.create("vacant");

        assertThatExceptionOfType(CallException.NotRegistered.class)
                .isThrownBy(() -> name.subject().callForever(Ask.Never::new))
                .withMessageContaining("vacant");
    }

    @Test
    @Rule({"C-08", "TR-16"})
    void callingOneselfFailsAtOnce() {
        Subject<Subject<Integer>> own = Subject.create();
        Name<Subject<Integer>> name = Name.create("self");
        Processes.register(Processes.self(), name);

        assertThatExceptionOfType(CallException.CallingSelf.class)
                .isThrownBy(() -> own.callForever((Subject<Integer> to) -> to));
        assertThatExceptionOfType(CallException.CallingSelf.class)
                .isThrownBy(() -> name.subject().callForever((Subject<Integer> to) -> to));
        assertThat(depth()).isZero();
    }

    @Test
    @Rule({"TR-16", "C-02"})
    void twoThatCallEachOtherTimeOutAndGoOn() {
        int pairs = 200;
        Subject<String> done = Subject.create();
        var pids = new ArrayList<Pid>();
        for (int i = 0; i < pairs; i++) {
            Name<Object> a = Name.create("a");
            Name<Object> b = Name.create("b");
            pids.add(caller(a, b, done));
            pids.add(caller(b, a, done));
            a.subject().send("go");
            b.subject().send("go");
        }

        for (int i = 0; i < 2 * pairs; i++) assertThat(expect(done)).isEqualTo("timed out");

        assertThat(pids).allMatch(Processes::isAlive);
    }

    private static Pid caller(Name<Object> own, Name<Object> other, Subject<String> done) {
        return Actors.<Object>handling(
                        message -> {
                            if (message.equals("go")) {
                                try {
                                    other.subject()
                                            .call(
                                                    Duration.ofMillis(100),
                                                    (Subject<String> to) -> "question");
                                } catch (CallException.TimedOut e) {
                                    done.send("timed out");
                                } catch (CallException e) {
                                    done.send(e.toString());
                                }
                            }
                        })
                .named(own)
                .start()
                .pid();
    }

    @Test
    @Rule("C-09")
    void messagesDuringACallAreNeitherLostNorReordered() {
        Subject<Integer> own = Subject.create();
        Started<Subject<Ask>> callee = callee();
        Pid noise =
                Processes.spawnUnlinked(
                        () -> {
                            for (int i = 0; i < 20_000; i++) own.send(i);
                        });
        Monitor monitor = Processes.monitor(noise);

        for (int i = 0; i < 200; i++) {
            int value = i;
            int reply = callee.data().call(SOON, (Subject<Integer> to) -> new Ask.Now(value, to));
            assertThat(reply).isEqualTo(i);
        }

        expectDown(monitor);
        for (int i = 0; i < 20_000; i++) assertThat(own.receive(Duration.ZERO)).contains(i);
        Processes.kill(callee.pid());
    }

    @Test
    @Rule("C-11")
    void theNameIsResolvedOncePerCall() {
        Name<Ask> name = Name.create("moved");
        Started<Subject<Ask>> first =
                Actor.startingWith(() -> 0).onMessage(this::onMessage).named(name).start();
        Processes.unlink(first.pid());
        Pid mover =
                Processes.spawn(
                        () -> {
                            dev.otp4j.testkit.Expect.eventually(
                                    "request handled", () -> handled.get() == 1);
                            Processes.unregister(name);
                            Processes.register(
                                    Processes.spawnUnlinked(() -> Processes.sleep(SOON)), name);
                            Processes.exit(first.pid(), ExitReason.abnormal("old holder"));
                        });

        assertThatExceptionOfType(CallException.CalleeDown.class)
                .isThrownBy(() -> name.subject().callForever(Ask.Never::new))
                .satisfies(
                        e -> assertThat(e.reason()).isEqualTo(ExitReason.abnormal("old holder")));

        expectDown(mover);
        Processes.kill(name.pid().orElseThrow());
    }

    @Test
    @Rule("C-13")
    void aThreadThatIsNoProcessMayCall() {
        Started<Subject<Ask>> callee = callee();
        Started<Subject<Ask>> dead = callee();
        Processes.kill(dead.pid());

        outside(
                () -> {
                    int reply =
                            callee.data().call(SOON, (Subject<Integer> to) -> new Ask.Now(5, to));
                    Duration moment = Duration.ofMillis(10);
                    Function<Subject<Integer>, Ask> end = to -> new Ask.End(ExitReason.NORMAL, to);
                    assertThat(reply).isEqualTo(5);
                    assertThatExceptionOfType(CallException.TimedOut.class)
                            .isThrownBy(() -> callee.data().call(moment, Ask.Never::new));
                    assertThatExceptionOfType(CallException.CalleeDown.class)
                            .isThrownBy(() -> dead.data().callForever(Ask.Never::new));
                    assertThatExceptionOfType(CallException.CalleeDown.class)
                            .isThrownBy(() -> callee.data().callForever(end));
                });
    }

    @Test
    void anInterruptEndsACallOfAProcessAndIsKept() {
        Started<Subject<Ask>> callee = callee();
        Subject<Thread> threads = Subject.create();
        Subject<Boolean> kept = Subject.create();
        Processes.spawn(
                () -> {
                    threads.send(Thread.currentThread());
                    try {
                        callee.data().callForever(Ask.Never::new);
                    } catch (CallException.Interrupted e) {
                        kept.send(Thread.interrupted());
                    }
                });
        Thread caller = expect(threads);
        eventually("it waits", () -> watchersOf(callee.pid()) == 1);

        caller.interrupt();

        assertThat(expect(kept)).isTrue();
        assertThat(watchersOf(callee.pid())).isZero();
        Processes.kill(callee.pid());
    }

    @Test
    @Rule("C-13")
    void anInterruptEndsACallFromOutsideAndIsKept() {
        Started<Subject<Ask>> callee = callee();

        boolean kept =
                outside(
                        () -> {
                            Thread.currentThread().interrupt();
                            assertThatExceptionOfType(CallException.Interrupted.class)
                                    .isThrownBy(() -> callee.data().callForever(Ask.Never::new));
                            return Thread.currentThread().isInterrupted();
                        });

        assertThat(kept).isTrue();
        assertThat(watchersOf(callee.pid())).isZero();
        Processes.kill(callee.pid());
    }

    @Test
    @Tag("race")
    @Timeout(60)
    @Rule({"C-02", "C-03", "C-06"})
    void aReplyAtTheTimeLimitIsTakenOrDroppedWhole() {
        Started<Subject<Ask>> callee = callee();
        for (int i = 0; i < 1_000; i++) {
            int value = i;
            try {
                int reply =
                        callee.data()
                                .call(
                                        Duration.ofNanos(1_000L * (i % 50)),
                                        (Subject<Integer> to) -> new Ask.Now(value, to));
                assertThat(reply).isEqualTo(value);
            } catch (CallException.TimedOut timedOut) {
                // as good
            }
        }
        int barrier = callee.data().call(SOON, (Subject<Integer> to) -> new Ask.Now(-1, to));
        assertThat(barrier).isEqualTo(-1);
        assertThat(handled).hasValue(1_001);
        assertThat(depth()).isZero();
        assertThat(watchersOf(callee.pid())).isZero();
        Processes.kill(callee.pid());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.child;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.quiet;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The successor of a killed child waits for the code of the child to return. */
@Timeout(30)
class AwaitThreadTests extends SupervisorTestCase {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofMillis(50);

    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void release() {
        end.countDown();
    }

    /** An actor that a message keeps busy, in a way that no interrupt ends. */
    private Started<Subject<Integer>> start(String id) {
        Subject<Announcing.Event> probe = probe();
        return Actor.<Integer, Integer, Subject<Integer>>withInitializer(
                        SOON,
                        init -> {
                            probe.send(
                                    new Announcing.Event(
                                            id, "start", Processes.self(), Subject.create()));
                            return init.state(0);
                        })
                .onMessage(
                        (Integer state, Integer message) -> {
                            if (message == 0) return Next.stop(BROKEN);
                            busy.countDown();
                            stubbornly(end);
                            return Next.continueWith(state);
                        })
                .start();
    }

    private ChildSpecification<?> stuck(String id, Duration limit, Subject<Integer>[] at) {
        return ChildSpecification.worker(
                        id,
                        () -> {
                            Started<Subject<Integer>> started = start(id);
                            at[0] = started.data();
                            return started;
                        })
                .awaitThreadOnKill(limit);
    }

    @SuppressWarnings("unchecked") // there are no arrays of a generic type
    private static Subject<Integer>[] address() {
        return new Subject[1];
    }

    private void keepBusy(Subject<Integer>[] at) {
        Objects.requireNonNull(at[0]).send(1);
        await(busy);
    }

    @Test
    @Rule({"BO-15", "K-07"})
    void theSuccessorStartsWhenTheCodeHasReturned() {
        var at = address();
        StaticSupervisor tree =
                tolerant(Strategy.ONE_FOR_ONE)
                        .add(stuck("a", NEVER, at))
                        .add(child(probe(), "b"))
                        .start()
                        .data();
        Pid victim = expectStart("a").pid();
        Announcing.Event b = expectStart("b");
        keepBusy(at);
        Monitor monitor = Processes.monitor(victim);

        try (var log = new LogLines("dev.otp4j.supervisor")) {
            Processes.kill(victim);

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
            eventually("waits", () -> info(tree, "a").pendingRestart() != null);
            assertThat(info(tree, "a").state()).isEqualTo(ChildInfo.State.RESTARTING);
            b.child().send(BROKEN); // the supervisor serves others meanwhile
            expectStart("b");
            assertThat(tree.tryRestartChild("a")).isEqualTo(new RestartChildResult.Restarting());
            assertThat(probe().receive(Duration.ZERO)).isEmpty();
            assertThat(log.matching("restart once its code has returned, after PT1H at the latest"))
                    .hasSize(1);
        }

        end.countDown();

        expectStart("a");
        eventually("runs", () -> info(tree, "a").pid() != null);
        assertThat(info(tree, "a").restarts()).isEqualTo(1);
    }

    @Test
    @Rule("BO-15")
    void theSuccessorStartsAtTheLimitIfTheCodeDoesNotReturn() {
        var at = address();
        tolerant(Strategy.ONE_FOR_ONE).add(stuck("a", MOMENT, at)).start();
        Pid victim = expectStart("a").pid();
        keepBusy(at);
        long killed = System.nanoTime();

        Processes.kill(victim);

        expectStart("a");
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isGreaterThanOrEqualTo(MOMENT);
        assertThat(ProcessRuntime.current().zombieCount()).isEqualTo(1);
    }

    @Test
    @Rule("BO-15")
    void withoutTheSettingTheSuccessorStartsBesideTheZombie() {
        var at = address();
        tolerant(Strategy.ONE_FOR_ONE).add(stuck("a", Duration.ZERO, at)).start();
        Pid victim = expectStart("a").pid();
        keepBusy(at);

        Processes.kill(victim);

        expectStart("a");
        assertThat(ProcessRuntime.current().zombieCount()).isEqualTo(1);
    }

    @Test
    @Rule("BO-16")
    void aChildThatEndedByItselfOrWasIdleIsNotWaitedFor() {
        var at = address();
        StaticSupervisor tree =
                tolerant(Strategy.ONE_FOR_ONE).add(stuck("a", NEVER, at)).start().data();
        try (var log = new LogLines("dev.otp4j.supervisor")) {
            expectStart("a");
            Objects.requireNonNull(at[0]).send(0);
            Pid idle = expectStart("a").pid();
            eventually("runs", () -> Objects.equals(pidOf(tree, "a"), idle));
            quiet(idle);

            Processes.kill(idle);

            expectStart("a");
            assertThat(log.matching("decision=\"restart, ")).hasSize(2);
        }
    }

    @Test
    @Rule("BO-16")
    void inAGroupTheCodeOfASiblingThatHadToBeKilledIsWaitedFor() {
        var at = address();
        StaticSupervisor tree =
                tolerant(Strategy.ONE_FOR_ALL)
                        .add(child(probe(), "a"))
                        .add(stuck("b", NEVER, at).shutdown(new Shutdown.BrutalKill()))
                        .start()
                        .data();
        Announcing.Event a = expectStart("a");
        expectStart("b");
        keepBusy(at);

        a.child().send(BROKEN);

        eventually("waits", () -> info(tree, "a").pendingRestart() != null);
        assertThat(info(tree, "b").state()).isEqualTo(ChildInfo.State.STOPPED);
        assertThat(probe().receive(Duration.ZERO)).isEmpty();
        end.countDown();
        expectStart("a");
        expectStart("b");
    }

    @Test
    @Rule({"BO-15", "BO-08"})
    void theSupervisorCanBeStoppedMeanwhile() {
        Processes.trapExits(true);
        var at = address();
        StaticSupervisor tree =
                tolerant(Strategy.ONE_FOR_ONE).add(stuck("a", NEVER, at)).start().data();
        Pid victim = expectStart("a").pid();
        keepBusy(at);
        Processes.kill(victim);
        eventually("waits", () -> info(tree, "a").pendingRestart() != null);
        Monitor monitor = Processes.monitor(tree.pid());

        Processes.exit(tree.pid(), ExitReason.SHUTDOWN);

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
        end.countDown();
        eventually("returned", () -> ProcessRuntime.current().zombieCount() == 0);
        assertThat(probe().receive(Duration.ZERO)).isEmpty();
    }

    @Test
    @Rule("BO-15")
    void itWaitsForTheDelayOfABackoffToo() {
        var at = address();
        StaticSupervisor tree =
                patient(Strategy.ONE_FOR_ONE)
                        .add(stuck("a", NEVER, at).backoff(Backoff.fixed(MOMENT).jitter(0)))
                        .start()
                        .data();
        Pid victim = expectStart("a").pid();
        keepBusy(at);
        long killed = System.nanoTime();
        Processes.kill(victim);
        end.countDown();

        expectStart("a");
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isGreaterThanOrEqualTo(MOMENT);
        eventually("runs", () -> info(tree, "a").pendingRestart() == null);
    }

    @Test
    @Rule({"BO-15", "BO-13"})
    void theChildrenOfAFactoryWaitToo() {
        var data = new AtomicInteger();
        FactorySupervisor<String, Subject<Integer>> factory =
                FactorySupervisor.workerChild(
                                (String id) -> {
                                    data.incrementAndGet();
                                    return start(id);
                                })
                        .awaitThreadOnKill(NEVER)
                        .start()
                        .data();
        Started<Subject<Integer>> started = factory.startChild("a");
        expectStart("a");
        started.data().send(1);
        await(busy);

        Processes.kill(started.pid());

        eventually("waits", () -> factory.children().getFirst().pendingRestart() != null);
        assertThat(data).hasValue(1);
        end.countDown();
        assertThat(expect(probe())).hasToString("start a");
    }

    @Test
    void refusesANegativeLimit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> child(probe(), "a").awaitThreadOnKill(Duration.ofSeconds(-1)))
                .withMessage("'limit' must not be negative: PT-1S");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a review found wrong in systems, supervisors and holding names. */
@Timeout(20)
class OtpSystemRegressionTests {

    private static ActorBuilder<Integer, Integer, Subject<Integer>> idle() {
        return Actors.<Integer>idle();
    }

    @Test
    void aTreeThatDoesNotStopInTimeIsKilledToTheLastProcess() throws Exception {
        var release = new CountDownLatch(1);
        var slow = new AtomicReference<Pid>();
        Name<Integer> name = Name.create("slow");
        ActorBuilder<Integer, Integer, Subject<Integer>> stubborn =
                idle().named(name)
                        .interruptOnKill(false)
                        .onTerminate((state, reason) -> release.await());
        OtpSystem system =
                Trees.system(
                                "s",
                                Trees.of(
                                                ChildSpecification.worker(
                                                        "slow",
                                                        () -> {
                                                            var started = stubborn.start();
                                                            slow.set(started.pid());
                                                            return started;
                                                        }))
                                        .supervised("sub"))
                        .build();
        system.start();

        boolean inTime = system.stop(Duration.ofMillis(100));

        assertThat(inTime).isFalse();
        assertThat(Processes.isAlive(slow.get())).isFalse();
        assertThat(name.pid()).isNull();
        system.start();
        assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        release.countDown();
        assertThat(system.stop(Duration.ofSeconds(5))).isTrue();
    }

    /** A factory forgot a child that it was asked to stop before that had ended. */
    @Test
    void aChildThatItsFactoryIsStoppingIsKilledWithTheTree() throws Exception {
        var release = new CountDownLatch(1);
        var stopping = new CountDownLatch(1);
        Name<FactorySupervisor.Message<Integer, Subject<Integer>>> name = Name.create("factory");
        ActorBuilder<Integer, Integer, Subject<Integer>> stubborn =
                idle().interruptOnKill(false)
                        .onTerminate(
                                (state, reason) -> {
                                    stopping.countDown();
                                    release.await();
                                });
        OtpSystem system =
                Trees.system(
                                "s",
                                FactorySupervisor.<Integer, Subject<Integer>>workerChild(
                                                (Integer i) -> stubborn.start())
                                        .shutdown(new Shutdown.Infinity())
                                        .named(name)
                                        .supervised("factory"))
                        .build();
        system.start();
        FactorySupervisor<Integer, Subject<Integer>> factory = FactorySupervisor.byName(name);
        Pid child = factory.startChild(1).pid();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                factory.terminateChild(child);
                            } catch (CallException e) {
                                // the factory is killed
                            }
                        });
        assertThat(stopping.await(5, TimeUnit.SECONDS)).isTrue();

        assertThat(system.stop(Duration.ofMillis(100))).isFalse();

        assertThat(Processes.isAlive(child)).isFalse();
        release.countDown();
    }

    @Test
    void aSystemCanBeStartedAndStoppedFromInsideAProcess() throws Exception {
        OtpSystem system = Trees.system("s", ChildSpecification.worker("a", idle()::start)).build();
        Processes.run(
                () -> {
                    system.start();
                    return true;
                });

        assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        Pid a = system.find("/a", 0, 1).orElseThrow().pid();
        assertThat(a.node()).isEqualTo(system.runtime().node());

        boolean inTime = Processes.run(() -> system.stop(Duration.ofSeconds(5)));

        assertThat(inTime).isTrue();
        assertThat(system.whenTerminated().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void whoWaitsForTheEndDoesNotHoldUpTheStop() {
        OtpSystem system = Trees.system("s", ChildSpecification.worker("a", idle()::start)).build();
        system.start();
        var stopped = new CountDownLatch(1);
        system.whenTerminated().thenRun(() -> awaitQuietly(stopped));

        assertThat(system.stop(Duration.ofSeconds(10))).isTrue();
        stopped.countDown();
    }

    /**
     * The children of a killed supervisor still held their names when their successors were
     * started.
     */
    @Test
    void aKilledSupervisorComesBackThoughItsNamedChildrenEndSlowly() throws Exception {
        Name<Integer> name = Name.<Integer>create("slow").holdingWhileVacant(10);
        var starts = new AtomicInteger();
        var stopping = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        ActorBuilder<Integer, Integer, Subject<Integer>> slow =
                Actors.<Integer>idle(starts::incrementAndGet)
                        .named(name)
                        .initTimeout(Duration.ofSeconds(10))
                        .onTerminate(
                                (state, reason) -> {
                                    stopping.countDown();
                                    release.await();
                                });
        OtpSystem system =
                OtpSystem.builder("s")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(1, Duration.ofSeconds(5))
                                                .add(
                                                        Trees.of(
                                                                        ChildSpecification.worker(
                                                                                "slow",
                                                                                slow::start))
                                                                .supervised("sub")))
                        .build();
        system.start();
        Pid first = name.pid();

        Processes.kill(system.find("/sub", 0, 1).orElseThrow().pid());
        assertThat(stopping.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(Processes.isAlive(first)).isTrue();
        release.countDown();

        dev.otp4j.testkit.Expect.eventually("the successor runs", () -> starts.get() == 2);
        dev.otp4j.testkit.Expect.eventually(
                "the successor has the name",
                () -> name.pid() != null && !first.equals(name.pid()));
        dev.otp4j.testkit.Expect.eventually("one restart is enough", () -> system.restarts() == 1);
        assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        system.stop(Duration.ofSeconds(5));
    }

    /** The holder of the name may end at any moment while its successor looks who that is. */
    @Test
    @Tag("race")
    @Timeout(60)
    void aKilledSupervisorCostsOneRestartWheneverItsNamedChildEnds() {
        Name<Integer> name = Name.<Integer>create("quick").holdingWhileVacant(10);
        ActorBuilder<Integer, Integer, Subject<Integer>> quick =
                Actors.<Integer>idle().named(name).onTerminate((state, reason) -> linger());
        OtpSystem system =
                OtpSystem.builder("s")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(100_000, Duration.ofSeconds(60))
                                                .add(
                                                        Trees.of(
                                                                        ChildSpecification.worker(
                                                                                "quick",
                                                                                quick::start))
                                                                .supervised("sub")))
                        .build();
        system.start();
        for (int round = 1; round <= ROUNDS; round++) {
            Pid before = name.pid();
            Processes.kill(system.find("/sub", 0, 1).orElseThrow().pid());
            int expected = round;
            dev.otp4j.testkit.Expect.eventually(
                    "another one has the name",
                    () ->
                            system.restarts() >= expected
                                    && name.pid() != null
                                    && !name.pid().equals(before));
            assertThat(system.restarts()).isEqualTo(round);
        }
        system.stop(Duration.ofSeconds(5));
    }

    private static final int ROUNDS = 2_000;

    private static void linger() {
        for (int i = ThreadLocalRandom.current().nextInt(20_000); i > 0; i--) Thread.onSpinWait();
    }

    @Test
    void anEndlessStopLimitIsALimitToo() {
        OtpSystem system = Trees.system("s", ChildSpecification.worker("a", idle()::start)).build();
        system.start();

        assertThat(system.stop(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
        assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
    }

    @Test
    void heldMessagesOutliveAnInitialiserThatFails() throws Exception {
        Name<Integer> name = Name.<Integer>create("h").holdingWhileVacant(1_000);
        var attempts = new AtomicInteger();
        Queue<Integer> got = new ConcurrentLinkedQueue<>();
        var last = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) name.subject().send(i);
        ActorBuilder<Integer, Integer, Subject<Integer>> flaky =
                Actor.startingWith(
                                () -> {
                                    if (attempts.incrementAndGet() < 3)
                                        throw new IllegalStateException("db down");
                                    return 0;
                                })
                        .onMessage(
                                (Integer s, Integer m) -> {
                                    got.add(m);
                                    if (m == 99) last.countDown();
                                    return Next.continueWith(s);
                                });
        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "h",
                        () -> attempts.get() == 0 ? idleOnce(attempts) : flaky.named(name).start());
        var tree =
                Processes.outside(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(5, Duration.ofSeconds(5))
                                        .add(child)
                                        .start());
        Processes.kill(tree.data().children().getFirst().pid());

        assertThat(last.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(attempts.get()).isEqualTo(3);
        assertThat(List.copyOf(got)).isSorted().hasSize(100);
        Processes.kill(tree.pid());
    }

    private static dev.otp4j.actor.Started<Subject<Integer>> idleOnce(AtomicInteger attempts) {
        attempts.incrementAndGet();
        return idle().start();
    }

    @Test
    void aChildWhoseStarterTimedOutHasItsOwnTimeLimitStill() throws Exception {
        var inInit = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var child = new AtomicReference<Pid>();
        OtpSystem system =
                OtpSystem.builder("s")
                        .startTimeout(Duration.ofMillis(200))
                        .root(
                                () ->
                                        Trees.of(
                                                ChildSpecification.worker(
                                                        "slow",
                                                        Actor.startingWith(
                                                                                () -> {
                                                                                    child.set(
                                                                                            Processes
                                                                                                    .self());
                                                                                    inInit
                                                                                            .countDown();
                                                                                    awaitQuietly(
                                                                                            release);
                                                                                    return 0;
                                                                                })
                                                                        .onMessage(
                                                                                (Integer s,
                                                                                        Integer
                                                                                                m) ->
                                                                                        Next
                                                                                                .continueWith(
                                                                                                        s))
                                                                        .trapExits(true)
                                                                        .interruptOnKill(false)
                                                                        .initTimeout(
                                                                                Duration.ofSeconds(
                                                                                        1))
                                                                ::start)))
                        .build();

        assertThatThrownBy(system::start).isInstanceOf(OtpStartException.class);

        assertThat(inInit.await(5, TimeUnit.SECONDS)).isTrue();
        var ended = system.runtime().whenEnded(child.get()).toCompletableFuture();
        assertThat(ended.get(5, TimeUnit.SECONDS)).isEqualTo(ExitReason.KILLED);
        release.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aProcessThatWaitsForAReplyEndsAtItsKillEvenWithoutInterrupt() throws Exception {
        Subject<Subject<Integer>> silent = Actors.<Subject<Integer>>idle().start().data();
        Subject<Integer> caller =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer s, Integer m) ->
                                        Next.continueWith(silent.<Integer>callForever(r -> r)))
                        .interruptOnKill(false)
                        .start()
                        .data();
        caller.send(1);
        ProcessRuntime runtime = ProcessRuntime.defaultRuntime();
        int before = runtime.zombieCount();

        Processes.kill(caller.owner());

        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (runtime.zombieCount() > before && System.nanoTime() < deadline) Thread.onSpinWait();
        assertThat(runtime.zombieCount()).isLessThanOrEqualTo(before);
        Processes.kill(silent.owner());
    }

    @Test
    void callsHeldForATreeThatGaveUpFail() {
        Name<Subject<Integer>> name = Name.<Subject<Integer>>create("gone").holdingWhileVacant(10);
        OtpSystem system =
                OtpSystem.builder("s")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(0, Duration.ofSeconds(5))
                                                .add(
                                                        ChildSpecification.worker(
                                                                "a",
                                                                Actor.startingWith(() -> 0)
                                                                                .onMessage(
                                                                                        (Integer s,
                                                                                                Subject<
                                                                                                                Integer>
                                                                                                        m) ->
                                                                                                Next
                                                                                                        .continueWith(
                                                                                                                s))
                                                                                .named(name)
                                                                        ::start)))
                        .build();
        system.start();
        Processes.kill(name.subject().owner());

        assertThatThrownBy(() -> name.subject().<Integer>callForever(r -> r))
                .isInstanceOf(CallException.NotRegistered.class)
                .hasMessageContaining("'s' has given up");
    }
}

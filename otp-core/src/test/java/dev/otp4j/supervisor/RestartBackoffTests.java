/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.child;
import static dev.otp4j.testkit.Announcing.stoppable;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.TreeNode;
import dev.otp4j.application.TreeReading;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Simulation;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Delayed restarts of a static supervisor, one for one. */
class RestartBackoffTests extends SupervisorTestCase {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Backoff BACKOFF =
            Backoff.exponential(FIRST, Duration.ofSeconds(8)).jitter(0);
    private static final Duration TICK = Duration.ofMillis(1);

    private StaticSupervisor tree(ChildSpecification<?>... children) {
        return patient(Strategy.ONE_FOR_ONE).addAll(List.of(children)).start().data();
    }

    private ChildSpecification<?> delayed(String id) {
        return child(probe(), id).backoff(BACKOFF);
    }

    /** How long it takes until the child has been started again after a crash. */
    private Duration untilRestart(Announcing.Event running, List<Announcing.Event> next) {
        return VirtualTime.of(
                () -> {
                    running.child().send(BROKEN);
                    next.add(expectStartWithin(running.id()));
                });
    }

    /** In virtual time: no time limit in between. */
    private Announcing.Event expectStartWithin(String id) {
        Announcing.Event event = probe().receiveForever();
        assertThat(event).hasToString("start " + id);
        return event;
    }

    @Test
    @Rule({"BO-01", "BO-04"})
    void eachRestartInARowComesAfterALongerDelay() {
        simulated(
                () -> {
                    tree(delayed("a"));
                    var started = new ArrayList<>(List.of(expectStart("a")));
                    var delays = new ArrayList<Duration>();
                    for (int i = 0; i < 6; i++) {
                        delays.add(untilRestart(started.getLast(), started));
                    }

                    assertThat(delays)
                            .extracting(Duration::toSeconds)
                            .containsExactly(1L, 2L, 4L, 8L, 8L, 8L);
                    assertThat(delays).allMatch(delay -> delay.toMillisPart() == 0);
                });
    }

    @Test
    @Rule("BO-02")
    void theDelaysBeginAgainWhenTheChildHasRunForLongEnough() {
        simulated(
                () -> {
                    tree(delayed("a"));
                    var started = new ArrayList<>(List.of(expectStart("a")));
                    untilRestart(started.getLast(), started);
                    untilRestart(started.getLast(), started);

                    Processes.sleep(BACKOFF.resetAfter().minus(TICK));
                    assertThat(untilRestart(started.getLast(), started))
                            .isEqualTo(FIRST.multipliedBy(4));
                    Processes.sleep(BACKOFF.resetAfter());
                    assertThat(untilRestart(started.getLast(), started)).isEqualTo(FIRST);
                });
    }

    @Test
    @Rule("BO-01")
    void jitterIsTheSameEachTimeInASimulationAndDiffersBetweenChildren() {
        List<Duration> once = jittered();

        assertThat(once).isEqualTo(jittered());
        assertThat(once)
                .doesNotHaveDuplicates()
                .allMatch(delay -> delay.compareTo(FIRST) <= 0)
                .allMatch(delay -> delay.compareTo(FIRST.dividedBy(2)) >= 0);
    }

    private List<Duration> jittered() {
        var delays = new ArrayList<Duration>();
        simulated(
                () -> {
                    Backoff half = BACKOFF.jitter(0.5);
                    StaticSupervisor tree =
                            tree(
                                    child(probe(), "a").backoff(half),
                                    child(probe(), "b").backoff(half),
                                    child(probe(), "c").backoff(half));
                    for (ChildInfo each : tree.children()) {
                        expectStart(each.id());
                        Processes.kill(pidOf(tree, each.id()));
                    }
                    Processes.sleep(TICK);
                    for (String id : List.of("a", "b", "c")) {
                        delays.add(Objects.requireNonNull(info(tree, id).pendingRestart()).dueIn());
                    }
                });
        return delays;
    }

    @Test
    @Rule({"BO-04", "BO-14"})
    void isShownWhileItWaitsAndStartedWhenItIsDue() {
        simulated(
                () -> {
                    StaticSupervisor tree = tree(delayed("a"), child(probe(), "b"));
                    Announcing.Event a = expectStart("a");
                    Pid b = expectStart("b").pid();
                    a.child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(4));

                    ChildInfo waiting = info(tree, "a");
                    assertThat(waiting.state()).isEqualTo(ChildInfo.State.RESTARTING);
                    assertThat(waiting.pid()).isNull();
                    assertThat(waiting.pendingRestart())
                            .isEqualTo(new PendingRestart(1, Duration.ofMillis(750)));
                    TreeNode node = TreeReading.read(tree.pid(), 10, 1).children().getFirst();
                    assertThat(node.state()).isEqualTo(TreeNode.State.RESTARTING);
                    assertThat(node.pendingRestart()).isEqualTo(waiting.pendingRestart());
                    assertThat(info(tree, "b").pendingRestart()).isNull();

                    Processes.sleep(FIRST.multipliedBy(3).dividedBy(4).minus(TICK));
                    assertThat(probe().receive(Duration.ZERO)).isEmpty();
                    Processes.sleep(TICK);
                    expectStart("a");
                    Processes.sleep(TICK);
                    assertThat(pidOf(tree, "b")).isEqualTo(b);
                    assertThat(info(tree, "a").restarts()).isEqualTo(1);
                    assertThat(info(tree, "a").pendingRestart()).isNull();
                });
    }

    @Test
    @Rule("BO-04")
    void theSupervisorServesRequestsAndOtherFailuresMeanwhile() {
        simulated(
                () -> {
                    StaticSupervisor tree = tree(delayed("a"), child(probe(), "b"), delayed("c"));
                    Announcing.Event a = expectStart("a");
                    Announcing.Event b = expectStart("b");
                    Announcing.Event c = expectStart("c");
                    a.child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(2));

                    Duration served =
                            VirtualTime.of(
                                    () -> {
                                        tree.startChild(child(probe(), "d"));
                                        expectStart("d");
                                        b.child().send(BROKEN);
                                        expectStart("b");
                                        tree.terminateChild("d");
                                        tree.deleteChild("d");
                                    });
                    assertThat(served).isZero();
                    c.child().send(BROKEN);
                    assertThat(VirtualTime.of(() -> expectStartWithin("a")))
                            .isEqualTo(FIRST.dividedBy(2));
                    assertThat(VirtualTime.of(() -> expectStartWithin("c")))
                            .isEqualTo(FIRST.dividedBy(2));
                });
    }

    @Test
    @Rule("BO-05")
    void aFailureCountsWhenItHappensAndOneTooManyEndsAllAtOnce() {
        simulated(
                () -> {
                    Processes.trapExits(true);
                    StaticSupervisor tree =
                            StaticSupervisor.oneForOne()
                                    .restartTolerance(2, Duration.ofHours(1))
                                    .add(stoppable(probe(), "first"))
                                    .add(delayed("a"))
                                    .add(delayed("b"))
                                    .add(delayed("c"))
                                    .start()
                                    .data();
                    Monitor monitor = Processes.monitor(tree.pid());
                    expectStart("first");
                    for (String id : List.of("a", "b", "c")) expectStart(id);
                    Processes.kill(pidOf(tree, "a"));
                    Processes.kill(pidOf(tree, "b"));
                    Processes.sleep(TICK);
                    assertThat(tree.info().toleranceUsed()).isEqualTo(2);

                    Duration until =
                            VirtualTime.of(
                                    () -> {
                                        Processes.kill(pidOf(tree, "c"));
                                        event("stop", "first");
                                        assertThat(expectDown(monitor))
                                                .isEqualTo(ExitReason.SHUTDOWN);
                                    });
                    assertThat(until).isZero();
                    assertThat(tree.info().offender().orElseThrow().child()).endsWith("c");
                });
    }

    /** Starts once, then fails so often. */
    private ChildSpecification<?> brittle(AtomicInteger attempts, int failures) {
        return ChildSpecification.worker(
                        "brittle",
                        () -> {
                            int attempt = attempts.getAndIncrement();
                            if (attempt > 0 && attempt <= failures) {
                                throw new IllegalStateException("not yet");
                            }
                            return Announcing.actor(probe(), "brittle").start();
                        })
                .backoff(BACKOFF);
    }

    @Test
    @Rule({"BO-06", "BO-14"})
    void aRestartThatFailsIsTriedAgainAfterTheNextDelay() {
        simulated(
                () -> {
                    var attempts = new AtomicInteger();
                    try (var log = new LogLines("dev.otp4j.supervisor")) {
                        StaticSupervisor tree = tree(brittle(attempts, 2));
                        Announcing.Event first = expectStart("brittle");

                        assertThat(untilRestart(first, new ArrayList<>()))
                                .isEqualTo(FIRST.multipliedBy(1 + 2 + 4));
                        assertThat(tree.info().toleranceUsed()).isEqualTo(3);
                        assertThat(log.matching("restart in PT1S (attempt 1), 1 of")).hasSize(1);
                        assertThat(log.matching("tries again in PT2S (attempt 2), 2 of"))
                                .hasSize(1);
                        assertThat(log.matching("tries again in PT4S (attempt 3), 3 of"))
                                .hasSize(1);
                    }
                });
    }

    @Test
    @Rule({"BO-06", "BO-05"})
    void aRestartThatFailsOnceTooOftenEndsTheSupervisorAtOnce() {
        simulated(
                () -> {
                    Processes.trapExits(true);
                    var attempts = new AtomicInteger();
                    try (var log = new LogLines("dev.otp4j.supervisor")) {
                        StaticSupervisor tree =
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(3, Duration.ofHours(1))
                                        .add(brittle(attempts, 100))
                                        .start()
                                        .data();
                        Monitor monitor = Processes.monitor(tree.pid());
                        Announcing.Event first = expectStart("brittle");

                        Duration until =
                                VirtualTime.of(
                                        () -> {
                                            first.child().send(BROKEN);
                                            expectEnd(monitor);
                                        });

                        assertThat(until).isEqualTo(FIRST.multipliedBy(1 + 2 + 4));
                        assertThat(attempts).hasValue(1 + 3);
                        assertThat(log.matching("tries no more: more than 3")).hasSize(1);
                        assertThat(log.matching("context=shutdown ")).hasSize(1);
                    }
                });
    }

    private static void expectEnd(Monitor monitor) {
        assertThat(
                        Selector.<ExitReason>create()
                                .selectMonitor(monitor, down -> down.reason())
                                .receiveForever())
                .isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    @Rule("BO-07")
    void requestsForAChildThatWaits() {
        simulated(
                () -> {
                    StaticSupervisor tree = tree(delayed("a"));
                    expectStart("a").child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(2));

                    assertThat(tree.tryRestartChild("a"))
                            .isEqualTo(new RestartChildResult.Restarting());
                    assertThat(tree.tryDeleteChild("a")).isEqualTo(DeleteChildResult.RESTARTING);
                    assertThat(tree.tryStartChild(child(probe(), "a")))
                            .isEqualTo(new StartChildResult.AlreadyPresent<>());
                    assertThat(tree.countChildren()).isEqualTo(new ChildCounts(1, 0, 0, 1));

                    assertThat(tree.tryTerminateChild("a")).isEqualTo(TerminateChildResult.OK);
                    assertThat(info(tree, "a").state()).isEqualTo(ChildInfo.State.STOPPED);
                    assertThat(info(tree, "a").pendingRestart()).isNull();
                    Processes.sleep(FIRST.multipliedBy(2));
                    assertThat(probe().receive(Duration.ZERO)).isEmpty();

                    assertThat(tree.tryRestartChild("a")).isInstanceOf(RestartChildResult.Ok.class);
                    assertThat(untilRestart(expectStart("a"), new ArrayList<>()))
                            .as("begins anew after a stop on request")
                            .isEqualTo(FIRST);
                });
    }

    @Test
    @Rule("BO-07")
    void aWaitThatWasCalledOffDoesNotStartTheChildOfALaterOne() {
        simulated(
                () -> {
                    StaticSupervisor tree = tree(delayed("a"));
                    expectStart("a").child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(2));
                    tree.terminateChild("a");
                    tree.restartChild("a");
                    Announcing.Event again = expectStart("a");

                    assertThat(untilRestart(again, new ArrayList<>())).isEqualTo(FIRST);
                    Processes.sleep(FIRST.multipliedBy(4));
                    assertThat(probe().receive(Duration.ZERO)).isEmpty();
                });
    }

    @Test
    @Rule("BO-08")
    void aSupervisorIsStoppedAtOnceWhileChildrenWait() {
        simulated(
                () -> {
                    Processes.trapExits(true);
                    StaticSupervisor tree = tree(stoppable(probe(), "first"), delayed("a"));
                    expectStart("first");
                    expectStart("a").child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(2));
                    Monitor monitor = Processes.monitor(tree.pid());

                    Duration until =
                            VirtualTime.of(
                                    () -> {
                                        Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
                                        event("stop", "first");
                                        expectEnd(monitor);
                                    });
                    assertThat(until).isZero();
                    assertThat(ProcessRuntime.current().timerCount()).isZero();
                    Processes.sleep(FIRST.multipliedBy(2));
                    assertThat(probe().receive(Duration.ZERO)).isEmpty();
                });
    }

    @Test
    @Rule("BO-11")
    void aSuspendedSupervisorMakesAnOverdueRestartWhenItIsResumed() {
        simulated(
                () -> {
                    StaticSupervisor tree = tree(delayed("a"));
                    expectStart("a").child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(2));
                    Sys.suspend(tree.pid());

                    Processes.sleep(FIRST.multipliedBy(3));
                    assertThat(info(tree, "a").pendingRestart())
                            .isEqualTo(new PendingRestart(1, Duration.ZERO));
                    assertThat(probe().receive(Duration.ZERO)).isEmpty();

                    Sys.resume(tree.pid());
                    expectStart("a");
                });
    }

    @Test
    @Rule("BO-11")
    void aSupervisorSuspendedAndResumedBeforeTheTimeKeepsIt() {
        simulated(
                () -> {
                    StaticSupervisor tree = tree(delayed("a"));
                    expectStart("a").child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(4));
                    Sys.suspend(tree.pid());
                    Processes.sleep(FIRST.dividedBy(4));
                    Sys.resume(tree.pid());

                    assertThat(VirtualTime.of(() -> expectStart("a")))
                            .isEqualTo(FIRST.dividedBy(2));
                });
    }

    @Test
    @Rule("BO-17")
    void theDelaysOfASupervisorThatWasRestartedBeginAnew() {
        simulated(
                () -> {
                    tree(
                            StaticSupervisor.oneForOne()
                                    .restartTolerance(2, Duration.ofHours(1))
                                    .add(delayed("a"))
                                    .supervised("below"));
                    var started = new ArrayList<>(List.of(expectStart("a")));
                    untilRestart(started.getLast(), started);
                    untilRestart(started.getLast(), started);

                    assertThat(untilRestart(started.getLast(), started))
                            .as("it gave up, and was restarted without a delay")
                            .isZero();
                    assertThat(untilRestart(started.getLast(), started)).isEqualTo(FIRST);
                });
    }

    @Test
    @Rule("BO-04")
    void aSupervisorCanHaveABackoffToo() {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(
                                    StaticSupervisor.oneForOne()
                                            .restartTolerance(0, Duration.ofHours(1))
                                            .add(child(probe(), "a"))
                                            .supervised("below")
                                            .backoff(BACKOFF));

                    assertThat(untilRestart(expectStart("a"), new ArrayList<>())).isEqualTo(FIRST);
                    Processes.sleep(TICK);
                    assertThat(info(tree, "below").restarts()).isEqualTo(1);
                });
    }

    @Test
    @Rule({"BO-04", "BO-01"})
    void whatOtherProcessesDoDoesNotChangeTheDelays() {
        outside(() -> Simulation.check(50, this::twoDelays));
    }

    private void twoDelays() {
        begin();
        tree(delayed("a"), delayed("b"));
        Announcing.Event a = expectStart("a");
        Announcing.Event b = expectStart("b");
        a.child().send(BROKEN);
        b.child().send(BROKEN);

        Duration until =
                VirtualTime.of(
                        () ->
                                assertThat(
                                                List.of(
                                                        probe().receiveForever(),
                                                        probe().receiveForever()))
                                        .extracting(Announcing.Event::toString)
                                        .containsExactlyInAnyOrder("start a", "start b"));
        assertThat(until).isEqualTo(FIRST);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.stoppable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Processes;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delayed restarts of a child and the siblings that its supervisor restarts with it. */
class GroupBackoffTests extends SupervisorTestCase {
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** Enough for all that happens at once. */
    private static final Duration TICK = Duration.ofMillis(1);

    private static final Duration LONG = Duration.ofSeconds(10);

    private final Map<String, Announcing.Event> running = new HashMap<>();

    private ChildSpecification<?> delayed(String id, Duration delay) {
        return stoppable(probe(), id).backoff(Backoff.fixed(delay).jitter(0));
    }

    private StaticSupervisor tree(Strategy strategy, ChildSpecification<?>... children) {
        StaticSupervisor tree = patient(strategy).addAll(List.of(children)).start().data();
        for (ChildSpecification<?> child : children) started(child.id());
        return tree;
    }

    private void started(String... ids) {
        for (String id : ids) running.put(id, expectStart(id));
    }

    private void crash(String id) {
        Objects.requireNonNull(running.get(id)).child().send(BROKEN);
    }

    /** The next events, and how long it takes until all have come. */
    private Duration within(String... events) {
        return VirtualTime.of(
                () -> {
                    for (String each : events) {
                        Announcing.Event event = probe().receiveForever();
                        assertThat(event).hasToString(each);
                        if (event.what().equals("start")) running.put(event.id(), event);
                    }
                });
    }

    private void nothingHappens() {
        assertThat(probe().receive(Duration.ZERO)).isEmpty();
    }

    private static void assertStates(StaticSupervisor tree, ChildInfo.State... states) {
        assertThat(tree.children()).extracting(ChildInfo::state).containsExactly(states);
    }

    @Test
    @Rule("BO-09")
    void inOneForAllAllStopAtOnceAndStartInOrderAfterTheDelay() {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(
                                    Strategy.ONE_FOR_ALL,
                                    stoppable(probe(), "a"),
                                    delayed("b", SHORT),
                                    stoppable(probe(), "c"));
                    crash("b");

                    assertThat(within("stop b", "stop c", "stop a")).isZero();
                    Processes.sleep(TICK);
                    assertStates(
                            tree,
                            ChildInfo.State.STOPPED,
                            ChildInfo.State.RESTARTING,
                            ChildInfo.State.STOPPED);
                    nothingHappens();
                    assertThat(within("start a", "start b", "start c"))
                            .isEqualTo(SHORT.minus(TICK));
                    Processes.sleep(TICK);
                    assertThat(tree.info().toleranceUsed()).isEqualTo(1);
                    assertThat(info(tree, "b").restarts()).isEqualTo(1);
                    assertThat(info(tree, "a").restarts()).isEqualTo(1);
                });
    }

    @Test
    @Rule("BO-09")
    void inRestForOneThoseBeforeAreLeftAlone() {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(
                                    Strategy.REST_FOR_ONE,
                                    stoppable(probe(), "a"),
                                    delayed("b", SHORT),
                                    stoppable(probe(), "c"));
                    crash("b");

                    assertThat(within("stop b", "stop c")).isZero();
                    assertThat(within("start b", "start c")).isEqualTo(SHORT);
                    assertThat(info(tree, "a").restarts()).isZero();
                });
    }

    @Test
    @Rule("BO-09")
    void aSiblingWithoutABackoffThatFailsIsNotDelayed() {
        simulated(
                () -> {
                    tree(Strategy.ONE_FOR_ALL, stoppable(probe(), "a"), delayed("b", SHORT));
                    crash("a");

                    assertThat(within("stop a", "stop b", "start a", "start b")).isZero();
                });
    }

    @Test
    @Rule("BO-09")
    void aTemporarySiblingIsGone() {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(
                                    Strategy.ONE_FOR_ALL,
                                    stoppable(probe(), "a").restart(Restart.TEMPORARY),
                                    delayed("b", SHORT));
                    crash("b");

                    assertThat(within("stop b", "stop a")).isZero();
                    assertThat(within("start b")).isEqualTo(SHORT);
                    assertThat(tree.children()).extracting(ChildInfo::id).containsExactly("b");
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Rule("BO-10")
    void theDelayOfALaterFailureBeforeItReplacesTheFirst(boolean immediate) {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(
                                    Strategy.REST_FOR_ONE,
                                    immediate ? stoppable(probe(), "a") : delayed("a", SHORT),
                                    delayed("b", LONG),
                                    stoppable(probe(), "c"));
                    crash("b");
                    assertThat(within("stop b", "stop c")).isZero();
                    Processes.sleep(SHORT);
                    crash("a");

                    within("stop a");
                    assertThat(within("start a", "start b", "start c"))
                            .isEqualTo(immediate ? Duration.ZERO : SHORT);
                    assertThat(tree.info().toleranceUsed()).isEqualTo(2);
                    Processes.sleep(LONG.multipliedBy(2));
                    nothingHappens();
                });
    }

    @Test
    @Rule("BO-10")
    void aSiblingThatWasStartedOnRequestMeanwhileIsRestartedWithTheGroup() {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(
                                    Strategy.ONE_FOR_ALL,
                                    stoppable(probe(), "a"),
                                    delayed("b", SHORT));
                    crash("b");
                    within("stop b", "stop a");
                    Processes.sleep(SHORT.dividedBy(2));
                    tree.restartChild("a");
                    started("a");

                    assertThat(within("stop a", "start a", "start b"))
                            .isEqualTo(SHORT.dividedBy(2));
                });
    }

    @Test
    @Rule("BO-10")
    void aSiblingStartedOnRequestThatFailsHasItsOwnDelayForTheGroup() {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(Strategy.ONE_FOR_ALL, delayed("a", LONG), delayed("b", SHORT));
                    crash("b");
                    within("stop b", "stop a");
                    tree.restartChild("a");
                    started("a");
                    crash("a");

                    within("stop a");
                    assertThat(within("start a", "start b")).isEqualTo(LONG);
                    Processes.sleep(LONG);
                    nothingHappens();
                });
    }

    @Test
    @Rule({"BO-10", "BO-04"})
    void twoChildrenThatWaitInRestForOneStartTogetherWithTheFirst() {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(Strategy.REST_FOR_ONE, delayed("a", SHORT), delayed("b", LONG));
                    crash("a");
                    within("stop a", "stop b");
                    tree.restartChild("b");
                    started("b");
                    crash("b");
                    within("stop b");

                    assertThat(within("start a", "start b")).isEqualTo(SHORT);
                    Processes.sleep(LONG);
                    nothingHappens();
                });
    }

    @Test
    @Rule("BO-07")
    void theSiblingsOfAChildWhoseRestartIsCalledOffStayDown() {
        simulated(
                () -> {
                    StaticSupervisor tree =
                            tree(
                                    Strategy.ONE_FOR_ALL,
                                    stoppable(probe(), "a"),
                                    delayed("b", SHORT));
                    crash("b");
                    within("stop b", "stop a");

                    tree.terminateChild("b");
                    Processes.sleep(SHORT.multipliedBy(2));
                    nothingHappens();
                    assertStates(tree, ChildInfo.State.STOPPED, ChildInfo.State.STOPPED);
                    tree.restartChild("a");
                    started("a");
                });
    }

    @Test
    @Rule({"BO-06", "BO-09"})
    void aRoundThatFailsIsStoppedAtOnceAndTriedAgainAsAWhole() {
        simulated(
                () -> {
                    var broken = new AtomicBoolean();
                    ChildSpecification<?> brittle =
                            ChildSpecification.worker(
                                            "b",
                                            () -> {
                                                if (broken.getAndSet(false)) {
                                                    throw new IllegalStateException("once");
                                                }
                                                return Announcing.actor(probe(), "b").start();
                                            })
                                    .backoff(Backoff.exponential(SHORT, LONG).jitter(0));
                    tree(
                            Strategy.ONE_FOR_ALL,
                            stoppable(probe(), "a"),
                            brittle,
                            stoppable(probe(), "c"));
                    broken.set(true);
                    crash("b");
                    within("stop c", "stop a");

                    assertThat(within("start a", "stop a")).isEqualTo(SHORT);
                    assertThat(within("start a", "start b", "start c"))
                            .isEqualTo(SHORT.multipliedBy(2));
                });
    }

    @Test
    @Rule("BO-08")
    void nothingIsStartedWhenTheSupervisorStopsWhileAGroupWaits() {
        simulated(
                () -> {
                    Processes.trapExits(true);
                    StaticSupervisor tree =
                            tree(
                                    Strategy.REST_FOR_ONE,
                                    stoppable(probe(), "a"),
                                    delayed("b", SHORT));
                    crash("b");
                    within("stop b");

                    Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
                    assertThat(within("stop a")).isZero();
                    Processes.sleep(LONG);
                    nothingHappens();
                });
    }
}

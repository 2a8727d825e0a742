/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.child;
import static dev.otp4j.testkit.Announcing.stoppable;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a static supervisor restarts before it gives up. */
class RestartToleranceTests extends SupervisorTestCase {
    /** Starts once, then never again. */
    private ChildSpecification<?> brittle(AtomicInteger attempts, Duration each) {
        var first = new java.util.concurrent.atomic.AtomicBoolean(true);
        return ChildSpecification.worker(
                "brittle",
                () -> {
                    if (first.getAndSet(false)) {
                        return Announcing.actor(probe(), "brittle").start();
                    }
                    attempts.incrementAndGet();
                    if (each.isPositive()) Processes.sleep(each);
                    throw new IllegalStateException("never again");
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 5})
    @Rule({"V-20", "V-21", "V-24", "L-03", "TR-03"})
    void aChildThatCannotBeRestartedIsTriedExactlySoOften(int intensity) {
        Processes.trapExits(true);
        var attempts = new AtomicInteger();
        try (var log = new LogLines("dev.otp4j.supervisor")) {
            Pid tree =
                    StaticSupervisor.oneForOne()
                            .restartTolerance(intensity, Duration.ofHours(1))
                            .add(stoppable(probe(), "first"))
                            .add(brittle(attempts, Duration.ZERO))
                            .start()
                            .pid();
            expectStart("first");
            Announcing.Event child = expectStart("brittle");
            Monitor monitor = Processes.monitor(tree);

            child.child().send(BROKEN);

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
            assertThat(attempts).hasValue(intensity);
            event("stop", "first");
            assertThat(log.matching("context=start_error")).hasSize(intensity);
            assertThat(log.matching("context=shutdown ")).hasSize(1);
        }
    }

    @Test
    @Timeout(60)
    @Rule({"V-20", "TR-03"})
    void aStormOfFailedRestartsNeedsNoStackAndAnswersMeanwhile() {
        Processes.trapExits(true);
        var attempts = new AtomicInteger();
        Started<StaticSupervisor> tree =
                StaticSupervisor.oneForOne()
                        .restartTolerance(5_000, Duration.ofHours(1))
                        .add(brittle(attempts, Duration.ZERO))
                        .start();
        Monitor monitor = Processes.monitor(tree.pid());

        expectStart("brittle").child().send(BROKEN);
        eventually("under way", () -> attempts.get() > 10);
        assertThat(info(tree.data(), "brittle").state()).isEqualTo(ChildInfo.State.RESTARTING);

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(attempts).hasValue(5_000);
    }

    @Test
    @Rule({"V-23", "TR-09", "V-22"})
    void canBeShutDownInTheMiddleOfIt() {
        Duration each = Duration.ofMillis(50);
        simulated(
                () -> {
                    Processes.trapExits(true);
                    var attempts = new AtomicInteger();
                    Started<StaticSupervisor> tree =
                            StaticSupervisor.oneForOne()
                                    .restartTolerance(100, Duration.ofHours(1))
                                    .add(brittle(attempts, each))
                                    .start();
                    Monitor monitor = Processes.monitor(tree.pid());
                    expectStart("brittle").child().send(BROKEN);
                    Processes.sleep(each.multipliedBy(5).dividedBy(2)); // amid the third attempt
                    assertThat(attempts).hasValue(3);
                    assertThat(info(tree.data(), "brittle").pid()).isNull();

                    Processes.exit(tree.pid(), ExitReason.SHUTDOWN);

                    assertThat(VirtualTime.of(() -> assertEnded(monitor)))
                            .isLessThanOrEqualTo(each);
                    Processes.sleep(each.multipliedBy(10));
                    assertThat(attempts).hasValue(3);
                });
    }

    private static void assertEnded(Monitor monitor) {
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    @Rule({"V-24", "V-10"})
    void theRestartTooManyStopsEverythingInReverse(int intensity) {
        Processes.trapExits(true);
        Pid tree =
                StaticSupervisor.oneForOne()
                        .restartTolerance(intensity, Duration.ofHours(1))
                        .add(stoppable(probe(), "a"))
                        .add(stoppable(probe(), "b"))
                        .add(child(probe(), "c"))
                        .start()
                        .pid();
        expectStart("a");
        expectStart("b");
        Announcing.Event c = expectStart("c");
        Monitor monitor = Processes.monitor(tree);
        for (int i = 0; i < intensity; i++) {
            c.child().send(ExitReason.NORMAL);
            c = expectStart("c");
        }
        assertThat(Processes.isAlive(tree)).isTrue();

        c.child().send(BROKEN);

        event("stop", "b");
        event("stop", "a");
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(probe().receive(Duration.ZERO)).isEmpty();
    }

    @Test
    @Rule("V-25")
    void oldRestartsDoNotCount() {
        Duration window = Duration.ofMinutes(1);
        simulated(
                () -> {
                    Processes.trapExits(true);
                    Pid tree =
                            StaticSupervisor.oneForOne()
                                    .restartTolerance(1, window)
                                    .add(child(probe(), "a"))
                                    .start()
                                    .pid();
                    Announcing.Event a = expectStart("a");
                    for (int i = 0; i < 4; i++) {
                        a.child().send(BROKEN);
                        a = expectStart("a");
                        Processes.sleep(window.plusMillis(1));
                    }

                    assertThat(Processes.isAlive(tree)).isTrue();
                });
    }

    @Test
    @Rule({"V-15", "V-21"})
    void inOneForAllARoundThatFailsIsTriedAgainAsAWhole() {
        var fail = new AtomicInteger(2);
        tolerant(Strategy.ONE_FOR_ALL)
                .add(stoppable(probe(), "a"))
                .add(
                        ChildSpecification.worker(
                                "b",
                                () -> {
                                    if (fail.get() < 2 && fail.getAndDecrement() > 0) {
                                        throw new IllegalStateException("once");
                                    }
                                    return Announcing.actor(probe(), "b").start();
                                }))
                .add(child(probe(), "c"))
                .start();
        expectStart("a");
        expectStart("b");
        Pid c = expectStart("c").pid();
        fail.set(1);

        Processes.kill(c);

        event("stop", "a");
        expectStart("a");
        event("stop", "a");
        expectStart("a");
        expectStart("b");
        expectStart("c");
    }

    @Test
    @Rule({"V-24", "V-31", "V-10"})
    void aSupervisorAboveRestartsTheOneThatGaveUp() {
        tolerant(Strategy.ONE_FOR_ONE)
                .add(
                        StaticSupervisor.oneForOne()
                                .restartTolerance(0, Duration.ofHours(1))
                                .add(child(probe(), "inner"))
                                .supervised("below"))
                .start();
        Pid inner = expectStart("inner").pid();

        Processes.kill(inner);

        assertThat(expectStart("inner").pid()).isNotEqualTo(inner);
    }
}

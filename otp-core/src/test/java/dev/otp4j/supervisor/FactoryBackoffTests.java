/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Delayed restarts of the children of a factory. */
class FactoryBackoffTests extends SupervisorTestCase {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofMillis(1);

    private final AtomicInteger failures = new AtomicInteger();

    private FactorySupervisor.Builder<String, Subject<ExitReason>> builder() {
        return FactorySupervisor.<String, Subject<ExitReason>>workerChild(this::start)
                .restartTolerance(100, Duration.ofHours(1))
                .backoff(Backoff.exponential(FIRST, FIRST.multipliedBy(8)).jitter(0));
    }

    private Started<Subject<ExitReason>> start(String argument) {
        if (failures.get() > 0 && failures.getAndDecrement() > 0) {
            throw new IllegalStateException("not yet");
        }
        return Announcing.actor(probe(), argument).start();
    }

    private static ChildInfo only(FactorySupervisor<?, ?> factory) {
        return factory.children().getFirst();
    }

    private Duration untilStart(String id) {
        return VirtualTime.of(
                () -> assertThat(probe().receiveForever()).hasToString("start " + id));
    }

    @Test
    @Rule("BO-13")
    void eachChildHasDelaysOfItsOwn() {
        simulated(
                () -> {
                    var factory = builder().start().data();
                    factory.startChild("a");
                    factory.startChild("b");
                    Announcing.Event a = expectStart("a");
                    Announcing.Event b = expectStart("b");
                    a.child().send(BROKEN);
                    Announcing.Event again = probe().receiveForever();
                    again.child().send(BROKEN);
                    b.child().send(BROKEN);

                    assertThat(untilStart("b")).isEqualTo(FIRST);
                    assertThat(untilStart("a")).isEqualTo(FIRST);
                });
    }

    @Test
    @Rule({"BO-13", "BO-04", "BO-07"})
    void aChildThatWaitsIsShownCountedAndRemovedOnRequest() {
        simulated(
                () -> {
                    var factory = builder().maxChildren(1).start().data();
                    Pid pid = factory.startChild("a").pid();
                    expectStart("a").child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(4));

                    assertThat(only(factory).state()).isEqualTo(ChildInfo.State.RESTARTING);
                    assertThat(only(factory).pendingRestart())
                            .isEqualTo(new PendingRestart(1, Duration.ofMillis(750)));
                    assertThat(factory.tryStartChild("b"))
                            .isEqualTo(new StartResult.Failed<>(new StartError.MaxChildren(1, 1)));
                    assertThat(factory.tryTerminateChild(pid)).isEqualTo(TerminateChildResult.OK);
                    assertThat(factory.children()).isEmpty();
                    assertThat(ProcessRuntime.current().timerCount()).isZero();
                    Processes.sleep(FIRST.multipliedBy(2));
                    assertThat(probe().receive(Duration.ZERO)).isEmpty();
                    factory.startChild("b");
                    expectStart("b");
                });
    }

    @Test
    @Rule({"BO-13", "BO-06"})
    void aRestartThatFailsIsTriedAgainAfterTheNextDelay() {
        simulated(
                () -> {
                    var factory = builder().start().data();
                    factory.startChild("a");
                    Announcing.Event a = expectStart("a");
                    failures.set(2);

                    a.child().send(BROKEN);

                    assertThat(untilStart("a")).isEqualTo(FIRST.multipliedBy(1 + 2 + 4));
                    Processes.sleep(TICK);
                    assertThat(only(factory).restarts()).isEqualTo(1);
                    assertThat(only(factory).pendingRestart()).isNull();
                });
    }

    @Test
    @Rule({"BO-13", "BO-05", "BO-06"})
    void aRestartTooManyEndsTheFactoryAtOnce() {
        simulated(
                () -> {
                    Processes.trapExits(true);
                    var factory = builder().restartTolerance(2, Duration.ofHours(1)).start();
                    Monitor monitor = Processes.monitor(factory.pid());
                    factory.data().startChild("a");
                    Announcing.Event a = expectStart("a");
                    failures.set(100);

                    a.child().send(BROKEN);

                    Processes.sleep(FIRST.multipliedBy(1 + 2));
                    assertThat(VirtualTime.of(() -> assertEnded(monitor))).isZero();
                });
    }

    private static void assertEnded(Monitor monitor) {
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    @Rule({"BO-13", "BO-08"})
    void aFactoryIsStoppedAtOnceWhileChildrenWait() {
        simulated(
                () -> {
                    Processes.trapExits(true);
                    var factory = builder().start();
                    factory.data().startChild("a");
                    expectStart("a").child().send(BROKEN);
                    Processes.sleep(FIRST.dividedBy(2));
                    Monitor monitor = Processes.monitor(factory.pid());

                    Processes.exit(factory.pid(), ExitReason.SHUTDOWN);

                    assertThat(VirtualTime.of(() -> assertEnded(monitor))).isZero();
                    Processes.sleep(FIRST.multipliedBy(2));
                    assertThat(probe().receive(Duration.ZERO)).isEmpty();
                });
    }
}

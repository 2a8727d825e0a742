/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.OtpTest;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What tools read of a supervisor, which is not asked. */
@OtpTest
class SupervisorInfoTests {
    private static final Duration LONG = Duration.ofHours(1);

    private static Started<Subject<Integer>> idle() {
        return Actor.startingWith(() -> 0)
                .onMessage((Integer state, Integer message) -> Next.continueWith(state))
                .start();
    }

    private static StaticSupervisor.Builder tree() {
        return StaticSupervisor.of(Strategy.REST_FOR_ONE)
                .restartTolerance(3, LONG)
                .add(ChildSpecification.worker("a", SupervisorInfoTests::idle))
                .add(
                        ChildSpecification.worker("b", SupervisorInfoTests::idle)
                                .restart(Restart.TEMPORARY));
    }

    private static SupervisorInfo info(Pid pid) {
        return SupervisorInfo.of(pid).orElseThrow();
    }

    @Test
    void anActorIsNoSupervisor() {
        assertThat(SupervisorInfo.of(idle().pid())).isEmpty();
    }

    @Test
    void aStaticSupervisorShowsItsStrategyAndItsChildrenInStartOrder() {
        SupervisorInfo info = info(tree().start().pid());

        assertThat(info.strategy()).hasValue(Strategy.REST_FOR_ONE);
        assertThat(info.isFactory()).isFalse();
        assertThat(info.tolerance()).isEqualTo(new Tolerance(3, LONG));
        assertThat(info.childCount()).isEqualTo(2);
        assertThat(info.children()).extracting(ChildInfo::id).containsExactly("a", "b");
        assertThat(info.children()).extracting(ChildInfo::number).containsOnly(0L);
        assertThat(info.child("b")).map(ChildInfo::restart).hasValue(Restart.TEMPORARY);
        assertThat(info.child("c")).isEmpty();
        assertThat(info.offender()).isEmpty();
    }

    @Test
    void aFactoryShowsItsChildrenByNumber() {
        var started = FactorySupervisor.workerChild((String name) -> idle()).start();
        started.data().startChild("x");
        Pid second = started.data().startChild("y").pid();

        SupervisorInfo info = info(started.pid());

        assertThat(info.strategy()).isEmpty();
        assertThat(info.isFactory()).isTrue();
        assertThat(info.children()).extracting(ChildInfo::number).containsExactlyInAnyOrder(1L, 2L);
        assertThat(info.child("2")).map(ChildInfo::pid).hasValue(second);
    }

    @Test
    void aChildOfItIsLiveAndOneOfTheHandleIsASnapshot() {
        Started<StaticSupervisor> tree = tree().start();
        ChildInfo live = tree.data().info().child("a").orElseThrow();
        ChildInfo before = tree.data().children().getFirst();

        Processes.kill(Objects.requireNonNull(before.pid()));
        Expect.eventually("restarted", () -> live.restarts() == 1);

        assertThat(before.restarts()).isZero();
        assertThat(before.pid()).isNotEqualTo(live.pid());
        assertThat(tree.data().info().toleranceUsed()).isEqualTo(1);
        assertThat(live).hasToString(tree.data().children().getFirst().toString());
    }

    @Test
    void aSuspendedSupervisorIsReadAllTheSame() {
        Pid pid = tree().start().pid();
        Sys.suspend(pid);

        assertThat(info(pid).childCount()).isEqualTo(2);

        Sys.resume(pid);
    }

    @Test
    void aHandleShowsWhyItsSupervisorGaveUpAfterTheEnd() {
        Started<StaticSupervisor> tree = tree().restartTolerance(0, LONG).start();
        Processes.unlink(tree.pid());
        Monitor monitor = Processes.monitor(tree.pid());
        ChildInfo child = tree.data().info().child("a").orElseThrow();

        Processes.exit(Objects.requireNonNull(child.pid()), ExitReason.abnormal("broken"));
        Expect.expectDown(monitor);

        assertThat(tree.data().info().offender())
                .map(Offender::failure)
                .map(ChildFailure::reason)
                .hasValue(ExitReason.abnormal("broken"));
    }

    @Test
    void theDefinitionIsKnownFromTheFirstChildOn() {
        var seen = new AtomicReference<String>();
        ChildSpecification<?> intake =
                ChildSpecification.worker(
                        "intake",
                        () -> {
                            seen.set(info(Processes.self()).definition());
                            return idle();
                        });

        StaticSupervisor.oneForOne()
                .add(StaticSupervisor.oneForOne().add(intake).supervised("orders"))
                .start();

        assertThat(seen).hasValue("orders");
    }
}

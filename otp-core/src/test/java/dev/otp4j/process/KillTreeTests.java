/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Started;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Processes#killTree}: nothing below the root lives on, whatever it is doing. */
@OtpTest
@Timeout(60)
class KillTreeTests {
    private final CountDownLatch release = new CountDownLatch(1);
    private final Queue<Pid> born = new ConcurrentLinkedQueue<>();

    private static Started<StaticSupervisor> started(ChildSpecification<?>... children) {
        Started<StaticSupervisor> tree =
                StaticSupervisor.oneForOne().addAll(List.of(children)).start();
        Processes.unlink(tree.pid());
        return tree;
    }

    private static ChildSpecification<?> trapping(String id, Subject<Subject<Runnable>> to) {
        return ChildSpecification.worker(
                id,
                () -> {
                    var child = Actors.running().trapExits(true).start();
                    to.send(child.data());
                    return child;
                });
    }

    @Test
    @Rule("LE-01")
    void aTrappingChildWithABacklogIsDeadAtOnce() {
        Subject<Subject<Runnable>> children = Subject.create();
        Started<StaticSupervisor> tree = started(trapping("busy", children));
        Subject<Runnable> child = expect(children);
        for (int i = 0; i < 50; i++) child.send(() -> LockSupport.parkNanos(100_000_000));
        Pid pid = child.owner();

        Processes.killTree(tree.pid());

        assertThat(Processes.isAlive(pid)).isFalse();
        assertThat(ProcessInfo.of(pid).exitReason()).isEqualTo(ExitReason.KILLED);
    }

    @Test
    @Rule("LE-01")
    void whatIsBelowASupervisorOfATrappingChildIsDeadAtOnce() {
        Subject<Subject<Runnable>> children = Subject.create();
        var inner = StaticSupervisor.oneForOne().add(trapping("deep", children));
        Started<StaticSupervisor> tree = started(inner.supervised("inner"));
        Pid deep = expect(children).owner();
        Pid middle = tree.data().children().getFirst().pid();

        Processes.killTree(tree.pid());

        assertThat(List.of(deep, middle)).noneMatch(Processes::isAlive);
    }

    @Test
    @Rule("LE-01")
    void aChildWhoseInitialiserRunsIsDeadAtOnce() {
        Subject<Pid> initialising = Subject.create();
        var slow =
                Actors.<String>idle(
                                () -> {
                                    initialising.send(Processes.self());
                                    stubbornly(release);
                                    return 0;
                                })
                        .trapExits(true);
        Started<StaticSupervisor> tree = started();
        Processes.spawn(
                () -> {
                    try {
                        tree.data().startChild(ChildSpecification.worker("slow", slow::start));
                    } catch (CallException killed) {
                        // that is what the test does
                    }
                });
        Pid child = expect(initialising);

        Processes.killTree(tree.pid());

        assertThat(Processes.isAlive(child)).isFalse();
        release.countDown();
    }

    @Test
    @Rule("LE-01")
    void aProcessBesideTheTreeThatTrapsExitsGetsAnExitMessage() {
        Subject<Subject<Runnable>> children = Subject.create();
        Started<StaticSupervisor> tree = started(trapping("linked", children));
        Pid child = expect(children).owner();
        Processes.trapExits(true);
        Processes.link(child);

        Processes.killTree(tree.pid());

        assertThat(expectExit(child)).isEqualTo(ExitReason.KILLED);
    }

    /** A supervisor starts trapping children all the time; none of them outlives the kill. */
    @Test
    @Tag("race")
    @Rule("LE-01")
    void noChildEscapesThatIsStartedMeanwhile() {
        var random = ThreadLocalRandom.current();
        for (int round = 0; round < 300; round++) {
            born.clear();
            Started<StaticSupervisor> tree = started();
            Processes.spawnUnlinked(() -> startMany(tree.data()));
            long pause = random.nextLong(400_000);
            LockSupport.parkNanos(pause);

            Processes.killTree(tree.pid());

            assertThat(born).as("round %d after %d ns", round, pause).noneMatch(Processes::isAlive);
        }
    }

    /** Each child records itself as its first act. */
    private void startMany(StaticSupervisor supervisor) {
        var child =
                Actors.<String>idle(
                                () -> {
                                    born.add(Processes.self());
                                    return 0;
                                })
                        .trapExits(true);
        try {
            for (int i = 0; ; i++) {
                supervisor.tryStartChild(ChildSpecification.worker("child-" + i, child::start));
            }
        } catch (CallException killed) {
            // that is what the test does
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.child;
import static dev.otp4j.testkit.Announcing.stoppable;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of a static supervisor. */
class SupervisorStopTests extends SupervisorTestCase {
    private ExitReason stop(Started<StaticSupervisor> tree, ExitReason reason) {
        Processes.unlink(tree.pid());
        Monitor monitor = Processes.monitor(tree.pid());
        Processes.exit(tree.pid(), reason);
        return expectDown(monitor);
    }

    @Test
    @Rule({"V-26", "V-30"})
    void stopsTheChildrenOneByOneInReverse() {
        Started<StaticSupervisor> tree =
                Trees.of(stoppable(probe(), "a"), stoppable(probe(), "b"), stoppable(probe(), "c"))
                        .start();
        for (String id : List.of("a", "b", "c")) expectStart(id);

        assertThat(stop(tree, ExitReason.SHUTDOWN)).isEqualTo(ExitReason.SHUTDOWN);

        for (String id : List.of("c", "b", "a")) event("stop", id);
    }

    @Test
    @Rule({"TR-15", "V-26", "A-21"})
    void aChildThatStopsCanStillCallThoseBeforeIt() {
        Subject<Object> told = Subject.create();
        List<Name<Object>> names = List.of(Name.create("0"), Name.create("1"), Name.create("2"));
        var builder = StaticSupervisor.oneForOne();
        for (int i = 0; i < 3; i++) {
            int own = i;

            Actor.Terminator<Integer> callTheOneBefore =
                    (n, reason) -> {
                        if (own == 0) return;
                        Subject<Object> before = names.get(own - 1).subject();
                        told.send(before.call(SOON, (Subject<Object> to) -> to));
                    };
            ActorBuilder<Integer, Object, Subject<Object>> actor =
                    Actor.startingWith(() -> own)
                            .onMessage(SupervisorStopTests::echo)
                            .named(names.get(own))
                            .onTerminate(callTheOneBefore);
            builder = builder.add(ChildSpecification.worker("" + i, actor::start));
        }

        stop(builder.start(), ExitReason.SHUTDOWN);

        assertThat(expect(told)).isEqualTo(1);
        assertThat(expect(told)).isEqualTo(0);
    }

    static Stream<ExitReason> reasons() {
        return Stream.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("x"), BROKEN);
    }

    @ParameterizedTest
    @MethodSource("reasons")
    @Rule({"V-30", "TR-11"})
    void anyExitOfTheParentEndsItWithThatReason(ExitReason reason) {
        Started<StaticSupervisor> tree = Trees.of(stoppable(probe(), "a")).start();
        expectStart("a");

        assertThat(stop(tree, reason)).isEqualTo(reason);
        event("stop", "a");
    }

    @Test
    @Rule({"V-27"})
    void anObedientPlainChildEndsWithShutdownAtOnce() {
        Started<StaticSupervisor> tree = Trees.of(child(probe(), "a")).start();
        Monitor monitor = Processes.monitor(expectStart("a").pid());

        stop(tree, ExitReason.SHUTDOWN);

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    @Rule({"V-27", "K-03"})
    void stubbornChildrenAreKilledAfterTheirTimeOneAfterTheOther() {
        Duration each = Duration.ofMillis(60);
        Started<StaticSupervisor> tree =
                Trees.of(
                                stubborn("a").shutdown(each),
                                stubborn("b").shutdown(each),
                                stubborn("c").shutdown(each))
                        .start();
        List<Monitor> monitors =
                tree.data().children().stream()
                        .map(c -> Processes.monitor(Objects.requireNonNull(c.pid())))
                        .toList();
        long start = System.nanoTime();

        stop(tree, ExitReason.SHUTDOWN);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(each.multipliedBy(3), each.multipliedBy(15));
        for (Monitor monitor : monitors) {
            assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        }
    }

    @Test
    @Rule("V-28")
    void brutalKillAndZeroDoNotWait() {
        Started<StaticSupervisor> tree =
                Trees.of(
                                stoppable(probe(), "brutal").shutdown(new Shutdown.BrutalKill()),
                                child(probe(), "plain").shutdown(Duration.ZERO),
                                stubborn("trapping").shutdown(Duration.ZERO))
                        .start();
        Monitor brutal = Processes.monitor(expectStart("brutal").pid());
        Monitor plain = Processes.monitor(expectStart("plain").pid());
        Monitor trapping =
                Processes.monitor(Objects.requireNonNull(pidOf(tree.data(), "trapping")));

        stop(tree, ExitReason.SHUTDOWN);

        assertThat(expectDown(brutal)).isEqualTo(ExitReason.KILLED);
        assertThat(expectDown(plain)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(expectDown(trapping)).isEqualTo(ExitReason.KILLED);
        assertThat(probe().receive(Duration.ZERO)).isEmpty();
    }

    @Test
    @Rule("V-29")
    void infinityWaitsForAsLongAsItTakes() {
        Duration hour = Duration.ofHours(1);
        simulated(
                () -> {
                    ChildSpecification<?> child =
                            ChildSpecification.worker(
                                    "slow",
                                    () ->
                                            Announcing.actor(probe(), "slow")
                                                    .onTerminate((n, r) -> Processes.sleep(hour))
                                                    .start());
                    Started<StaticSupervisor> tree =
                            Trees.of(child.shutdown(new Shutdown.Infinity())).start();
                    Pid slow = expectStart("slow").pid();
                    Processes.unlink(tree.pid());
                    Monitor monitor = Processes.monitor(tree.pid());

                    Processes.exit(tree.pid(), ExitReason.SHUTDOWN);

                    Processes.sleep(hour.minusMillis(1));
                    assertThat(Processes.isAlive(slow)).isTrue();
                    assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
                });
    }

    @Test
    @Rule("V-31")
    void aKilledSupervisorTakesItsChildrenAlongByTheirLinks() {
        Started<StaticSupervisor> tree =
                Trees.of(child(probe(), "plain"), stoppable(probe(), "trapping")).start();
        Monitor plain = Processes.monitor(expectStart("plain").pid());
        Monitor trapping = Processes.monitor(expectStart("trapping").pid());
        Processes.unlink(tree.pid());

        Processes.kill(tree.pid());

        assertThat(expectDown(plain)).isEqualTo(ExitReason.KILLED);
        assertThat(expectDown(trapping)).isEqualTo(ExitReason.KILLED);
        event("stop", "trapping");
    }

    @Test
    @Rule("V-33")
    void itsShutdownWaitsForAChildsInitialiser() {
        var release = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        Pid[] tree = new Pid[1];
        Processes.spawnUnlinked(
                () -> {
                    Processes.trapExits(true);
                    Trees.of(
                                    ChildSpecification.worker(
                                            "slow",
                                            () -> {
                                                tree[0] = Processes.self();
                                                entered.countDown();
                                                stubbornly(release);
                                                return Announcing.actor(probe(), "slow").start();
                                            }))
                            .start();
                    Processes.sleep(SOON);
                });
        stubbornly(entered);
        Monitor monitor = Processes.monitor(tree[0]);
        Pid parent = ProcessInfo.of(tree[0]).links().getFirst();
        Processes.kill(parent);
        assertThat(Processes.isAlive(tree[0])).isTrue();

        release.countDown();

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        Pid child = expectStart("slow").pid();
        expectDown(child);
    }

    private static Next<Integer, Object> echo(Integer n, Object message) {
        @SuppressWarnings("unchecked")
        var to = (Subject<Object>) message;
        to.send(n);
        return Next.continueWith(n);
    }

    @Test
    void theTreeCanBeReadFromAnyThreadAndAfterItsEnd() {
        Started<StaticSupervisor> tree = Trees.of(child(probe(), "a")).start();
        Pid a = expectStart("a").pid();

        assertThat(outside(() -> tree.data().children())).extracting(ChildInfo::pid).contains(a);

        Processes.unlink(tree.pid());
        Monitor monitor = Processes.monitor(tree.pid());
        Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
        expectDown(monitor);
        assertThat(info(tree.data(), "a").state()).isEqualTo(ChildInfo.State.STOPPED);
    }
}

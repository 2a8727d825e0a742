/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.child;
import static dev.otp4j.testkit.Announcing.stoppable;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a static supervisor does when a child has ended. */
class SupervisorRestartTests extends SupervisorTestCase {
    @Test
    @Rule({"V-14", "V-18", "P-32"})
    void oneForOneReplacesTheFailedChildAlone() {
        StaticSupervisor tree =
                tolerant(Strategy.ONE_FOR_ONE)
                        .add(child(probe(), "a"))
                        .add(child(probe(), "b"))
                        .add(child(probe(), "c"))
                        .start()
                        .data();
        Pid a = expectStart("a").pid();
        Pid b = expectStart("b").pid();
        Pid c = expectStart("c").pid();

        Processes.kill(b);

        Pid b2 = expectStart("b").pid();
        assertThat(b2).isNotEqualTo(b);
        eventually("booked", () -> b2.equals(pidOf(tree, "b")));
        assertThat(tree.children()).extracting(ChildInfo::pid).containsExactly(a, b2, c);
        assertThat(info(tree, "b").restarts()).isEqualTo(1);
        assertThat(probe().receive(Duration.ZERO)).isEmpty();
    }

    @Test
    @Rule({"V-15", "V-26"})
    void oneForAllStopsTheOthersInReverseAndStartsAllInOrder() {
        tolerant(Strategy.ONE_FOR_ALL)
                .add(stoppable(probe(), "a"))
                .add(stoppable(probe(), "b"))
                .add(stoppable(probe(), "c"))
                .start();
        expectStart("a");
        Pid b = expectStart("b").pid();
        expectStart("c");

        Processes.kill(b);

        event("stop", "c");
        event("stop", "a");
        expectStart("a");
        expectStart("b");
        expectStart("c");
    }

    @Test
    @Rule({"V-16", "V-26"})
    void restForOneStopsAndStartsThoseAfterIt() {
        StaticSupervisor tree =
                tolerant(Strategy.REST_FOR_ONE)
                        .add(stoppable(probe(), "a"))
                        .add(stoppable(probe(), "b"))
                        .add(stoppable(probe(), "c"))
                        .add(stoppable(probe(), "d"))
                        .start()
                        .data();
        Pid a = expectStart("a").pid();
        Pid b = expectStart("b").pid();
        expectStart("c");
        expectStart("d");

        Processes.kill(b);

        event("stop", "d");
        event("stop", "c");
        expectStart("b");
        expectStart("c");
        expectStart("d");
        assertThat(pidOf(tree, "a")).isEqualTo(a);
    }

    @ParameterizedTest
    @EnumSource(
            value = Strategy.class,
            names = {"ONE_FOR_ALL", "REST_FOR_ONE"})
    @Rule("V-17")
    void anAffectedTemporarySiblingIsStoppedAndRemoved(Strategy strategy) {
        StaticSupervisor tree =
                tolerant(strategy)
                        .add(child(probe(), "a"))
                        .add(stoppable(probe(), "b").restart(Restart.TEMPORARY))
                        .start()
                        .data();
        Pid a = expectStart("a").pid();
        expectStart("b");

        Processes.kill(a);

        event("stop", "b");
        expectStart("a");
        eventually("removed", () -> tree.countChildren().specifications() == 1);
        assertThat(probe().receive(Duration.ZERO)).isEmpty();
    }

    record Ended(Restart restart, ExitReason reason, boolean again, boolean kept) {}

    /** Table 3.2, with processes. */
    static Stream<Ended> table() {
        List<ExitReason> clean =
                List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("x"));
        List<ExitReason> failed = List.of(BROKEN, ExitReason.KILLED, ExitReason.NO_PROCESS);
        return Stream.concat(clean.stream(), failed.stream())
                .flatMap(
                        r ->
                                Stream.of(
                                        new Ended(Restart.PERMANENT, r, true, true),
                                        new Ended(Restart.TRANSIENT, r, failed.contains(r), true),
                                        new Ended(Restart.TEMPORARY, r, false, false)));
    }

    @ParameterizedTest
    @MethodSource("table")
    @Rule({"V-10", "V-11", "V-12", "V-13", "L-02", "TR-10"})
    void whetherAnEndedChildIsStartedAgain(Ended row) {
        for (Strategy strategy : Strategy.values()) {
            try (var log = new LogLines("dev.otp4j.supervisor")) {
                StaticSupervisor tree =
                        StaticSupervisor.of(strategy)
                                .restartTolerance(row.again() ? 1 : 0, Duration.ofHours(1))
                                .add(child(probe(), "before"))
                                .add(child(probe(), "x").restart(row.restart()))
                                .start()
                                .data();
                Pid before = expectStart("before").pid();
                Announcing.Event x = expectStart("x");
                Monitor monitor = Processes.monitor(x.pid());

                x.child().send(row.reason());

                assertThat(expectDown(monitor)).isEqualTo(row.reason());
                if (row.again()) {
                    if (strategy == Strategy.ONE_FOR_ALL) expectStart("before");
                    expectStart("x");
                } else {
                    eventually("down", () -> pidOf(tree, "x") == null);
                    int left = row.kept() ? 2 : 1;
                    eventually("settled", () -> tree.countChildren().specifications() == left);
                    assertThat(pidOf(tree, "before")).isEqualTo(before);
                    assertThat(probe().receive(Duration.ZERO)).isEmpty();
                }
                boolean reported = row.restart() == Restart.PERMANENT || !row.reason().isClean();
                eventually(
                        "reported",
                        () ->
                                log.matching("context=child_terminated").size()
                                        == (reported ? 1 : 0));
                stop(tree);
            }
        }
    }

    private void stop(StaticSupervisor tree) {
        Processes.unlink(tree.pid());
        Monitor monitor = Processes.monitor(tree.pid());
        Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
        expectDown(monitor);
    }

    @Test
    @Rule({"V-18", "TR-19"})
    void theStateOfTheReplacementComesFromItsInitialiser() {
        Name<Object> name = Name.create("list");
        record All(Subject<List<Object>> replyTo) {}

        ActorBuilder<List<Object>, Object, Subject<Object>> keeper =
                Actor.<List<Object>>startingWith(ArrayList::new)
                        .onMessage(
                                (List<Object> list, Object m) -> {
                                    if (m instanceof All(var to)) to.send(List.copyOf(list));
                                    list.add(m);
                                    return Next.continueWith(list);
                                });
        tolerant(Strategy.ONE_FOR_ONE)
                .add(ChildSpecification.worker("list", () -> keeper.named(name).start()))
                .start();
        name.subject().send("dirt");
        List<Object> before = name.subject().call(SOON, All::new);
        Pid first = name.pid().orElseThrow();

        Processes.kill(Objects.requireNonNull(first));
        eventually("restarted", () -> name.pid().filter(now -> !now.equals(first)).isPresent());

        List<Object> after = name.subject().call(SOON, All::new);
        assertThat(before).isEqualTo(List.of("dirt"));
        assertThat(after).isEmpty();
    }

    @Test
    @Timeout(60)
    @Rule({"R-05", "R-07", "TR-04"})
    void aNamedChildNeverFindsItsNameTaken() {
        Name<ExitReason> name = Name.create("child");
        try (var log = new LogLines("dev.otp4j.supervisor")) {
            tolerant(Strategy.ONE_FOR_ONE)
                    .add(
                            ChildSpecification.worker(
                                    "child",
                                    () -> Announcing.actor(probe(), "child").named(name).start()))
                    .start();
            Pid last = expectStart("child").pid();
            for (int i = 0; i < 1_000; i++) {
                if (i % 3 == 0) Processes.kill(last);
                else if (i % 3 == 1) name.subject().send(BROKEN);
                else name.subject().send(ExitReason.abnormal(new IllegalStateException()));

                Pid next = expectStart("child").pid();

                assertThat(next).isNotEqualTo(last);
                assertThat(name.pid().orElse(null)).isEqualTo(next);
                last = next;
            }
            // a kill may hit the initialiser; that is a failed start, but never for the name
            assertThat(log.matching("already registered")).isEmpty();
        }
    }

    @Test
    @Rule({"V-32"})
    void theEndOfAStrangerThatIsLinkedDoesNotMatter() {
        StaticSupervisor tree = Trees.of(child(probe(), "a")).start().data();
        Pid a = expectStart("a").pid();
        Pid stranger =
                Processes.spawnUnlinked(
                        () -> {
                            Processes.link(tree.pid());
                            Processes.exit(BROKEN);
                        });
        expectDown(stranger);

        Processes.kill(a);

        expectStart("a");
        assertThat(Processes.isAlive(tree.pid())).isTrue();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.child;
import static dev.otp4j.testkit.Announcing.stoppable;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Children that come and go while their supervisor runs. */
@OtpTest
class ManagedChildrenTests implements OtpTest.Setup {
    private static final ExitReason BROKEN = ExitReason.abnormal("broken");

    private @Nullable Subject<Announcing.Event> probe;

    @Override
    public void begin() {
        probe = Subject.create();
    }

    private Subject<Announcing.Event> probe() {
        return Objects.requireNonNull(probe);
    }

    private Announcing.Event expectStart(String id) {
        return event("start", id);
    }

    private Announcing.Event event(String what, String id) {
        Announcing.Event event = expect(probe());
        assertThat(event).hasToString(what + " " + id);
        return event;
    }

    private static StaticSupervisor.Builder tolerant(Strategy strategy) {
        return StaticSupervisor.of(strategy).restartTolerance(1000, Duration.ofHours(1));
    }

    private static StaticSupervisor empty() {
        return StaticSupervisor.oneForOne().start().data();
    }

    private static ChildInfo info(StaticSupervisor tree, String id) {
        return tree.children().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
    }

    /** A worker whose start fails as long as {@code broken}. */
    private ChildSpecification<?> brittle(AtomicBoolean broken, AtomicInteger attempts) {
        return ChildSpecification.worker(
                "brittle",
                () -> {
                    attempts.incrementAndGet();
                    if (broken.get()) throw new IllegalStateException("still broken");
                    return Announcing.actor(probe(), "brittle").start();
                });
    }

    private static ChildSpecification<Subject<Object>> declining(String id) {
        return ChildSpecification.worker(
                id,
                () ->
                        Actor.<Integer, Object, Subject<Object>>withInitializer(
                                        SOON,
                                        init -> {
                                            throw init.ignore();
                                        })
                                .onMessage((Integer n, Object m) -> Next.continueWith(n))
                                .start());
    }

    @Nested
    class StartChild {
        @Test
        @Rule({"V-37", "V-41"})
        void startsAChildAndYieldsWhatItsStartYields() {
            StaticSupervisor tree = empty();

            var result = tree.tryStartChild(child(probe(), "a").mapData(subject -> "extra"));

            Pid pid = expectStart("a").pid();
            assertThat(result).isEqualTo(new StartChildResult.Ok<>(new Started<>(pid, "extra")));
            assertThat(info(tree, "a").pid()).isEqualTo(pid);
        }

        @Test
        @Rule("V-37")
        void aKnownIdIsAnAnswer() {
            StaticSupervisor tree = empty();
            tree.startChild(child(probe(), "a"));
            Pid pid = expectStart("a").pid();

            assertThat(tree.tryStartChild(child(probe(), "a")))
                    .isEqualTo(new StartChildResult.AlreadyStarted<>(pid));
            tree.terminateChild("a");
            assertThat(tree.tryStartChild(child(probe(), "a")))
                    .isEqualTo(new StartChildResult.AlreadyPresent<>());
            assertThat(probe().receive(Duration.ZERO)).isEmpty();
        }

        @Test
        @Rule("V-37")
        void aFailedStartIsNotKept() {
            StaticSupervisor tree = empty();
            var boom = new IllegalStateException("boom");

            var result =
                    tree.tryStartChild(
                            ChildSpecification.worker(
                                    "a",
                                    () -> {
                                        throw boom;
                                    }));

            assertThat(result)
                    .isEqualTo(
                            new StartChildResult.Failed<>(
                                    new StartError.InitExited(ExitReason.abnormal(boom))));
            assertThat(tree.children()).isEmpty();
        }

        @Test
        @Rule({"V-19", "V-26", "V-16"})
        void aChildAddedLaterStandsAtTheEnd() {
            Processes.trapExits(true);
            Started<StaticSupervisor> tree =
                    tolerant(Strategy.REST_FOR_ONE)
                            .add(stoppable(probe(), "a"))
                            .add(stoppable(probe(), "b"))
                            .start();
            expectStart("a");
            Announcing.Event b = expectStart("b");
            tree.data().startChild(stoppable(probe(), "c"));
            expectStart("c");

            b.child().send(BROKEN);

            event("stop", "b");
            event("stop", "c");
            expectStart("b");
            expectStart("c");
            assertThat(tree.data().children())
                    .extracting(ChildInfo::id)
                    .containsExactly("a", "b", "c");
            Monitor monitor = Processes.monitor(tree.pid());
            Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
            event("stop", "c");
            event("stop", "b");
            event("stop", "a");
            expectDown(monitor);
        }

        @Test
        @Rule("V-33")
        void requestsAreHandledOneAfterAnother() {
            StaticSupervisor tree = empty();
            var most = new AtomicInteger();
            var now = new AtomicInteger();
            Subject<Object> done = Subject.create();

            for (int i = 0; i < 20; i++) {
                String id = "child-" + i;
                Processes.spawn(
                        () -> {
                            tree.startChild(
                                    ChildSpecification.worker(
                                            id,
                                            () -> {
                                                most.accumulateAndGet(
                                                        now.incrementAndGet(), Math::max);
                                                Processes.sleep(Duration.ofMillis(2));
                                                now.decrementAndGet();
                                                return Announcing.actor(probe(), id).start();
                                            }));
                            done.send(id);
                        });
            }

            for (int i = 0; i < 20; i++) expect(done);
            assertThat(most).hasValue(1);
            assertThat(tree.countChildren()).isEqualTo(new ChildCounts(20, 20, 0, 20));
        }
    }

    @Nested
    class TerminateChild {
        @ParameterizedTest
        @EnumSource
        @Rule({"V-38", "V-36"})
        void stopsAChildForGood(Restart restart) {
            StaticSupervisor tree = empty();
            tree.startChild(stoppable(probe(), "a").restart(restart));
            Monitor monitor = Processes.monitor(expectStart("a").pid());

            assertThat(tree.tryTerminateChild("a")).isEqualTo(TerminateChildResult.OK);

            event("stop", "a");
            assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
            if (restart == Restart.TEMPORARY) {
                assertThat(tree.children()).isEmpty();
                assertThat(tree.tryTerminateChild("a")).isEqualTo(TerminateChildResult.NOT_FOUND);
            } else {
                assertThat(info(tree, "a").state()).isEqualTo(ChildInfo.State.STOPPED);
                assertThat(tree.tryTerminateChild("a")).isEqualTo(TerminateChildResult.OK);
            }
            assertThat(tree.tryTerminateChild("nobody")).isEqualTo(TerminateChildResult.NOT_FOUND);
            assertThat(probe().receive(Duration.ZERO)).isEmpty();
        }

        @Test
        @Rule({"V-22", "V-20"})
        void endsTheRetriesOfAChildThatIsBeingRestarted() {
            var broken = new AtomicBoolean();
            var attempts = new AtomicInteger();
            StaticSupervisor tree =
                    StaticSupervisor.oneForOne()
                            .restartTolerance(1_000_000, Duration.ofHours(1))
                            .add(brittle(broken, attempts))
                            .start()
                            .data();
            Announcing.Event first = expectStart("brittle");
            broken.set(true);
            first.child().send(BROKEN);
            eventually("under way", () -> attempts.get() > 3);

            assertThat(info(tree, "brittle").state()).isEqualTo(ChildInfo.State.RESTARTING);
            assertThat(tree.countChildren()).isEqualTo(new ChildCounts(1, 0, 0, 1));
            assertThat(tree.tryRestartChild("brittle"))
                    .isEqualTo(new RestartChildResult.Restarting());
            assertThat(tree.tryDeleteChild("brittle")).isEqualTo(DeleteChildResult.RESTARTING);
            assertThat(tree.tryStartChild(child(probe(), "brittle")))
                    .isEqualTo(new StartChildResult.AlreadyPresent<>());
            assertThat(tree.tryTerminateChild("brittle")).isEqualTo(TerminateChildResult.OK);
            int made = attempts.get();
            assertThat(tree.tryTerminateChild("nobody")).isEqualTo(TerminateChildResult.NOT_FOUND);
            assertThat(attempts).hasValue(made);
            broken.set(false);
            assertThat(tree.tryRestartChild("brittle")).isInstanceOf(RestartChildResult.Ok.class);
        }

        @Test
        @Rule({"V-22", "V-15"})
        void theSiblingsOfAFailedRoundWaitForTheOneThatIsTried() {
            var broken = new AtomicBoolean();
            var attempts = new AtomicInteger();
            StaticSupervisor tree =
                    StaticSupervisor.of(Strategy.ONE_FOR_ALL)
                            .restartTolerance(1_000_000, Duration.ofHours(1))
                            .add(brittle(broken, attempts))
                            .add(child(probe(), "b"))
                            .start()
                            .data();
            expectStart("brittle");
            Announcing.Event b = expectStart("b");
            broken.set(true);
            b.child().send(BROKEN);
            eventually("under way", () -> attempts.get() > 3);

            assertThat(tree.tryTerminateChild("brittle")).isEqualTo(TerminateChildResult.OK);

            assertThat(tree.children()).allMatch(c -> c.state() == ChildInfo.State.STOPPED);
            assertThat(tree.tryRestartChild("b")).isInstanceOf(RestartChildResult.Ok.class);
            expectStart("b");
        }
    }

    @Nested
    class RestartAndDelete {
        @Test
        @Rule({"V-39", "V-41", "V-18"})
        void aStoppedChildIsStartedAgainInItsPlace() {
            StaticSupervisor tree =
                    Trees.of(child(probe(), "a").mapData(s -> "extra"), child(probe(), "b"))
                            .start()
                            .data();
            Pid first = expectStart("a").pid();
            expectStart("b");
            tree.terminateChild("a");

            RestartChildResult result = tree.tryRestartChild("a");

            Pid second = expectStart("a").pid();
            assertThat(second).isNotEqualTo(first);
            assertThat(result).isEqualTo(new RestartChildResult.Ok(new Started<>(second, "extra")));
            assertThat(tree.children()).extracting(ChildInfo::id).containsExactly("a", "b");
            assertThat(tree.tryRestartChild("a")).isEqualTo(new RestartChildResult.Running(second));
            assertThat(tree.tryRestartChild("c")).isEqualTo(new RestartChildResult.NotFound());
        }

        @Test
        @Rule("V-39")
        void aFailingStartLeavesItStopped() {
            var broken = new AtomicBoolean();
            StaticSupervisor tree = empty();
            tree.startChild(brittle(broken, new AtomicInteger()));
            tree.terminateChild("brittle");
            broken.set(true);

            assertThat(tree.tryRestartChild("brittle"))
                    .isInstanceOf(RestartChildResult.Failed.class);

            assertThat(info(tree, "brittle").state()).isEqualTo(ChildInfo.State.STOPPED);
        }

        @Test
        @Rule("V-39")
        void onlyAStoppedChildIsDeleted() {
            StaticSupervisor tree = empty();
            tree.startChild(child(probe(), "a"));

            assertThat(tree.tryDeleteChild("a")).isEqualTo(DeleteChildResult.RUNNING);
            tree.terminateChild("a");
            assertThat(tree.tryDeleteChild("a")).isEqualTo(DeleteChildResult.OK);
            assertThat(tree.tryDeleteChild("a")).isEqualTo(DeleteChildResult.NOT_FOUND);
            assertThat(tree.tryStartChild(child(probe(), "a")))
                    .isInstanceOf(StartChildResult.Ok.class);
        }
    }

    @Nested
    class Reading {
        @Test
        @Rule("V-40")
        void countsSpecificationsProcessesAndTypes() {
            StaticSupervisor tree =
                    Trees.of(
                                    child(probe(), "a"),
                                    child(probe(), "b"),
                                    StaticSupervisor.oneForOne().supervised("s"))
                            .start()
                            .data();
            tree.terminateChild("b");

            assertThat(tree.countChildren()).isEqualTo(new ChildCounts(3, 2, 1, 2));
            assertThat(tree.children()).extracting(ChildInfo::id).containsExactly("a", "b", "s");
            assertThat(info(tree, "b").pid()).isNull();
            assertThat(info(tree, "s").type()).isEqualTo(ChildType.SUPERVISOR);
        }

        @Test
        @Rule("V-41")
        void aSpecificationCanBeReadBack() {
            StaticSupervisor tree = empty();
            var child = child(probe(), "a").restart(Restart.TRANSIENT);
            tree.startChild(child);

            assertThat(tree.childSpecification("a")).get().isSameAs(child);
            assertThat(child.shutdown()).isEqualTo(new Shutdown.After(Duration.ofSeconds(5)));
            assertThat(tree.childSpecification("b")).isEmpty();
        }

        @Test
        @Rule("V-41")
        void requestsToADeadSupervisorFail() {
            Processes.trapExits(true);
            Started<StaticSupervisor> tree = StaticSupervisor.oneForOne().start();
            Monitor monitor = Processes.monitor(tree.pid());
            Processes.kill(tree.pid());
            expectDown(monitor);

            assertThatExceptionOfType(CallException.CalleeDown.class)
                    .isThrownBy(() -> tree.data().terminateChild("a"));
            assertThatExceptionOfType(CallException.CalleeDown.class)
                    .isThrownBy(() -> tree.data().startChild(child(probe(), "a")));
        }

        @Test
        @Rule("V-33")
        void anyThreadMayAsk() {
            StaticSupervisor tree = empty();

            outside(() -> assertThat(tree.tryStartChild(child(probe(), "a"))).isNotNull());

            assertThat(tree.countChildren().active()).isEqualTo(1);
        }
    }

    @Nested
    class Declining {
        @ParameterizedTest
        @EnumSource
        @Rule("V-09")
        void atBootAndAtRunTimeTheSpecificationIsKeptUnlessTemporary(Restart restart) {
            StaticSupervisor tree =
                    Trees.of(declining("a").restart(restart), child(probe(), "b")).start().data();
            expectStart("b");

            var later = tree.tryStartChild(declining("c").restart(restart));

            assertThat(later).isEqualTo(new StartChildResult.Ignored<>());
            if (restart == Restart.TEMPORARY) {
                assertThat(tree.children()).extracting(ChildInfo::id).containsExactly("b");
            } else {
                assertThat(tree.children())
                        .extracting(ChildInfo::id)
                        .containsExactly("a", "b", "c");
                assertThat(info(tree, "a").pid()).isNull();
                assertThat(tree.tryRestartChild("a")).isEqualTo(new RestartChildResult.Ignored());
                assertThat(tree.tryDeleteChild("c")).isEqualTo(DeleteChildResult.OK);
            }
        }

        @Test
        @Rule("V-09")
        void aRestartThatDeclinesLeavesTheChildStopped() {
            var declines = new AtomicBoolean();
            StaticSupervisor tree =
                    Trees.of(
                                    ChildSpecification.worker(
                                            "a",
                                            () -> {
                                                if (declines.get()) throw StartException.ignored();
                                                return Announcing.actor(probe(), "a").start();
                                            }))
                            .start()
                            .data();
            Announcing.Event a = expectStart("a");
            declines.set(true);

            a.child().send(BROKEN);

            eventually("down", () -> info(tree, "a").state() == ChildInfo.State.STOPPED);
            assertThat(tree.tryTerminateChild("a")).isEqualTo(TerminateChildResult.OK);
        }

        @Test
        @Rule({"V-09", "A-05"})
        void theStarterOfAnActorThatDeclinesLives() {
            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> declining("a").starter().start())
                    .extracting(StartException::error)
                    .isEqualTo(new StartError.Ignored());
        }
    }

    @Nested
    class Ids {
        @Test
        @Rule({"V-05", "V-03"})
        void oneSpecificationServesSeveralIds() {
            ChildSpecification<?> child = child(probe(), "a");

            StaticSupervisor tree =
                    Trees.of(child, child.withId("b"), child.withId("c")).start().data();

            assertThat(tree.countChildren().active()).isEqualTo(3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Trees.of(child, child).start())
                    .withMessage("two children have the id 'a': change one of them with withId");
        }
    }

    @Nested
    class Significant {
        @Test
        @Rule({"V-04", "V-01"})
        void combinationsThatMeanNothingAreRefusedBeforeAnyChildStarts() {
            var permanent = child(probe(), "b").significant(true);
            var transientOne = permanent.restart(Restart.TRANSIENT);
            var any =
                    StaticSupervisor.oneForOne()
                            .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                            .start()
                            .data();

            assertThat(child(probe(), "c").isSignificant()).isFalse();
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    StaticSupervisor.oneForOne()
                                            .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                                            .add(child(probe(), "a"))
                                            .add(permanent)
                                            .start())
                    .withMessageContaining("child 'b' is significant and must not be PERMANENT");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Trees.of(child(probe(), "a"), transientOne).start())
                    .withMessageContaining("auto-shutdown NEVER: choose ANY_SIGNIFICANT");
            assertThatIllegalArgumentException().isThrownBy(() -> any.startChild(permanent));
            assertThatIllegalArgumentException().isThrownBy(() -> empty().startChild(transientOne));
            assertThat(probe().receive(Duration.ZERO)).isEmpty();
        }

        record Row(AutoShutdown autoShutdown, Restart restart, ExitReason reason, String outcome) {}

        static Stream<Row> table() {
            return Stream.of(Restart.TRANSIENT, Restart.TEMPORARY)
                    .flatMap(
                            restart ->
                                    Stream.of(
                                                    ExitReason.NORMAL,
                                                    ExitReason.SHUTDOWN,
                                                    ExitReason.shutdown("detail"),
                                                    BROKEN)
                                            .flatMap(reason -> rows(restart, reason)));
        }

        private static Stream<Row> rows(Restart restart, ExitReason reason) {
            boolean again = restart == Restart.TRANSIENT && !reason.isClean();
            return Stream.of(
                    new Row(AutoShutdown.NEVER, restart, reason, again ? "restarts" : "lives"),
                    new Row(
                            AutoShutdown.ANY_SIGNIFICANT,
                            restart,
                            reason,
                            again ? "restarts" : "stops"),
                    new Row(
                            AutoShutdown.ALL_SIGNIFICANT,
                            restart,
                            reason,
                            again ? "restarts" : "stops with the last"));
        }

        @ParameterizedTest
        @MethodSource("table")
        @Rule({"V-34", "V-35"})
        void whatTheEndOfASignificantChildDoes(Row row) {
            Processes.trapExits(true);
            boolean counts = row.autoShutdown() != AutoShutdown.NEVER;
            Started<StaticSupervisor> tree =
                    tolerant(Strategy.ONE_FOR_ONE)
                            .autoShutdown(row.autoShutdown())
                            .add(child(probe(), "bystander"))
                            .add(child(probe(), "a").restart(row.restart()).significant(counts))
                            .add(child(probe(), "b").restart(row.restart()).significant(counts))
                            .start();
            expectStart("bystander");
            Announcing.Event a = expectStart("a");
            Announcing.Event b = expectStart("b");
            Monitor monitor = Processes.monitor(tree.pid());

            a.child().send(row.reason());

            switch (row.outcome()) {
                case "restarts" -> expectStart("a");
                case "stops" -> assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
                case "stops with the last" -> {
                    eventually("seen", () -> tree.data().countChildren().active() == 2);
                    assertThat(Processes.isAlive(tree.pid())).isTrue();
                    b.child().send(row.reason());
                    assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
                }
                default -> {
                    eventually("seen", () -> tree.data().countChildren().active() == 2);
                    tree.data().tryTerminateChild("nobody");
                    assertThat(Processes.isAlive(tree.pid())).isTrue();
                }
            }
        }

        @ParameterizedTest
        @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NEVER")
        @Rule("V-36")
        void requestsSiblingsAndOthersNeverStopIt(AutoShutdown autoShutdown) {
            Started<StaticSupervisor> tree =
                    tolerant(Strategy.ONE_FOR_ALL)
                            .autoShutdown(autoShutdown)
                            .add(child(probe(), "plain"))
                            .add(child(probe(), "quiet").restart(Restart.TEMPORARY))
                            .add(
                                    child(probe(), "kept")
                                            .restart(Restart.TRANSIENT)
                                            .significant(true))
                            .add(
                                    child(probe(), "gone")
                                            .restart(Restart.TEMPORARY)
                                            .significant(true))
                            .start();
            Announcing.Event plain = expectStart("plain");
            Announcing.Event quiet = expectStart("quiet");
            expectStart("kept");
            expectStart("gone");

            quiet.child().send(BROKEN);
            eventually("removed", () -> tree.data().countChildren().specifications() == 3);
            plain.child().send(BROKEN);
            expectStart("plain");
            expectStart("kept");
            assertThat(tree.data().tryTerminateChild("kept")).isEqualTo(TerminateChildResult.OK);

            assertThat(tree.data().children())
                    .extracting(ChildInfo::id)
                    .isEqualTo(List.of("plain", "kept"));
            assertThat(Processes.isAlive(tree.pid())).isTrue();
        }
    }
}

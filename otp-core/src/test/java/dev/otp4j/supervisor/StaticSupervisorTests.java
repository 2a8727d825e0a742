/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.child;
import static dev.otp4j.testkit.Announcing.stoppable;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartError;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@OtpTest
class StaticSupervisorTests implements OtpTest.Setup {
    private static final ExitReason BROKEN = ExitReason.abnormal("broken");

    private @Nullable Subject<Announcing.Event> probe;

    @Override
    public void begin() {
        probe = Subject.create();
    }

    /** Who starts and stops, in order. */
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
        return StaticSupervisor.of(strategy).restartTolerance(100_000, Duration.ofHours(1));
    }

    private static @Nullable Pid pidOf(StaticSupervisor tree, String id) {
        return tree.children().stream()
                .filter(c -> c.id().equals(id))
                .findFirst()
                .map(ChildInfo::pid)
                .orElse(null);
    }

    private static ChildInfo info(StaticSupervisor tree, String id) {
        return tree.children().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
    }

    /** A worker that ignores being asked to stop. */
    private static ChildSpecification<?> stubborn(String id) {
        return ChildSpecification.worker(
                id,
                () ->
                        Actor.<Integer, Object, Subject<Object>>withInitializer(
                                        SOON,
                                        init -> {
                                            init.trapExits();
                                            return init.state(0);
                                        })
                                .onMessage((Integer n, Object m) -> Next.continueWith(n))
                                .onTerminate((n, reason) -> stubbornly(new CountDownLatch(1)))
                                .start());
    }

    @Nested
    class Starting {
        @Test
        @Rule({"V-06", "V-01"})
        void startsTheChildrenInOrderEachAfterTheOther() {
            Started<StaticSupervisor> tree =
                    Trees.of(child(probe(), "a"), child(probe(), "b"), child(probe(), "c")).start();

            Pid a = expectStart("a").pid();
            Pid b = expectStart("b").pid();
            Pid c = expectStart("c").pid();
            assertThat(tree.data().children()).extracting(ChildInfo::pid).containsExactly(a, b, c);
            assertThat(tree.data().children())
                    .allMatch(i -> i.restart() == Restart.PERMANENT)
                    .allMatch(i -> i.type() == ChildType.WORKER);
            assertThat(ProcessInfo.of(tree.pid()).trapsExits()).isTrue();
            assertThat(ProcessInfo.of(tree.pid()).links()).contains(Processes.self(), a, b, c);
        }

        @Test
        @Rule("V-01")
        void defaults() {
            var worker = ChildSpecification.worker("w", () -> null);
            var supervisor = ChildSpecification.supervisor("s", () -> null);

            assertThat(worker.restart()).isEqualTo(Restart.PERMANENT);
            assertThat(worker.shutdown()).isEqualTo(new Shutdown.After(Duration.ofSeconds(5)));
            assertThat(supervisor.shutdown()).isEqualTo(new Shutdown.Infinity());
            assertThat(supervisor.type()).isEqualTo(ChildType.SUPERVISOR);
        }

        @Test
        @Rule({"V-03", "V-02"})
        void invalidSpecificationsAreRefusedBeforeAnythingStarts() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Trees.of(child(probe(), "a"), child(probe(), "a")).start())
                    .withMessageContaining("'a'");
            assertThatIllegalArgumentException().isThrownBy(() -> child(probe(), ""));
            assertThatIllegalArgumentException().isThrownBy(() -> child(probe(), "a/b"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> child(probe(), "a").shutdown(Duration.ofMillis(-1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    StaticSupervisor.oneForOne()
                                            .restartTolerance(-1, Duration.ofSeconds(1)));
            assertThat(probe().receive(Duration.ZERO)).isEmpty();
        }

        @Test
        @Rule({"V-07", "V-26", "L-03"})
        void aChildThatFailsAtBootTakesTheWholeTreeDownInReverse() {
            Processes.trapExits(true);
            var boom = new IllegalStateException("boom");
            try (var log = new LogLines("dev.otp4j.supervisor")) {
                assertThatExceptionOfType(StartException.class)
                        .isThrownBy(
                                () ->
                                        Trees.of(
                                                        stoppable(probe(), "a"),
                                                        stoppable(probe(), "b"),
                                                        failing("c", boom),
                                                        stoppable(probe(), "d"))
                                                .start())
                        .satisfies(e -> assertThat(failureOf(e).id()).isEqualTo("c"))
                        .satisfies(e -> assertThat(failureOf(e).cause()).isSameAs(boom));
                assertThat(log.matching("context=start_error")).hasSize(1);
            }

            expectStart("a");
            expectStart("b");
            event("stop", "b");
            event("stop", "a");
            assertThat(probe().receive(Duration.ZERO)).isEmpty();
        }

        private ChildStartFailure failureOf(StartException e) {
            var exited = (StartError.InitExited) e.error();
            return (ChildStartFailure) ((ExitReason.Shutdown) exited.reason()).detail();
        }

        private ChildSpecification<?> failing(String id, RuntimeException failure) {
            return ChildSpecification.worker(
                    id,
                    () ->
                            Actor.<Integer, Object, Subject<Object>>withInitializer(
                                            SOON,
                                            init -> {
                                                throw failure;
                                            })
                                    .onMessage((Integer n, Object m) -> Next.continueWith(n))
                                    .start());
        }

        static Stream<ChildSpecification.Start<Object>> badStarts() {
            return Stream.of(
                    () -> {
                        throw new IllegalStateException("thrown");
                    },
                    () -> {
                        throw new java.io.IOException("checked");
                    },
                    () -> {
                        throw new AssertionError("error");
                    },
                    () -> null,
                    () -> {
                        throw new StartException(new StartError.InitFailed("said no"));
                    });
        }

        @ParameterizedTest
        @MethodSource("badStarts")
        @Rule("V-08")
        void whateverAStartFunctionDoesWrongIsAStartFailure(
                ChildSpecification.Start<Object> start) {
            Processes.trapExits(true);

            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> Trees.of(ChildSpecification.worker("bad", start)).start())
                    .satisfies(e -> assertThat(failureOf(e).id()).isEqualTo("bad"));
        }

        @Test
        @Rule({"V-33", "TR-08", "A-08"})
        void anInitialiserThatCallsItsOwnSupervisorTimesOut() {
            Processes.trapExits(true);
            Pid[] supervisor = new Pid[1];

            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(
                            () ->
                                    Trees.of(
                                                    ChildSpecification.worker(
                                                            "caller",
                                                            () -> {
                                                                supervisor[0] = Processes.self();
                                                                return callingBack(supervisor[0]);
                                                            }))
                                            .start())
                    .satisfies(
                            e ->
                                    assertThat(failureOf(e).error())
                                            .isInstanceOf(StartError.InitTimeout.class));
            assertThat(Processes.isAlive(supervisor[0])).isFalse();
        }

        private Started<Subject<Object>> callingBack(Pid supervisor) {
            Subject<Object> own = Subject.create();
            assertThat(own.owner()).isEqualTo(supervisor);
            return Actor.<Integer, Object, Subject<Object>>withInitializer(
                            Duration.ofMillis(60),
                            init -> {
                                own.callForever(reply -> reply);
                                return init.state(0);
                            })
                    .onMessage((Integer n, Object m) -> Next.continueWith(n))
                    .start();
        }
    }

    @Nested
    class Restarting {
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
                                            new Ended(
                                                    Restart.TRANSIENT, r, failed.contains(r), true),
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
                    boolean reported =
                            row.restart() == Restart.PERMANENT || !row.reason().isClean();
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
            tolerant(Strategy.ONE_FOR_ONE)
                    .add(
                            ChildSpecification.worker(
                                    "list",
                                    () ->
                                            Actor.<List<Object>>startingWith(ArrayList::new)
                                                    .onMessage(
                                                            (List<Object> list, Object m) -> {
                                                                if (m instanceof All(var to))
                                                                    to.send(List.copyOf(list));
                                                                list.add(m);
                                                                return Next.continueWith(list);
                                                            })
                                                    .named(name)
                                                    .start()))
                    .start();
            name.subject().send("dirt");
            List<Object> before = name.subject().call(SOON, All::new);
            Pid first = name.pid();

            Processes.kill(Objects.requireNonNull(first));
            eventually("restarted", () -> name.pid() != null && !first.equals(name.pid()));

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
                                        () ->
                                                Announcing.actor(probe(), "child")
                                                        .named(name)
                                                        .start()))
                        .start();
                Pid last = expectStart("child").pid();
                for (int i = 0; i < 1_000; i++) {
                    if (i % 3 == 0) Processes.kill(last);
                    else if (i % 3 == 1) name.subject().send(BROKEN);
                    else name.subject().send(ExitReason.abnormal(new IllegalStateException()));

                    Pid next = expectStart("child").pid();

                    assertThat(next).isNotEqualTo(last);
                    assertThat(name.pid()).isEqualTo(next);
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

    @Nested
    class GivingUp {
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
            Processes.trapExits(true);
            var attempts = new AtomicInteger();
            Started<StaticSupervisor> tree =
                    StaticSupervisor.oneForOne()
                            .restartTolerance(100, Duration.ofHours(1))
                            .add(brittle(attempts, Duration.ofMillis(50)))
                            .start();
            Monitor monitor = Processes.monitor(tree.pid());
            expectStart("brittle").child().send(BROKEN);
            eventually("under way", () -> attempts.get() > 1);
            assertThat(info(tree.data(), "brittle").pid()).isNull();
            long start = System.nanoTime();

            Processes.exit(tree.pid(), ExitReason.SHUTDOWN);

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofMillis(800));
            int made = attempts.get();
            Processes.sleep(Duration.ofMillis(120));
            assertThat(attempts).hasValue(made);
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
            Processes.trapExits(true);
            Pid tree =
                    StaticSupervisor.oneForOne()
                            .restartTolerance(1, Duration.ofMillis(50))
                            .add(child(probe(), "a"))
                            .start()
                            .pid();
            Announcing.Event a = expectStart("a");
            for (int i = 0; i < 4; i++) {
                a.child().send(BROKEN);
                a = expectStart("a");
                Processes.sleep(Duration.ofMillis(60));
            }

            assertThat(Processes.isAlive(tree)).isTrue();
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

    @Nested
    class Stopping {
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
                    Trees.of(
                                    stoppable(probe(), "a"),
                                    stoppable(probe(), "b"),
                                    stoppable(probe(), "c"))
                            .start();
            for (String id : List.of("a", "b", "c")) expectStart(id);

            assertThat(stop(tree, ExitReason.SHUTDOWN)).isEqualTo(ExitReason.SHUTDOWN);

            for (String id : List.of("c", "b", "a")) event("stop", id);
        }

        @Test
        @Rule({"TR-15", "V-26", "A-21"})
        void aChildThatStopsCanStillCallThoseBeforeIt() {
            Subject<Object> told = Subject.create();
            List<Name<Object>> names =
                    List.of(Name.create("0"), Name.create("1"), Name.create("2"));
            var builder = StaticSupervisor.oneForOne();
            for (int i = 0; i < 3; i++) {
                int own = i;
                builder.add(
                        ChildSpecification.worker(
                                "" + i,
                                () ->
                                        Actor.startingWith(() -> own)
                                                .onMessage(StaticSupervisorTests::echo)
                                                .named(names.get(own))
                                                .onTerminate(
                                                        (n, reason) -> {
                                                            if (own == 0) return;
                                                            told.send(
                                                                    names.get(own - 1)
                                                                            .subject()
                                                                            .call(
                                                                                    SOON,
                                                                                    (Subject<Object>
                                                                                                    to) ->
                                                                                            to));
                                                        })
                                                .start()));
            }

            stop(builder.start(), ExitReason.SHUTDOWN);

            assertThat(expect(told)).isEqualTo(1);
            assertThat(expect(told)).isEqualTo(0);
        }

        static Stream<ExitReason> reasons() {
            return Stream.of(
                    ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("x"), BROKEN);
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
                                    stoppable(probe(), "brutal")
                                            .shutdown(new Shutdown.BrutalKill()),
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
            var release = new CountDownLatch(1);
            Started<StaticSupervisor> tree =
                    Trees.of(
                                    ChildSpecification.worker(
                                                    "slow",
                                                    () ->
                                                            Announcing.actor(probe(), "slow")
                                                                    .onTerminate(
                                                                            (n, r) ->
                                                                                    stubbornly(
                                                                                            release))
                                                                    .start())
                                            .shutdown(new Shutdown.Infinity()))
                            .start();
            Pid slow = expectStart("slow").pid();
            Processes.unlink(tree.pid());
            Monitor monitor = Processes.monitor(tree.pid());
            Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
            Processes.sleep(Duration.ofMillis(50));
            assertThat(Processes.isAlive(slow)).isTrue();

            release.countDown();

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
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
                                                    return Announcing.actor(probe(), "slow")
                                                            .start();
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

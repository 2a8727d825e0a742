/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem.State;
import dev.otp4j.application.OtpSystem.Type;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.ChildStartFailure;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A system as OTP's application: how it starts and stops, and what its end means. */
@Timeout(30)
class ApplicationTests {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Set<Pid> started = ConcurrentHashMap.newKeySet();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch stuck = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    /** Tells when it starts and, in order, when it stops; fails with what it is sent. */
    private ChildSpecification<Subject<Object>> worker(String id) {
        return ChildSpecification.worker(id, () -> start(id));
    }

    private Started<Subject<Object>> start(String id) {
        Started<Subject<Object>> worker =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer n, Object m) -> Next.<Integer, Object>stop((ExitReason) m))
                        .onTerminate((n, reason) -> events.add("stop " + id))
                        .start();
        started.add(worker.pid());
        events.add("start " + id);
        return worker;
    }

    /** Runs that step before it ends. */
    private static ChildSpecification<?> terminating(String id, Callable<?> step) {
        return ChildSpecification.worker(
                id,
                () -> Actors.<Object>idle(() -> 0).onTerminate((n, reason) -> step.call()).start());
    }

    /** Its initialiser waits, and gives way to an interrupt. */
    private ChildSpecification<Subject<Object>> hanging(String id) {
        return ChildSpecification.worker(
                id,
                () ->
                        Actors.<Object>idle(
                                        () -> {
                                            stuck.countDown();
                                            Processes.sleep(HOUR);
                                            return 0;
                                        })
                                .initTimeout(HOUR)
                                .start());
    }

    /** Its start function runs in the supervisor's process and does not look at interrupts. */
    private ChildSpecification<Subject<Object>> deaf(String id) {
        return ChildSpecification.worker(
                id,
                () -> {
                    stuck.countDown();
                    stubbornly(release);
                    return start(id);
                });
    }

    private OtpSystem.Builder system(ChildSpecification<?> first, ChildSpecification<?> second) {
        return OtpSystem.builder("shop")
                .root(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(0, HOUR)
                                        .add(first)
                                        .add(second));
    }

    private ChildSpecification<?> sub(ChildSpecification<?>... children) {
        StaticSupervisor.Builder sub = StaticSupervisor.oneForOne();
        for (ChildSpecification<?> child : children) sub = sub.add(child);
        return sub.supervised("sub");
    }

    private void assertNothingRuns() {
        eventually("nothing runs", () -> started.stream().noneMatch(Processes::isAlive));
    }

    private static CompletableFuture<Throwable> starting(OtpSystem system) {
        var outcome = new CompletableFuture<Throwable>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                system.start();
                                outcome.complete(new AssertionError("it was started"));
                            } catch (Throwable failed) {
                                outcome.complete(failed);
                            }
                        });
        return outcome;
    }

    @Nested
    class Starting {
        @Test
        @Rule("B-02")
        void aFailureIsPrintedAsATreeWithAllCauses() {
            var boom = new IllegalStateException("no database", new IOException("refused"));
            ChildSpecification<Object> failing =
                    ChildSpecification.worker(
                            "intake",
                            () -> {
                                throw boom;
                            });
            try (OtpSystem system = system(worker("a"), sub(worker("b"), failing)).build()) {
                assertThatExceptionOfType(OtpStartException.class)
                        .isThrownBy(system::start)
                        .withMessage(
                                """
                                '/sub/intake' could not be started by its supervisor '/sub': initialiser exited: java.lang.IllegalStateException: no database
                                  /
                                  +- sub
                                     +- intake: initialiser exited: java.lang.IllegalStateException: no database
                                        caused by: java.io.IOException: refused""")
                        .withCause(boom);
                assertThat(events).containsExactly("start a", "start b", "stop b", "stop a");
            }
        }

        @Test
        void causesThatGoRoundInACircleArePrintedOnce() {
            var outer = new IllegalStateException("outer");
            var inner = new IllegalArgumentException("inner", outer);
            outer.initCause(inner);
            var failure =
                    new ChildStartFailure(
                            "/", "a", new StartError.InitExited(ExitReason.abnormal(outer)));

            assertThat(StartFailureText.of(failure))
                    .containsOnlyOnce("caused by")
                    .contains("inner");
        }

        @Test
        @Rule({"B-02", "V-07"})
        void oneThatTakesTooLongStopsInOrderWhatItHasStarted() {
            Duration limit = Duration.ofMillis(100);
            try (OtpSystem system =
                    system(worker("a"), sub(worker("b"), hanging("c"), worker("d")))
                            .startTimeout(limit)
                            .build()) {
                assertThatExceptionOfType(OtpStartException.class)
                        .isThrownBy(system::start)
                        .withMessage(
                                "the tree of 'shop' was not started within PT0.1S; '/sub/c' was"
                                        + " being started")
                        .satisfies(
                                e ->
                                        assertThat(e.error())
                                                .isEqualTo(new StartError.InitTimeout(limit)));

                assertThat(events).containsExactly("start a", "start b", "stop b", "stop a");
                assertThat(system.state()).isEqualTo(State.STOPPED);
                assertNothingRuns();
            }
        }

        /** The supervisors above the one that waits are not interrupted: they wait for it. */
        @Test
        @Rule({"B-02", "V-07"})
        void whatIsCalledOffStopsFromTheInside() {
            var outerStops = new CountDownLatch(1);
            var overtaken = new CompletableFuture<Boolean>();
            ChildSpecification<?> outer =
                    terminating("outer", Executors.callable(outerStops::countDown));
            ChildSpecification<?> inner =
                    terminating(
                            "inner",
                            () -> overtaken.complete(outerStops.await(200, TimeUnit.MILLISECONDS)));
            try (OtpSystem system =
                    system(outer, sub(sub(inner, hanging("c"))))
                            .startTimeout(Duration.ofMillis(100))
                            .build()) {
                assertThatExceptionOfType(OtpStartException.class)
                        .isThrownBy(system::start)
                        .withMessageContaining("'/sub/sub/c' was being started");

                assertThat(overtaken).isCompletedWithValue(false);
            }
        }

        @Test
        @Rule("B-02")
        void oneThatDoesNotEvenEndWhenCalledOffIsKilled() {
            try (OtpSystem system =
                    system(worker("a"), deaf("b")).startTimeout(Duration.ofMillis(50)).build()) {
                assertThatExceptionOfType(OtpStartException.class)
                        .isThrownBy(system::start)
                        .withMessageContaining("'/b' was being started");

                assertThat(release.getCount()).isOne();
                assertNothingRuns();
                assertThat(system.state()).isEqualTo(State.STOPPED);
            }
        }

        @Test
        void theTreeCanBeReadWhileItStarts() throws Exception {
            try (OtpSystem system = system(worker("a"), hanging("b")).build()) {
                assertThat(system.tree(1, 10)).isEmpty();
                CompletableFuture<Throwable> outcome = starting(system);
                stuck.await();

                TreeNode root = system.tree(1, 10).orElseThrow();

                assertThat(root.state()).isEqualTo(TreeNode.State.STARTING);
                assertThat(root.children())
                        .extracting(TreeNode::name, TreeNode::state)
                        .containsExactly(
                                org.assertj.core.groups.Tuple.tuple("a", TreeNode.State.RUNNING),
                                org.assertj.core.groups.Tuple.tuple("b", TreeNode.State.STOPPED));
                assertThat(system.state()).isEqualTo(State.STARTING);
                system.stop(SOON);
                get(outcome);
                assertThat(system.tree(1, 10)).isEmpty();
            }
        }
    }

    @Nested
    class Stopping {
        @Test
        @Rule("B-03")
        void aStopCallsAStartOffThatHangs() throws Exception {
            try (OtpSystem system = system(worker("a"), sub(worker("b"), hanging("c"))).build()) {
                CompletableFuture<Throwable> outcome = starting(system);
                stuck.await();

                assertThat(system.stop(SOON)).isTrue();

                assertThat(get(outcome))
                        .isInstanceOf(OtpStartException.class)
                        .hasMessage("'shop' was stopped; '/sub/c' was being started");
                assertThat(events).containsExactly("start a", "start b", "stop b", "stop a");
                assertThat(system.state()).isEqualTo(State.STOPPED);
            }
        }

        @Test
        @Rule("B-03")
        void anInterruptCallsAStartOffThatHangs() throws Exception {
            try (OtpSystem system = system(worker("a"), sub(worker("b"), hanging("c"))).build()) {
                var outcome = new CompletableFuture<Throwable>();
                var interrupted = new CompletableFuture<Boolean>();
                Thread starter =
                        Thread.ofPlatform()
                                .daemon()
                                .start(
                                        () -> {
                                            try {
                                                system.start();
                                            } catch (Throwable thrown) {
                                                interrupted.complete(Thread.interrupted());
                                                outcome.complete(thrown);
                                            }
                                        });
                stuck.await();

                starter.interrupt();

                assertThat(get(outcome))
                        .isInstanceOf(OtpStartException.class)
                        .hasMessage(
                                "the thread that starts 'shop' was interrupted; '/sub/c' was being"
                                        + " started");
                assertThat(get(interrupted)).isTrue();
                assertThat(events).containsExactly("start a", "start b", "stop b", "stop a");
                assertThat(system.state()).isEqualTo(State.STOPPED);
                assertNothingRuns();
            }
        }

        @Test
        @Rule({"B-03", "K-07"})
        void aStartThatIsDeafIsKilledAtTheLimit() throws Exception {
            try (OtpSystem system = system(worker("a"), deaf("b")).build()) {
                CompletableFuture<Throwable> outcome = starting(system);
                stuck.await();
                long begun = System.nanoTime();

                assertThat(system.stop(Duration.ofMillis(100))).isFalse();

                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
                assertThat(get(outcome)).isInstanceOf(OtpStartException.class);
                assertNothingRuns();
                assertThat(system.state()).isEqualTo(State.STOPPED);
            }
        }

        @Test
        @Rule("B-03")
        void aThreadThatIsInterruptedStopsToo() {
            try (OtpSystem system = system(worker("a"), worker("b")).build()) {
                system.start();
                Thread.currentThread().interrupt();

                system.stop(SOON); // in time or not: it may be over before it is waited for

                assertThat(Thread.interrupted()).isTrue();
                assertThat(system.state()).isEqualTo(State.STOPPED);
                assertNothingRuns();
            }
        }

        /** A stop at any moment of a start leaves nothing behind, and no interrupt for the next. */
        @Test
        @Rule("B-03")
        void aStopMayComeAtAnyMomentOfAStart() throws Exception {
            try (OtpSystem system = system(worker("a"), sub(worker("b"), worker("c"))).build()) {
                for (int round = 0; round < 1_000; round++) {
                    var begun = new CountDownLatch(1);
                    Thread start =
                            Thread.ofVirtual()
                                    .start(
                                            () -> {
                                                begun.countDown();
                                                try {
                                                    system.start();
                                                } catch (OtpStartException calledOff) {
                                                    // a stop came first
                                                }
                                            });
                    begun.await();
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(200_000));
                    assertThat(system.stop(SOON)).isTrue();
                    start.join();
                    assertThat(system.stop(SOON)).isTrue();
                    assertNothingRuns();
                    started.clear();
                }
                system.start();
                assertThat(system.state()).isEqualTo(State.RUNNING);
            }
        }
    }

    @Nested
    class Ending {
        private final List<Termination> told = new CopyOnWriteArrayList<>();
        private final List<Termination> hooked = new CopyOnWriteArrayList<>();

        private OtpSystem system(Type type) {
            return ApplicationTests.this
                    .system(worker("a"), worker("b"))
                    .type(type)
                    .listener((SystemListener) told::add)
                    .terminationHook(hooked::add)
                    .build();
        }

        private ExitReason giveUp(OtpSystem system) {
            var terminated = system.whenTerminated().toCompletableFuture();
            Processes.kill(system.find("/a", 0, 0).orElseThrow().pid());
            return get(terminated);
        }

        @ParameterizedTest
        @Rule("B-01")
        @CsvSource({
            "PERMANENT, normal, true",
            "PERMANENT, shutdown, true",
            "PERMANENT, detail, true",
            "PERMANENT, killed, true",
            "PERMANENT, broken, true",
            "TRANSIENT, normal, false",
            "TRANSIENT, shutdown, true",
            "TRANSIENT, detail, true",
            "TRANSIENT, killed, true",
            "TRANSIENT, broken, true",
            "TEMPORARY, normal, false",
            "TEMPORARY, shutdown, false",
            "TEMPORARY, detail, false",
            "TEMPORARY, killed, false",
            "TEMPORARY, broken, false"
        })
        void whatItMeansForAllElse(Type type, String reason, boolean all) {
            ExitReason why =
                    switch (reason) {
                        case "normal" -> ExitReason.NORMAL;
                        case "shutdown" -> ExitReason.SHUTDOWN;
                        case "detail" -> ExitReason.shutdown("detail");
                        case "killed" -> ExitReason.KILLED;
                        default -> ExitReason.abnormal("broken");
                    };

            assertThat(new Termination("s", type, why, false).endsAll()).isEqualTo(all);
            assertThat(new Termination("s", type, why, true).endsAll()).isFalse();
        }

        @ParameterizedTest
        @org.junit.jupiter.params.provider.EnumSource
        @Rule("B-01")
        void aRootThatGivesUpIsTheEndForThoseThatSaySo(Type type) {
            try (OtpSystem system = system(type)) {
                system.start();

                assertThat(giveUp(system)).isEqualTo(ExitReason.SHUTDOWN);

                var termination = new Termination("shop", type, ExitReason.SHUTDOWN, false);
                assertThat(told).containsExactly(termination);
                if (type == Type.TEMPORARY) assertThat(hooked).isEmpty();
                else assertThat(hooked).containsExactly(termination);
                assertThat(system.state()).isEqualTo(State.GAVE_UP);
                assertThat(events).contains("stop b");
            }
        }

        @Test
        @Rule("B-01")
        void aStopIsNoEndOfAllElse() {
            try (OtpSystem system = system(Type.PERMANENT)) {
                system.start();
                var terminated = system.whenTerminated().toCompletableFuture();

                system.stop(SOON);

                get(terminated);
                assertThat(told).extracting(Termination::requested).containsExactly(true);
                assertThat(hooked).isEmpty();
            }
        }

        @Test
        void aTerminationListenerMayFail() {
            try (var log = new LogLines(OtpSystem.class.getName());
                    OtpSystem system =
                            ApplicationTests.this
                                    .system(worker("a"), worker("b"))
                                    .type(Type.PERMANENT)
                                    .listener(
                                            (SystemListener)
                                                    termination -> {
                                                        throw new IllegalStateException("x");
                                                    })
                                    .terminationHook(hooked::add)
                                    .build()) {
                system.start();

                giveUp(system);

                assertThat(hooked).hasSize(1);
                assertThat(log.matching(" failed when it was told of the end")).hasSize(1);
            }
        }

        @Test
        void aTerminationHookMayFail() {
            try (var log = new LogLines(OtpSystem.class.getName());
                    OtpSystem system =
                            ApplicationTests.this
                                    .system(worker("a"), worker("b"))
                                    .type(Type.PERMANENT)
                                    .terminationHook(
                                            termination -> {
                                                throw new IllegalStateException("x");
                                            })
                                    .build()) {
                system.start();

                giveUp(system);

                String line = "termination hook of '%s' failed".formatted(system.name());
                eventually("logged", () -> log.matching(line).size() == 1);
            }
        }
    }

    @Nested
    class DependingOnOthers {
        private OtpSystem one(String name, OtpSystem... needed) {
            OtpSystem.Builder builder = Trees.system(name, worker(name));
            for (OtpSystem system : needed) builder.dependsOn(system);
            return builder.build();
        }

        @Test
        @Rule("B-04")
        void startsAfterWhatItNeedsAndStopsBefore() {
            try (OtpSystem db = one("db");
                    OtpSystem mail = one("mail", db);
                    OtpSystem shop = one("shop", db, mail)) {
                shop.start();
                assertThat(events).containsExactly("start db", "start mail", "start shop");
                events.clear();

                assertThat(db.stop(SOON)).isTrue();

                assertThat(events).containsExactly("stop shop", "stop mail", "stop db");
                assertThat(shop.state()).isEqualTo(State.STOPPED);
                assertThat(mail.state()).isEqualTo(State.STOPPED);
            }
        }

        @Test
        @Rule("B-04")
        void leavesAloneWhatRanBefore() {
            try (OtpSystem db = one("db");
                    OtpSystem shop = one("shop", db)) {
                db.start();
                shop.start();

                assertThat(shop.stop(SOON)).isTrue();

                assertThat(events).containsExactly("start db", "start shop", "stop shop");
                assertThat(db.state()).isEqualTo(State.RUNNING);
            }
        }

        @Test
        @Rule({"B-04", "B-02"})
        void aFailedStartStopsWhatItStarted() {
            ChildSpecification<Object> failing =
                    ChildSpecification.worker(
                            "x",
                            () -> {
                                throw new IllegalStateException("no");
                            });
            try (OtpSystem running = one("running");
                    OtpSystem db = one("db", running);
                    OtpSystem shop =
                            OtpSystem.builder("shop")
                                    .dependsOn(running)
                                    .dependsOn(db)
                                    .root(() -> Trees.of(failing))
                                    .build()) {
                running.start();

                assertThatExceptionOfType(OtpStartException.class).isThrownBy(shop::start);

                assertThat(events).containsExactly("start running", "start db", "stop db");
                assertThat(running.state()).isEqualTo(State.RUNNING);
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.testkit.Expect.QUIET;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@OtpTest
class ActorTests {
    private static final ExitReason BROKEN = ExitReason.abnormal("broken");

    record Get(Subject<Object> replyTo) {}

    record Stop(ExitReason reason) {}

    record Throw(Throwable thrown) {}

    /** Keeps what it gets, stops and throws when told. */
    private static Next<List<Object>, Object> keep(List<Object> seen, Object message)
            throws Exception {
        switch (message) {
            case Get(var replyTo) -> replyTo.send(List.copyOf(seen));
            case Stop(ExitReason reason) -> {
                return Next.stop(reason);
            }
            case Throw(Throwable thrown) -> {
                if (thrown instanceof Exception e) throw e;
                throw (Error) thrown;
            }
            default -> {
                var more = new ArrayList<>(seen);
                more.add(message);
                return Next.continueWith(more);
            }
        }
        return Next.continueWith(seen);
    }

    private static ActorBuilder<List<Object>, Object, Subject<Object>> keeper() {
        return Actor.<List<Object>>startingWith(List::of).onMessage(ActorTests::keep);
    }

    private static Object seenBy(Subject<Object> actor) {
        return actor.call(SOON, Get::new);
    }

    private static Pid unlinked(Pid pid) {
        Processes.unlink(pid);
        return pid;
    }

    @Nested
    class Starting {
        @Test
        @Rule({"A-01", "A-02"})
        void returnsAfterTheInitialiserWithTheSubject() {
            var initialised = new AtomicBoolean();

            Started<Subject<Object>> started =
                    Actor.<List<Object>>startingWith(
                                    () -> {
                                        initialised.set(true);
                                        return List.of();
                                    })
                            .onMessage(ActorTests::keep)
                            .start();

            assertThat(initialised).isTrue();
            assertThat(started.data().owner()).isEqualTo(started.pid());
            assertThat(ProcessInfo.of(started.pid()).links()).contains(Processes.self());
            started.data().send("x");
            assertThat(seenBy(started.data())).isEqualTo(List.of("x"));
        }

        @Test
        @Rule("A-01")
        void returnsTheNamedSubjectOrWhatTheInitialiserSays() {
            Name<Object> name = Name.create("named");

            Subject<Object> data = keeper().named(name).start().data();
            String other =
                    Actor.<Integer, Object, String>withInitializer(
                                    SOON, init -> init.state(0).returning("data"))
                            .onMessage((Integer n, Object m) -> Next.continueWith(n))
                            .start()
                            .data();

            assertThat(data).isSameAs(name.subject());
            assertThat(other).isEqualTo("data");
        }

        @Test
        @Rule({"A-02", "A-04", "R-07"})
        void theNameResolvesInsideTheInitialiserAndEarlyMessagesAreKept() {
            Name<Object> name = Name.create("early");
            Pid[] resolved = new Pid[2];

            Subject<Object> actor =
                    Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                    SOON,
                                    init -> {
                                        resolved[0] = name.pid();
                                        resolved[1] = Processes.self();
                                        init.self().send("first");
                                        outside(() -> name.subject().send("second"));
                                        return init.state(List.of());
                                    })
                            .onMessage(ActorTests::keep)
                            .named(name)
                            .start()
                            .data();
            actor.send("third");

            assertThat(resolved[0]).isNotNull().isEqualTo(resolved[1]);
            assertThat(seenBy(actor)).isEqualTo(List.of("first", "second", "third"));
        }

        @Test
        @Rule({"A-03", "F-05"})
        void aTakenNameFailsTheStartAndHarmsNobody() {
            Name<Object> name = Name.create("taken");
            Pid holder = keeper().named(name).start().pid();
            var initialised = new AtomicBoolean();

            StartResult<Subject<Object>> result =
                    Actor.<List<Object>>startingWith(
                                    () -> {
                                        initialised.set(true);
                                        return List.of();
                                    })
                            .onMessage(ActorTests::keep)
                            .named(name)
                            .tryStart();

            assertThat(result)
                    .isInstanceOfSatisfying(
                            StartResult.Failed.class,
                            failed ->
                                    assertThat(failed.error())
                                            .isInstanceOfSatisfying(
                                                    StartError.InitFailed.class,
                                                    e ->
                                                            assertThat(e.message())
                                                                    .startsWith(
                                                                            "name already"
                                                                                    + " registered")));
            assertThat(initialised).isFalse();
            assertThat(name.pid()).isEqualTo(holder);
            assertThat(ProcessInfo.of(Processes.self()).links()).containsExactly(holder);
        }

        private ActorBuilder<Integer, Object, Subject<Object>> failing(
                Actor.Initializer<Integer, Object, Subject<Object>> init) {
            return Actor.withInitializer(Duration.ofSeconds(5), init)
                    .onMessage((Integer n, Object m) -> Next.continueWith(n));
        }

        private @Nullable StartError errorOf(ActorBuilder<?, ?, ?> builder) {
            return builder.tryStart() instanceof StartResult.Failed<?>(var error) ? error : null;
        }

        /** Table 3.5, starter not trapping: what it survives. */
        @Test
        @Rule({"A-05", "A-06", "TR-05"})
        void anOrderlyFailureLeavesThePlainStarterAliveAndTheNameFree() {
            Name<Object> name = Name.create("retried");
            Pid[] last = new Pid[1];
            for (int i = 0; i < 1_000; i++) {
                StartError error =
                        errorOf(
                                failing(
                                                init -> {
                                                    last[0] = Processes.self();
                                                    throw init.fail("not today");
                                                })
                                        .named(name));

                assertThat(error).isEqualTo(new StartError.InitFailed("not today"));
                assertThat(Processes.isAlive(last[0])).isFalse();
                assertThat(name.pid()).isNull();
            }
            assertThat(ProcessInfo.of(last[0]).exitReason()).isEqualTo(ExitReason.NORMAL);
            assertThat(ProcessInfo.of(Processes.self()).links()).isEmpty();
        }

        @Test
        @Rule({"A-05", "A-06", "TR-05"})
        void aTrappingStarterHearsOfAFailureFromTheStartOnly() {
            Processes.trapExits(true);
            var boom = new IllegalStateException("boom");

            assertThat(
                            errorOf(
                                    failing(
                                            init -> {
                                                throw init.fail("no");
                                            })))
                    .isEqualTo(new StartError.InitFailed("no"));
            assertThat(
                            errorOf(
                                    failing(
                                            init -> {
                                                throw boom;
                                            })))
                    .isEqualTo(new StartError.InitExited(ExitReason.abnormal(boom)));

            assertThat(anythingComes()).isFalse();
        }

        @Test
        @Rule({"A-07", "TR-05"})
        void aCrashTerminatesThePlainStarter() {
            var boom = new IllegalStateException("boom");
            var returned = new AtomicBoolean();
            var go = new CountDownLatch(1);
            Pid starter =
                    Processes.spawnUnlinked(
                            () -> {
                                stubbornly(go);
                                failing(
                                                init -> {
                                                    throw boom;
                                                })
                                        .tryStart();
                                returned.set(true);
                            });
            Monitor monitor = Processes.monitor(starter);
            go.countDown();

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.abnormal(boom));
            assertThat(returned).isFalse();
        }

        @Test
        @Rule({"A-07", "A-06", "TR-05"})
        void aCrashIsAnErrorForATrappingStarterAndThePlainThread() {
            var boom = new IllegalStateException("boom");
            Name<Object> name = Name.create("crashing");
            ActorBuilder<?, ?, ?> crashing =
                    failing(
                                    init -> {
                                        throw boom;
                                    })
                            .named(name);
            Processes.trapExits(true);

            for (int i = 0; i < 500; i++) {
                assertThat(errorOf(crashing))
                        .isEqualTo(new StartError.InitExited(ExitReason.abnormal(boom)));
                assertThat(name.pid()).isNull();
            }
            outside(
                    () ->
                            assertThatExceptionOfType(StartException.class)
                                    .isThrownBy(crashing::start)
                                    .withCause(boom));
        }

        @Test
        @Rule({"A-08", "A-06", "TR-05", "K-05"})
        void aSlowInitialiserTimesOutAndItsLateResultIsVoid() {
            for (boolean trapping : new boolean[] {false, true}) {
                Processes.trapExits(trapping);
                Name<Object> name = Name.create("slow");
                var release = new CountDownLatch(1);
                var late = new CompletableFuture<Throwable>();
                Subject<Object> own = Subject.create();
                Pid[] child = new Pid[1];
                long start = System.nanoTime();

                StartError error =
                        errorOf(
                                failing(
                                                init -> {
                                                    child[0] = Processes.self();
                                                    stubbornly(release);
                                                    try {
                                                        own.send("late");
                                                    } catch (Throwable thrown) {
                                                        late.complete(thrown);
                                                    }
                                                    return init.state(0);
                                                })
                                        .initTimeout(Duration.ofMillis(50))
                                        .named(name));

                assertThat(error).isEqualTo(new StartError.InitTimeout(Duration.ofMillis(50)));
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofMillis(50), Duration.ofMillis(800));
                assertThat(Processes.isAlive(child[0])).isFalse();
                assertThat(ProcessInfo.of(child[0]).exitReason()).isEqualTo(ExitReason.KILLED);
                assertThat(name.pid()).isNull();
                release.countDown();
                assertThat(get(late)).isInstanceOf(dev.otp4j.process.ProcessExit.class);
                assertThat(anythingComes()).isFalse();
            }
        }

        @Test
        @Rule({"A-07", "TR-05"})
        void aKillDuringTheInitialiserIsItsExit() {
            Processes.trapExits(true);
            var pids = new CompletableFuture<Pid>();
            var release = new CountDownLatch(1);
            Processes.spawn(() -> Processes.kill(get(pids)));

            StartError error =
                    errorOf(
                            Actor.<Integer, Object, Subject<Object>>withInitializer(
                                            SOON,
                                            init -> {
                                                pids.complete(Processes.self());
                                                stubbornly(release);
                                                return init.state(0);
                                            })
                                    .onMessage((Integer n, Object m) -> Next.continueWith(n)));

            release.countDown();
            assertThat(error).isEqualTo(new StartError.InitExited(ExitReason.KILLED));
        }
    }

    @Nested
    class Handling {
        @Test
        @Rule("A-10")
        void oneMessageAtATimeInMailboxOrder() {
            Subject<Object> actor = keeper().start().data();
            var expected = new ArrayList<Object>();
            for (int i = 0; i < 3_000; i++) {
                actor.send(i);
                expected.add(i);
            }

            assertThat(seenBy(actor)).isEqualTo(expected);
        }

        @Test
        @Rule("A-10")
        void neverTwoAtOnce() {
            var inside = new AtomicInteger();
            var overlaps = new AtomicInteger();
            Subject<Object> actor =
                    Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer n, Object m) -> {
                                        if (inside.incrementAndGet() > 1)
                                            overlaps.incrementAndGet();
                                        if (m instanceof Get(var to)) to.send(n);
                                        inside.decrementAndGet();
                                        return Next.continueWith(n + 1);
                                    })
                            .start()
                            .data();
            var pids = new ArrayList<Monitor>();
            for (int s = 0; s < 4; s++) {
                Pid pid =
                        Processes.spawnUnlinked(
                                () -> {
                                    for (int i = 0; i < 2_000; i++) actor.send(i);
                                });
                pids.add(Processes.monitor(pid));
            }
            for (Monitor monitor : pids) expectDown(monitor);

            assertThat(actor.call(SOON, Get::new)).isEqualTo(8_000);
            assertThat(overlaps).hasValue(0);
        }

        @Test
        @Rule("A-09")
        void aSelectorOfTheInitialiserReplacesTheDefault() {
            Subject<Subject<String>> doors = Subject.create();
            Subject<Object> actor =
                    Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                    SOON,
                                    init -> {
                                        Subject<String> own = Subject.create();
                                        doors.send(own);
                                        return init.state(List.of())
                                                .selecting(
                                                        Selector.<Object>create()
                                                                .select(own)
                                                                .selectOther(
                                                                        o ->
                                                                                o instanceof Get
                                                                                        ? o
                                                                                        : "other "
                                                                                                + o));
                                    })
                            .onMessage(ActorTests::keep)
                            .start()
                            .data();
            expect(doors).send("selected");
            actor.send("default");

            assertThat(seenBy(actor)).isEqualTo(List.of("selected", "other default"));
        }

        @Test
        @Rule({"A-11", "A-12"})
        void aNewSelectorReplacesTheOldOneEntirely() {
            var warnings = new LogLines(Actor.class.getName());
            Subject<Subject<Object>> doors = Subject.create();
            Subject<Object> actor =
                    Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                    SOON,
                                    init -> {
                                        Subject<Object> first = Subject.create();
                                        Subject<Object> second = Subject.create();
                                        doors.send(first);
                                        doors.send(second);
                                        return init.state(List.<Object>of(second))
                                                .selecting(Selector.<Object>create().select(first));
                                    })
                            .onMessage(
                                    (List<Object> state, Object message) -> {
                                        if (message.equals("switch")) {
                                            @SuppressWarnings("unchecked")
                                            var second = (Subject<Object>) state.getFirst();
                                            return Next.<List<Object>, Object>continueWith(
                                                            List.of())
                                                    .withSelector(
                                                            Selector.<Object>create()
                                                                    .select(second));
                                        }
                                        return keep(state, message);
                                    })
                            .start()
                            .data();
            Subject<Object> first = expect(doors);
            Subject<Object> second = expect(doors);
            try (warnings) {
                first.send("switch");
                first.send("unexpected now");
                second.send("selected now");

                Object seen = second.call(SOON, Get::new);

                assertThat(seen).isEqualTo(List.of("selected now"));
                assertThat(warnings.matching("discarding unexpected message")).hasSize(1);
            }
            assertThat(Processes.isAlive(actor.owner())).isTrue();
        }

        @Test
        @Rule("A-12")
        void anUnexpectedMessageIsLoggedAndDropped() {
            Subject<Subject<Integer>> doors = Subject.create();
            Subject<Object> actor =
                    Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                    SOON,
                                    init -> {
                                        doors.send(Subject.create());
                                        return init.state(List.of());
                                    })
                            .onMessage(ActorTests::keep)
                            .start()
                            .data();
            try (var warnings = new LogLines(Actor.class.getName())) {
                expect(doors).send(42);
                actor.send("expected");

                assertThat(seenBy(actor)).isEqualTo(List.of("expected"));
                assertThat(warnings.matching("discarding unexpected message")).hasSize(1);
            }
        }

        @Test
        @Rule("P-33")
        void nothingIsHandledAfterAFatalSignal() {
            var entered = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            var handled = new AtomicInteger();
            Started<Subject<Object>> actor =
                    Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer n, Object m) -> {
                                        handled.incrementAndGet();
                                        entered.countDown();
                                        stubbornly(release);
                                        return Next.continueWith(n + 1);
                                    })
                            .start();
            unlinked(actor.pid());
            for (int i = 0; i < 10; i++) actor.data().send(i);
            stubbornly(entered);

            Processes.exit(actor.pid(), BROKEN);
            release.countDown();

            assertThat(anythingComes()).isFalse();
            assertThat(handled).hasValue(1);
        }
    }

    @Nested
    class Stopping {
        static Stream<ExitReason> reasons() {
            return Stream.of(
                    ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("detail"), BROKEN);
        }

        @ParameterizedTest
        @MethodSource("reasons")
        @Rule({"A-13", "A-14", "A-15"})
        void linksAndMonitorsSeeExactlyTheReason(ExitReason reason) {
            Processes.trapExits(true);
            Started<Subject<Object>> actor = keeper().start();
            Monitor monitor = Processes.monitor(actor.pid());

            actor.data().send(new Stop(reason));

            assertThat(expectDown(monitor)).isSameAs(reason);
            assertThat(expectExit(actor.pid())).isSameAs(reason);
        }

        @Test
        @Rule({"A-13", "C-05"})
        void callersInTheMailboxFailAtOnce() {
            var entered = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            Started<Subject<Object>> actor =
                    Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer n, Object m) -> {
                                        entered.countDown();
                                        stubbornly(release);
                                        return Next.<Integer, Object>stop();
                                    })
                            .start();
            actor.data().send("stop");
            stubbornly(entered);
            Processes.spawn(
                    () -> {
                        eventually("queued", () -> ProcessInfo.mailboxSize(actor.pid()) > 0);
                        release.countDown();
                    });

            assertThatExceptionOfType(CallException.CalleeDown.class)
                    .isThrownBy(() -> actor.data().callForever(Get::new))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NORMAL));
        }

        static Stream<Throwable> throwables() {
            return Stream.of(
                    new IllegalStateException("state"),
                    new java.io.IOException("checked"),
                    new StackOverflowError(),
                    new AssertionError("assertion"),
                    new NoClassDefFoundError("class"),
                    new OutOfMemoryError("array"));
        }

        @ParameterizedTest
        @MethodSource("throwables")
        @Rule({"A-16", "TR-18", "L-05"})
        void aThrowingHandlerEndsTheActorWithOneCrashReport(Throwable thrown) {
            Started<Subject<Object>> actor = keeper().start();
            unlinked(actor.pid());
            Monitor monitor = Processes.monitor(actor.pid());
            try (var crashes = new LogLines("dev.otp4j.process.crash")) {
                actor.data().send(new Throw(thrown));

                assertThat(ExitReason.throwableOf(expectDown(monitor))).isSameAs(thrown);
                assertThat(crashes.matching("context=crash")).hasSize(1);
            }
        }

        @Test
        @Rule("L-05")
        void aCleanEndIsNoCrash() {
            try (var crashes = new LogLines("dev.otp4j.process.crash")) {
                for (ExitReason reason :
                        List.of(
                                ExitReason.NORMAL,
                                ExitReason.SHUTDOWN,
                                ExitReason.shutdown("detail"))) {
                    Started<Subject<Object>> actor = keeper().start();
                    unlinked(actor.pid());
                    Monitor monitor = Processes.monitor(actor.pid());
                    actor.data().send(new Stop(reason));
                    expectDown(monitor);
                }

                assertThat(crashes.matching("context=crash")).isEmpty();
            }
        }
    }

    @Nested
    class Signals {
        private final List<Object> terminated = new ArrayList<>();

        private ActorBuilder<List<Object>, Object, Subject<Object>> trapper() {
            return keeper().onTerminate((state, reason) -> terminated.add(reason));
        }

        @Test
        @Rule("A-17")
        void aLinkedProcesssEndTakesAPlainActorAlong() {
            Processes.trapExits(true);
            Pid peer = Processes.spawn(() -> Processes.sleep(SOON));
            Started<Subject<Object>> actor =
                    Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                                    SOON,
                                    init -> {
                                        Processes.link(peer);
                                        return init.state(List.of());
                                    })
                            .onMessage(ActorTests::keep)
                            .start();

            Processes.exit(peer, BROKEN);

            assertThat(expectExit().reason()).isEqualTo(BROKEN);
            assertThat(expectExit().reason()).isEqualTo(BROKEN);
            assertThat(Processes.isAlive(actor.pid())).isFalse();
        }

        static Stream<ExitReason> parentReasons() {
            return Stopping.reasons();
        }

        @ParameterizedTest
        @MethodSource("parentReasons")
        @Rule({"A-18", "A-20", "TR-11"})
        void anExitOfTheParentEndsATrappingActor(ExitReason reason) {
            Processes.trapExits(true);
            Started<Subject<Object>> actor = trapper().start();

            Processes.exit(actor.pid(), reason);

            assertThat(expectExit(actor.pid())).isEqualTo(reason);
            assertThat(terminated).containsExactly(reason);
        }

        @ParameterizedTest
        @MethodSource("parentReasons")
        @Rule({"A-18", "TR-11"})
        void theParentsDeathEndsATrappingActor(ExitReason reason) {
            var started = new CompletableFuture<Pid>();
            var end = new CountDownLatch(1);
            Processes.spawnUnlinked(
                    () -> {
                        started.complete(trapper().start().pid());
                        stubbornly(end);
                        Processes.exit(reason);
                    });
            Pid actor = get(started);
            Monitor monitor = Processes.monitor(actor);
            end.countDown();

            assertThat(expectDown(monitor)).isEqualTo(reason);
            assertThat(terminated).containsExactly(reason);
        }

        @Test
        @Rule({"A-19", "TR-11"})
        void anExitOfAStrangerIsAMessage() {
            Subject<Object> seen = Subject.create();
            Started<Subject<Object>> actor =
                    Actor.<Integer, Object, Subject<Object>>withInitializer(
                                    SOON,
                                    init -> {
                                        init.trapExits();
                                        return init.state(0)
                                                .selecting(
                                                        Selector.<Object>create()
                                                                .select(init.self())
                                                                .selectTrappedExits(e -> e));
                                    })
                            .onMessage(
                                    (Integer n, Object m) -> {
                                        seen.send(m);
                                        return Next.continueWith(n);
                                    })
                            .start();
            for (ExitReason reason : Stopping.reasons().toList()) {
                Pid stranger = Processes.spawnUnlinked(() -> Processes.exit(actor.pid(), reason));

                assertThat(expect(seen)).isEqualTo(new ExitMessage(stranger, reason));
            }
            assertThat(Processes.isAlive(actor.pid())).isTrue();
        }

        @Test
        @Rule({"P-08", "TR-11"})
        void normalIsNoStopButton() {
            Pid actor = keeper().start().pid();
            Pid stranger = Processes.spawnUnlinked(() -> Processes.exit(actor, ExitReason.NORMAL));
            expectDown(stranger);
            Processes.exit(actor, ExitReason.NORMAL);

            assertThat(Processes.isAlive(actor)).isTrue();
        }

        @Test
        @Rule("A-20")
        void theTerminateCallbackRunsOnceForStopAndCrash() {
            for (Object last : List.of(new Stop(BROKEN), new Throw(new IllegalStateException()))) {
                terminated.clear();
                Started<Subject<Object>> actor = trapper().start();
                unlinked(actor.pid());
                Monitor monitor = Processes.monitor(actor.pid());

                actor.data().send(last);

                ExitReason reason = expectDown(monitor);
                assertThat(terminated).containsExactly(reason);
            }
        }

        @Test
        @Rule({"A-20", "K-09"})
        void theTerminateCallbackDoesNotRunForAKillOrAFailedInitialiser() {
            Pid actor = unlinked(trapper().start().pid());
            Processes.kill(actor);
            Processes.trapExits(true);
            Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                            SOON,
                            init -> {
                                throw init.fail("no");
                            })
                    .onMessage(ActorTests::keep)
                    .onTerminate((state, reason) -> terminated.add(reason))
                    .tryStart();

            assertThat(Selector.create().receive(QUIET)).isEmpty();
            assertThat(terminated).isEmpty();
        }

        @Test
        @Rule("A-21")
        void duringTheTerminateCallbackTheActorIsAlive() {
            Name<Object> name = Name.create("ending");
            Subject<Object> told = Subject.create();
            Subject<Object> helper = keeper().start().data();
            Started<Subject<Object>> actor =
                    keeper().named(name)
                            .onTerminate(
                                    (state, reason) -> {
                                        told.send(Processes.isAlive(Processes.self()));
                                        told.send(Processes.self().equals(name.pid()));
                                        told.send(helper.call(SOON, Get::new));
                                    })
                            .start();
            unlinked(actor.pid());
            Monitor monitor = Processes.monitor(actor.pid());

            actor.data().send(new Stop(ExitReason.NORMAL));

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.NORMAL);
            assertThat(expect(told)).isEqualTo(true);
            assertThat(expect(told)).isEqualTo(true);
            assertThat(expect(told)).isEqualTo(List.of());
        }

        @Test
        @Rule("A-20")
        void overridingTheCallbackMakesAClassTrap() {
            class Plain implements Actor<Integer, Object> {
                @Override
                public Integer init(Subject<Object> self) {
                    return 0;
                }

                @Override
                public Next<Integer, Object> onMessage(Integer n, Object message) {
                    return Next.continueWith(n);
                }
            }
            class Ending extends Plain {
                @Override
                public void onTerminate(Integer n, ExitReason reason) {
                    terminated.add(reason);
                }
            }
            Pid plain = Actor.of(Plain::new).start().pid();
            Pid ending = Actor.of(Ending::new).start().pid();

            assertThat(ProcessInfo.of(plain).trapsExits()).isFalse();
            assertThat(ProcessInfo.of(ending).trapsExits()).isTrue();
            Processes.unlink(ending);
            Monitor monitor = Processes.monitor(ending);
            Processes.exit(ending, ExitReason.SHUTDOWN);
            assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
            assertThat(terminated).containsExactly(ExitReason.SHUTDOWN);
        }
    }
}

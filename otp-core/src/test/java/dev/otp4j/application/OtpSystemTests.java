/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.Shutdown;
import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.supervisor.SupervisorReport.Context;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Reported;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.TestSubject;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtpSystemTests {
    private final TestSubject<Announcing.Event> probe =
            TestSubject.create(ProcessRuntime.defaultRuntime());
    private final List<SupervisorReport> reports = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void end() {
        release.countDown();
        probe.close();
    }

    private OtpSystem.Builder system() {
        return OtpSystem.builder("shop")
                .listener(new Reported(reports::add))
                .root(
                        () ->
                                Trees.of(
                                        Announcing.stoppable(probe.subject(), "a"),
                                        Trees.of(Announcing.stoppable(probe.subject(), "c"))
                                                .supervised("b")));
    }

    private Announcing.Event expectEvent(String text) {
        Announcing.Event event = probe.expect();
        assertThat(event).hasToString(text);
        return event;
    }

    /** Notes each state that it is told of, and whether the system could be used meanwhile. */
    private static final class States implements SystemListener {
        final List<OtpSystem.State> told = new CopyOnWriteArrayList<>();
        final List<Boolean> usable = new CopyOnWriteArrayList<>();

        @Override
        public void stateChanged(OtpSystem system) {
            told.add(system.state());
            // another thread may start and stop it: listeners are told under no lock
            usable.add(
                    Expect.outside(
                            () -> {
                                system.stop(Duration.ZERO);
                                return true;
                            }));
        }

        @Override
        public void terminated(Termination termination) {}
    }

    @Test
    void listenersAreToldOfEachStateInWhichTheSystemCanStay() {
        var states = new CopyOnWriteArrayList<OtpSystem.State>();
        SystemListener listener =
                new SystemListener() {
                    @Override
                    public void stateChanged(OtpSystem system) {
                        states.add(system.state());
                    }

                    @Override
                    public void terminated(Termination termination) {}
                };
        try (OtpSystem system = system().listener(listener).build()) {
            system.start();
            assertThat(states).containsExactly(OtpSystem.State.RUNNING);
            system.start();
            assertThat(states).hasSize(1);
            system.stop(SOON);
            assertThat(states.getLast()).isEqualTo(OtpSystem.State.STOPPED);
            system.stop(SOON);
            assertThat(states).hasSize(2);
            system.start();
            Processes.kill(system.tree(0, 0).orElseThrow().pid());
            eventually("it gives up", () -> states.size() == 4);
            assertThat(states.subList(2, 4))
                    .containsExactly(OtpSystem.State.RUNNING, OtpSystem.State.GAVE_UP);
        }
    }

    @Test
    void aListenerThatIsToldOfAStateMayHaveAnotherThreadChangeIt() {
        var states = new States();
        try (OtpSystem system = system().listener(states).build()) {
            system.start();
            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
            assertThat(states.told)
                    .startsWith(OtpSystem.State.RUNNING)
                    .contains(OtpSystem.State.STOPPED);
            assertThat(states.usable).containsOnly(true);
        }
    }

    @Test
    @Rule({"B-02", "B-03", "V-26"})
    void startsSynchronouslyAndStopsInReverse() {
        try (OtpSystem system = system().build()) {
            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
            assertThat(system.tree(10, 10)).isEmpty();

            system.start();
            system.start();

            assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
            Pid a = expectEvent("start a").pid();
            expectEvent("start c");
            TreeNode tree = system.tree(10, 10).orElseThrow();
            assertThat(tree.path()).isEqualTo("/");
            assertThat(tree.children()).extracting(TreeNode::path).containsExactly("/a", "/b");
            assertThat(system.find("/b/c", 0, 10)).get().extracting(TreeNode::name).isEqualTo("c");
            assertThat(system.find("/b/x", 0, 10)).isEmpty();

            assertThat(system.stop(SOON)).isTrue();

            expectEvent("stop c");
            expectEvent("stop a");
            assertThat(Processes.isAlive(a)).isFalse();
            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
            assertThat(system.exitReason()).contains(ExitReason.SHUTDOWN);
            assertThat(system.stop(SOON)).isTrue();
        }
    }

    @Test
    void canBeStartedAgainAfterAStop() {
        try (OtpSystem system = system().build()) {
            for (int i = 0; i < 20; i++) {
                system.start();
                expectEvent("start a");
                expectEvent("start c");
                assertThat(system.exitReason()).isEmpty();
                assertThat(system.stop(SOON)).isTrue();
                expectEvent("stop c");
                expectEvent("stop a");
            }
        }
    }

    @Test
    @Rule({"B-01", "V-24", "L-02"})
    void aRootThatGivesUpIsToldOnceAndCanBeStartedAgain() {
        try (OtpSystem system = system().build();
                var log = new LogLines(OtpSystem.class.getName())) {
            system.start();
            Announcing.Event a = expectEvent("start a");
            expectEvent("start c");
            var terminated = system.whenTerminated().toCompletableFuture();
            for (int i = 0; i < 2; i++) {
                a.child().send(ExitReason.abnormal("broken"));
                expectEvent("stop a");
                a = expectEvent("start a");
            }
            eventually("counted", () -> system.restarts() == 2);

            a.child().send(ExitReason.abnormal("broken"));

            assertThat(get(terminated)).isEqualTo(ExitReason.SHUTDOWN);
            eventually("gave up", () -> system.state() == OtpSystem.State.GAVE_UP);
            expectEvent("stop a");
            expectEvent("stop c");
            assertThat(system.exitReason()).contains(ExitReason.SHUTDOWN);
            assertThat(log.matching("has given up")).hasSize(1);
            assertThat(reports)
                    .extracting(SupervisorReport::context)
                    .containsExactly(
                            Context.STARTED,
                            Context.STARTED,
                            Context.STARTED,
                            Context.CHILD_TERMINATED,
                            Context.RESTARTED,
                            Context.CHILD_TERMINATED,
                            Context.RESTARTED,
                            Context.CHILD_TERMINATED,
                            Context.SHUTDOWN);
            system.start();
            assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        }
    }

    @Test
    @Rule({"B-02", "V-07"})
    void aFailedStartNamesActorSupervisorAndCause() {
        var boom = new IllegalStateException("no database");
        try (OtpSystem system =
                Trees.system(
                                "shop",
                                Announcing.stoppable(probe.subject(), "a"),
                                Trees.of(failing(boom)).supervised("orders"))
                        .build()) {
            assertThatExceptionOfType(OtpStartException.class)
                    .isThrownBy(system::start)
                    .withMessageContaining("'/orders/intake'")
                    .withMessageContaining("'/orders'")
                    .withMessageContaining("no database")
                    .withCause(boom)
                    .satisfies(e -> assertThat(e.failure()).isPresent());

            Pid a = expectEvent("start a").pid();
            expectEvent("stop a");
            assertThat(Processes.isAlive(a)).isFalse();
            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
        }
    }

    private static ChildSpecification<?> failing(RuntimeException failure) {
        return ChildSpecification.worker(
                "intake",
                () ->
                        Actor.startingWith(
                                        () -> {
                                            throw failure;
                                        })
                                .onMessage((Object n, Object m) -> Next.continueWith(n))
                                .start());
    }

    @Test
    @Rule({"B-03", "V-29"})
    void aStopThatTakesTooLongKillsTheRest() {
        try (OtpSystem system =
                        Trees.system("slow", stuck().shutdown(new Shutdown.Infinity())).build();
                var log = new LogLines(OtpSystem.class.getName())) {
            system.start();
            Pid root = system.tree(0, 0).orElseThrow().pid();

            assertThat(system.stop(Duration.ofMillis(50))).isFalse();

            assertThat(Processes.isAlive(root)).isFalse();
            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
            assertThat(log.matching("did not stop within"))
                    .singleElement()
                    .asString()
                    .contains("; killing 2 processes: " + root + ", <");
        }
    }

    private ChildSpecification<Subject<Object>> stuck() {
        return ChildSpecification.worker(
                "stuck",
                () ->
                        Actors.<Object>idle()
                                .onTerminate((n, reason) -> stubbornly(release))
                                .start());
    }

    @Test
    @Rule("B-02")
    void aStartThatTakesTooLongFails() {
        ChildSpecification<?> slow =
                ChildSpecification.<Object>worker(
                        "slow",
                        () -> {
                            stubbornly(release);
                            throw new IllegalStateException();
                        });
        try (OtpSystem system =
                Trees.system("slow", slow).startTimeout(Duration.ofMillis(50)).build()) {
            assertThatExceptionOfType(OtpStartException.class)
                    .isThrownBy(system::start)
                    .withMessageContaining("slow")
                    .withMessageContaining("PT0.05S")
                    .satisfies(e -> assertThat(e.failure()).isEmpty());
            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
        }
    }

    @Test
    void aChildWhoseStarterTimedOutHasItsOwnTimeLimitStill() {
        var inInit = new CountDownLatch(1);
        var child = new AtomicReference<Pid>();
        ActorBuilder<Integer, Integer, Subject<Integer>> slow =
                Actors.<Integer>idle(
                                () -> {
                                    child.set(Processes.self());
                                    inInit.countDown();
                                    awaitQuietly(release);
                                    return 0;
                                })
                        .trapExits(true)
                        .interruptOnKill(false)
                        .initTimeout(Duration.ofSeconds(1));
        OtpSystem system =
                Trees.system("s", ChildSpecification.worker("slow", slow::start))
                        .startTimeout(Duration.ofMillis(200))
                        .build();

        assertThatExceptionOfType(OtpStartException.class).isThrownBy(system::start);

        await(inInit);
        var ended = system.runtime().whenEnded(child.get()).toCompletableFuture();
        assertThat(get(ended)).isEqualTo(ExitReason.KILLED);
    }

    @Test
    void aFailingListenerDoesNotDisturbTheTree() {
        try (OtpSystem system =
                system().listener(
                                new Reported(
                                        report -> {
                                            throw new IllegalStateException("listener");
                                        }))
                        .build()) {
            system.start();
            Announcing.Event a = expectEvent("start a");
            expectEvent("start c");

            Processes.kill(a.pid());

            expectEvent("start a");
        }
    }

    @Test
    @Rule("L-01")
    void aReportSaysWhoWhatAndWhy() {
        try (OtpSystem system = system().build()) {
            system.start();
            Announcing.Event a = expectEvent("start a");
            expectEvent("start c");

            Processes.kill(a.pid());

            expectEvent("start a");
            eventually("restarted", () -> reports.size() == 5);
            SupervisorReport report = reports.get(3);
            assertThat(report.context()).isEqualTo(Context.CHILD_TERMINATED);
            assertThat(report.supervisorPath()).isEqualTo("/");
            assertThat(report.child()).isEqualTo("a");
            assertThat(report.pid()).isEqualTo(a.pid());
            assertThat(report.reason()).isEqualTo(ExitReason.KILLED);
            assertThat(report.restart()).isEqualTo(Restart.PERMANENT);
            assertThat(report.toString()).contains("offender=a").contains("reason=killed");
        }
    }

    @Test
    void argumentsAreChecked() {
        try (OtpSystem system = system().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> system.stop(Duration.ofMillis(-1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OtpSystem.builder("x").startTimeout(Duration.ZERO));
        }
    }

    @Test
    void theRuntimeTakesSettingsAndKeepsTheNameOfTheSystem() {
        var settings = new ArrayList<String>();
        OtpSystem.Builder builder =
                OtpSystem.builder("shop")
                        .root(Trees::of)
                        .runtime(runtime -> settings.add("first"))
                        .runtime(runtime -> runtime.name("other").classLoader(null))
                        .runtime(runtime -> settings.add("last"));
        assertThat(settings).isEmpty();

        try (OtpSystem system = builder.build()) {
            assertThat(settings).containsExactly("first", "last");
            assertThat(system.runtime().node().name()).isEqualTo("shop");
            assertThat(system.runtime().classLoader()).isNull();
        }
    }
}

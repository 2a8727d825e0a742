/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Name;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.SupervisorReport.Context;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Silence;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a supervisor says of its restarts, and of the child because of which it gives up. */
class GiveUpTests {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<SupervisorReport> reports = new CopyOnWriteArrayList<>();
    private final AtomicBoolean startable = new AtomicBoolean(true);
    private Silence crashes;
    private Silence supervisors;

    @BeforeEach
    void silence() {
        crashes = new Silence("dev.otp4j.process.crash");
        supervisors = new Silence("dev.otp4j.supervisor");
    }

    @AfterEach
    void speak() {
        crashes.close();
        supervisors.close();
    }

    private ChildSpecification<Subject<String>> leaf(String id, Name<String> name) {
        return ChildSpecification.worker(id, () -> actor().named(name).start());
    }

    private dev.otp4j.actor.ActorBuilder<?, String, Subject<String>> actor() {
        return Actor.startingWith(this::state)
                .onMessage(
                        (Integer state, String message) -> {
                            if (message.equals("stop")) return Next.stop();
                            throw new IllegalStateException(message);
                        });
    }

    private Integer state() {
        if (!startable.get()) throw new java.util.NoSuchElementException("no state");
        return 0;
    }

    private static StaticSupervisor.Builder tree(int tolerance, ChildSpecification<?> child) {
        return StaticSupervisor.oneForOne().restartTolerance(tolerance, HOUR).add(child);
    }

    private OtpSystem system(Supplier<StaticSupervisor.Builder> root) {
        return OtpSystem.builder("shop").root(root).listener((Told) reports::add).build();
    }

    /** A listener as a function. */
    private interface Told extends SupervisorListener {
        void add(SupervisorReport report);

        @Override
        default void reported(SupervisorReport report) {}

        @Override
        default void counted(SupervisorReport report) {
            add(report);
        }
    }

    private static Name<String> holding(String prefix) {
        return Name.create(prefix, Vacancy.holding(10));
    }

    /** One after another: what is queued at a crash is lost. */
    private static void crash(OtpSystem system, Name<String> name, int times) {
        for (int i = 1; i <= times; i++) {
            long restarts = i;
            name.subject().send("crash");
            eventually("restarted", () -> system.restarts() == restarts);
        }
    }

    private static Offender offender(OtpSystem system) {
        eventually("gave up", () -> system.state() == OtpSystem.State.GAVE_UP);
        return system.offender().orElseThrow();
    }

    // ---- the child that is named

    @Test
    @Rule("L-03")
    void namesTheChildThatUsedUpTheToleranceAndWhyItCrashed() {
        Name<String> name = holding("a");
        try (var log = new LogLines(OtpSystem.class.getName());
                var supervisorLog = new LogLines("dev.otp4j.supervisor");
                var system =
                        system(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(1, HOUR)
                                                .add(leaf("a", name)))) {
            system.start();
            assertThat(system.offender()).isEmpty();

            crash(system, name, 1);
            name.subject().send("secret");

            Offender offender = offender(system);
            assertThat(offender.child()).isEqualTo("/a");
            assertThat(offender.supervisor()).isEqualTo("/");
            assertThat(offender.failure().type()).isEqualTo("java.lang.IllegalStateException");
            String text = "child '/a' ended with reason=abnormal(IllegalStateException)";
            eventually("told", () -> log.matching("has given up").size() == 1);
            assertThat(log.matching("has given up")).allMatch(line -> line.contains(text));
            assertThat(supervisorLog.matching(" stopped in ")).isEmpty();
            assertThatExceptionOfType(NotRegisteredException.class)
                    .isThrownBy(() -> name.subject().send("x"))
                    .withMessageContaining("of 'shop' has given up")
                    .withMessageContaining(text)
                    .withMessageNotContaining("secret");
            system.start();
            assertThat(system.offender()).isEmpty();
        }
    }

    @Test
    void namesTheChildOfTheInnermostSupervisorThatGaveUp() {
        Name<String> name = holding("a");

        StaticSupervisor.Builder back = tree(0, leaf("a", name));
        try (var system = system(() -> tree(0, back.supervised("back")))) {
            system.start();

            name.subject().send("crash");

            assertThat(offender(system).child()).isEqualTo("/back/a");
            assertThat(offender(system).supervisor()).isEqualTo("/back");
        }
    }

    @Test
    void namesTheChildOfAFactory() {
        FactoryName<String, Subject<String>> carts = FactoryName.create("carts");

        ChildSpecification<?> factory =
                FactorySupervisor.workerChild((String user) -> actor().start())
                        .restartTolerance(0, HOUR)
                        .named(carts)
                        .supervised("carts");
        try (var system = system(() -> tree(0, factory))) {
            system.start();

            FactorySupervisor.byName(carts).startChild("joe").data().send("crash");

            assertThat(offender(system).child()).isEqualTo("/carts/1");
        }
    }

    @Test
    void namesTheChildThatCouldNotBeStartedAgain() {
        Name<String> name = holding("a");

        StaticSupervisor.Builder back = tree(0, leaf("a", name));
        try (var system = system(() -> tree(2, back.supervised("back")))) {
            system.start();
            startable.set(false);

            name.subject().send("crash");

            assertThat(offender(system).child()).isEqualTo("/back/a");
            assertThat(offender(system).failure().type())
                    .isEqualTo("java.util.NoSuchElementException");
        }
    }

    @Test
    void namesTheSignificantChildWhoseEndStoppedTheRoot() {
        Name<String> name = holding("a");

        ChildSpecification<?> significant =
                leaf("a", name).restart(Restart.TRANSIENT).significant(true);
        Supplier<StaticSupervisor.Builder> root =
                () ->
                        StaticSupervisor.oneForOne()
                                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                                .add(significant);
        try (var system = system(root)) {
            system.start();

            name.subject().send("stop");

            assertThat(offender(system).child()).isEqualTo("/a");
            assertThat(offender(system).failure().type()).isEqualTo("normal");
        }
    }

    @Test
    void namesNoChildWhenTheRootWasKilled() {
        try (var system = system(StaticSupervisor::oneForOne)) {
            system.start();

            Processes.kill(system.tree(0, 0).orElseThrow().pid());

            eventually("gave up", () -> system.state() == OtpSystem.State.GAVE_UP);
            assertThat(system.offender()).isEmpty();
        }
    }

    // ---- lines that agree

    @Test
    @Rule("L-02")
    void aRestartIsAnnouncedOnlyIfItIsMade() {
        Name<String> name = holding("a");
        try (var system =
                system(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(3, HOUR)
                                        .add(leaf("a", name)))) {
            system.start();

            crash(system, name, 3);
            name.subject().send("crash");

            offender(system);
            assertThat(decisions())
                    .containsExactly(
                            "started",
                            "restart, 1 of 3 restarts in PT1H",
                            "restarted",
                            "restart, 2 of 3 restarts in PT1H",
                            "restarted",
                            "restart, 3 of 3 restarts in PT1H",
                            "restarted",
                            "no restart: more than 3 restarts in PT1H",
                            "gives up: more than 3 restarts in PT1H");
        }
    }

    private List<String> decisions() {
        return reports.stream().map(SupervisorReport::decision).toList();
    }

    @Test
    void aRestartHasTheReasonForWhichTheChildHadEnded() {
        Name<String> first = holding("a");
        Name<String> second = holding("b");
        try (var system =
                system(
                        () ->
                                StaticSupervisor.restForOne()
                                        .restartTolerance(3, HOUR)
                                        .add(leaf("a", first))
                                        .add(leaf("b", second)))) {
            system.start();

            first.subject().send("crash");

            eventually("restarted", () -> system.restarts() == 2);
            assertThat(reports.stream().filter(r -> r.context() == Context.RESTARTED))
                    .map(report -> report.child() + " " + report.reason() + " " + report.decision())
                    .containsExactly(
                            "a abnormal(IllegalStateException) restarted",
                            "b shutdown restarted with 'a'");
            assertThat(reports.getFirst().toString())
                    .contains("context=started")
                    .doesNotContain("reason=");
        }
    }

    // ---- counts that agree

    @Test
    void theTreeCountsRestartsThroughTheEndsOfSupervisorsAndSystems() {
        Name<String> name = holding("a");

        StaticSupervisor.Builder back = tree(1, leaf("a", name));
        try (var system = system(() -> tree(100, back.supervised("back")))) {
            system.start();

            crash(system, name, 5);

            // of five crashes each second one ends the supervisor, which is restarted twice
            assertThat(restarts(system, "/back/a")).isEqualTo(reported("a")).isEqualTo(3);
            assertThat(restarts(system, "/back")).isEqualTo(reported("back")).isEqualTo(2);

            system.stop(SOON);
            system.start();

            assertThat(restarts(system, "/back/a")).isEqualTo(3);
            assertThat(restarts(system, "/back")).isEqualTo(2);
            Pid supervisor = system.find("/back", 0, 0).orElseThrow().pid();
            Processes.kill(supervisor);
            eventually("restarted", () -> system.restarts() == 6);
            assertThat(restarts(system, "/back/a")).isEqualTo(3);
            assertThat(restarts(system, "/back")).isEqualTo(3);
        }
    }

    private static int restarts(OtpSystem system, String path) {
        return system.find(path, 0, 0).orElseThrow().restarts();
    }

    private int reported(String child) {
        return (int)
                reports.stream()
                        .filter(report -> report.context() == Context.RESTARTED)
                        .filter(report -> report.child().equals(child))
                        .count();
    }

    // ---- what was silent

    @Test
    @Rule("L-01")
    void aChildOfAFactoryThatCannotStartLeavesALine() {
        FactoryName<String, Subject<String>> carts = FactoryName.create("carts");

        ChildSpecification<?> factory =
                FactorySupervisor.workerChild((String user) -> actor().start())
                        .named(carts)
                        .supervised("carts");
        try (var system = system(() -> Trees.of(factory))) {
            system.start();
            startable.set(false);

            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> FactorySupervisor.byName(carts).startChild("joe"));

            SupervisorReport last = reports.getLast();
            assertThat(last.context()).isEqualTo(Context.START_ERROR);
            assertThat(last.decision()).isEqualTo("is not added");
            assertThat(last.reason().toString()).isEqualTo("abnormal(NoSuchElementException)");
        }
    }

    @Test
    void anInitialiserHasTheTimeThatTheSystemSays() {
        FactoryName<String, Subject<String>> carts = FactoryName.create("carts");

        ChildSpecification<?> factory =
                FactorySupervisor.workerChild((String user) -> waiting())
                        .named(carts)
                        .supervised("carts");
        try (var system =
                Trees.system("shop", factory).initTimeout(Duration.ofMillis(50)).build()) {
            system.start();

            assertThatExceptionOfType(StartException.class)
                    .isThrownBy(() -> FactorySupervisor.byName(carts).startChild("joe"))
                    .withMessageContaining("did not finish within PT0.05S");
        }
    }

    private static dev.otp4j.actor.Started<Subject<String>> waiting() {
        return Actors.<String>idle(
                        () -> {
                            Processes.sleep(HOUR);
                            return 0;
                        })
                .start();
    }

    @Test
    @Rule("L-04")
    void aTreeThatStoppedHasALine() {
        try (var log = new LogLines("dev.otp4j.supervisor");
                var system = system(StaticSupervisor::oneForOne)) {
            system.start();

            system.stop(SOON);

            assertThat(system.runtime().awaitReports(SOON)).isTrue();
            assertThat(log.matching("supervision tree of 'shop' stopped in "))
                    .singleElement()
                    .asString()
                    .endsWith(" ms: reason=shutdown");
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LiveObjects;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of children and of trees that came and went. */
@Timeout(60)
class KeptForeverTests {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Of what each child leaves behind there would be as many more. */
    private static final int ROUNDS = 1_000;

    private static final int WARM_UP = 100;

    private static final FactoryName<Integer, Subject<Integer>> FACTORY =
            FactoryName.create("factory");

    /** Every other one has a name of its own, which a timer would keep for its successor. */
    private static final ActorBuilder<Integer, Integer, Subject<Integer>> ACTOR =
            Actors.handling(KeptForeverTests::handle);

    private static void handle(Integer message) {
        if (message == 0) throw new IllegalStateException("crash");
    }

    private static Started<Subject<Integer>> start(int number) {
        return isNamed(number)
                ? ACTOR.named(Name.create("child-" + number)).start()
                : ACTOR.start();
    }

    private static boolean isNamed(int number) {
        return number % 2 == 0;
    }

    private static OtpSystem system() {
        return OtpSystem.builder("shop")
                .startTimeout(HOUR)
                .root(
                        () ->
                                Trees.of(
                                        FactorySupervisor.workerChild(KeptForeverTests::start)
                                                .restartTolerance(1_000_000, HOUR)
                                                .named(FACTORY)
                                                .supervised("factory"),
                                        Trees.of(ChildSpecification.worker("idle", () -> start(-1)))
                                                .supervised("static")))
                .build();
    }

    /** Each is used in every way that leaves an entry somewhere while it lives. */
    private static void comeAndGo(OtpSystem system, int rounds) {
        var factory = FactorySupervisor.byName(FACTORY);
        Processes.run(
                system.runtime(),
                () -> {
                    for (int n = 0; n < rounds; n++) {
                        Started<Subject<Integer>> child = factory.startChild(n);
                        if (!isNamed(n)) child.data().sendAfter(HOUR, 1);
                        child.data().callAsync(HOUR, (Subject<Integer> reply) -> 1);
                        system.runtime().reference(Subject.<Integer>create());
                        Monitor monitor = Processes.monitor(child.pid());
                        Pid beside = Processes.spawnUnlinked(() -> Processes.sleep(HOUR));
                        if (n % 100 == 0) child.data().send(0);
                        Processes.kill(beside);
                        factory.terminateChild(
                                n % 100 == 0 ? successor(factory, child.pid()) : child.pid());
                        Processes.demonitor(monitor);
                    }
                    return true;
                });
        assertThat(factory.countChildren().specifications()).isZero();
    }

    private static Pid successor(FactorySupervisor<Integer, Subject<Integer>> factory, Pid before) {
        eventually(
                "it is restarted",
                () ->
                        factory.childStream()
                                .anyMatch(c -> c.pid() != null && !before.equals(c.pid())));
        return Objects.requireNonNull(factory.children().getFirst().pid());
    }

    @Test
    void nothingIsLeftOfChildrenThatCameAndWent() {
        try (OtpSystem system = system()) {
            system.start();
            comeAndGo(system, WARM_UP); // what is kept once does not count
            LiveObjects before = LiveObjects.count();
            comeAndGo(system, ROUNDS);

            assertNothingGrew(before);
            assertThat(system.runtime().timerCount()).isZero();
            assertThat(system.runtime().unsupervised()).hasSize(1);
        }
    }

    @Test
    void nothingIsLeftOfTreesThatCameAndWent() {
        try (OtpSystem system = system()) {
            startAndStop(system, WARM_UP);
            LiveObjects before = LiveObjects.count();
            startAndStop(system, ROUNDS);
            assertNothingGrew(before);
        }
    }

    private static void startAndStop(OtpSystem system, int rounds) {
        for (int n = 0; n < rounds; n++) {
            system.start();
            system.stop(SOON);
        }
    }

    @Test
    void nothingIsLeftOfSystemsThatWereClosed() {
        startAndClose(WARM_UP);
        LiveObjects before = LiveObjects.count();
        startAndClose(ROUNDS / 4);
        assertNothingGrew(before);
    }

    private static void startAndClose(int rounds) {
        for (int n = 0; n < rounds; n++) {
            try (OtpSystem system = system()) {
                system.start();
            }
        }
    }

    /** Threads that end by themselves may take a moment. */
    private static void assertNothingGrew(LiveObjects before) {
        Map<String, Long>[] grown = new Map[1];
        try {
            eventually(
                    "nothing has grown",
                    () -> {
                        grown[0] = LiveObjects.count().growth(before, ROUNDS / 8);
                        grown[0].keySet().removeIf(KeptForeverTests::isOfTheJvm);
                        return grown[0].isEmpty();
                    });
        } catch (AssertionError e) {
            assertThat(grown[0]).isEmpty();
            throw e;
        }
    }

    /** What the JVM itself makes when it compiles or loads classes, and the count before. */
    private static boolean isOfTheJvm(String type) {
        return type.startsWith("[")
                || type.equals("java.lang.String")
                || type.equals("java.lang.Long")
                || type.equals("java.util.HashMap$Node")
                || type.startsWith("java.lang.invoke.")
                || type.startsWith("java.lang.reflect.")
                || type.startsWith("jdk.internal.")
                || type.startsWith("sun.");
    }
}

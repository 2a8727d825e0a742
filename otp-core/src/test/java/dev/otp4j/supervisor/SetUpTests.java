/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Supervisors with a set-up step. */
class SetUpTests extends SupervisorTestCase {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final AtomicInteger values = new AtomicInteger();

    private String make() {
        String value = "value " + values.incrementAndGet();
        done.add("make " + value + " in " + Processes.self());
        return value;
    }

    private Started<Subject<Runnable>> child(String id, String value) {
        done.add(id + " with " + value);
        return Actors.running().onTerminate((state, reason) -> done.add(id + " ends")).start();
    }

    private SupervisorSetUp<String> two() {
        return StaticSupervisor.oneForOne()
                .setUp(this::make)
                .tearDown(value -> done.add("undo " + value))
                .worker("a", value -> child("a", value))
                .worker("b", value -> child("b", value), b -> b.restart(Restart.TRANSIENT));
    }

    private static void stop(Pid supervisor) {
        Processes.unlink(supervisor);
        Monitor monitor = Processes.monitor(supervisor);
        Processes.exit(supervisor, ExitReason.SHUTDOWN);
        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    @Rule({"SU-01", "SU-03"})
    void childrenGetTheValueAtEachStart() {
        StaticSupervisor tree = two().start().data();
        assertThat(done)
                .containsExactly(
                        "make value 1 in " + tree.pid(), "a with value 1", "b with value 1");
        assertThat(tree.childSpecification("b").orElseThrow().restart())
                .isEqualTo(Restart.TRANSIENT);

        Pid first = pidOf(tree, "a");
        Processes.kill(first);
        Expect.eventually("started again", () -> done.size() == 4);
        assertThat(done).endsWith("a with value 1");

        Expect.eventually("listed", () -> pidOf(tree, "a") != null && pidOf(tree, "a") != first);
        stop(tree.pid());
        assertThat(done.subList(4, 7)).containsExactly("b ends", "a ends", "undo value 1");
        assertThat(done).hasSize(7);
    }

    @Test
    @Rule({"SU-01", "SU-03"})
    void aSupervisorThatIsStartedAgainHasANewValue() {
        StaticSupervisor above =
                StaticSupervisor.oneForOne()
                        .add(two().restartTolerance(0, Duration.ofSeconds(5)).supervised("below"))
                        .start()
                        .data();
        Pid below = pidOf(above, "below");
        StaticSupervisor tree = StaticSupervisor.of(below).orElseThrow();
        Processes.kill(pidOf(tree, "a")); // one too many

        Expect.eventually("started again", () -> done.contains("b with value 2"));
        assertThat(done).containsSubsequence("b ends", "undo value 1", "a with value 2");
        assertThat(done).filteredOn(what -> what.startsWith("make")).hasSize(2);
        stop(above.pid());
        assertThat(done).endsWith("undo value 2");
    }

    @Test
    @Rule("SU-02")
    void aFailureOfTheStepIsTheFailureOfTheStart() {
        var failure = new IllegalStateException("no database");
        SupervisorSetUp<String> failing =
                StaticSupervisor.oneForOne()
                        .<String>setUp(
                                () -> {
                                    throw failure;
                                })
                        .tearDown(value -> done.add("undo " + value))
                        .worker("a", value -> child("a", value));
        Processes.trapExits(true);

        assertThatExceptionOfType(StartException.class)
                .isThrownBy(failing::start)
                .withCause(failure);
        StaticSupervisor above = StaticSupervisor.oneForOne().start().data();
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> above.startChild(failing.supervised("below")))
                .withCause(failure);
        assertThat(done).isEmpty();
        stop(above.pid());
    }

    @Test
    @Rule("SU-02")
    void aStepThatReturnsNothingFailsTheStart() {
        Processes.trapExits(true);
        @SuppressWarnings("NullAway") // that is the point
        SupervisorSetUp<String> nothing = StaticSupervisor.oneForOne().<String>setUp(() -> null);
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(nothing::start)
                .havingCause()
                .withMessageMatching("the set-up step of supervisor <[^>]+> returned null");
    }

    @Test
    void aValueThatIsNotThereSaysWhy() throws Exception {
        var setUp = new SetUp<>(() -> "value", null);
        assertThatIllegalStateException()
                .isThrownBy(setUp::value)
                .withMessage("the set-up step has not run, so it has no value");
        setUp.begin("/shop");
        assertThat(setUp.value()).isEqualTo("value");
        setUp.end();
        assertThatIllegalStateException()
                .isThrownBy(setUp::value)
                .withMessage("supervisor /shop has ended, so its set-up step has no value");
    }

    @Test
    @Rule("SU-03")
    void theTearDownRunsWhenAChildCannotBeStarted() {
        Processes.trapExits(true);
        SupervisorSetUp<String> failing =
                two().worker(
                                "c",
                                value -> {
                                    throw new IllegalStateException("broken");
                                });
        StartException thrown =
                org.assertj.core.api.Assertions.catchThrowableOfType(
                        StartException.class, failing::start);
        assertThat(thrown.error()).isInstanceOf(StartError.InitExited.class);
        assertThat(done.subList(1, done.size()))
                .containsExactly(
                        "a with value 1", "b with value 1", "b ends", "a ends", "undo value 1");
    }

    @Test
    @Rule("SU-03")
    void aKillRunsNoTearDown() {
        StaticSupervisor tree = two().start().data();
        Processes.unlink(tree.pid());
        Monitor monitor = Processes.monitor(tree.pid());
        Processes.kill(tree.pid());

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        Expect.eventually("its children end", () -> done.contains("a ends"));
        assertThat(done).doesNotContain("undo value 1");
    }

    @Test
    @Rule("SU-04")
    void whatTheTearDownThrowsIsLogged() {
        var logged = new CountDownLatch(1);
        try (var lines = new LogLines("dev.otp4j.supervisor")) {
            StaticSupervisor tree =
                    two().tearDown(
                                    value -> {
                                        logged.countDown();
                                        throw new IllegalStateException("stuck");
                                    })
                            .start()
                            .data();
            stop(tree.pid()); // with the reason shutdown
            Expect.await(logged);
            assertThat(lines.matching("the tear-down of supervisor ")).hasSize(1);
        }
    }

    @Test
    @Rule("SU-04")
    void whatTheTearDownThrowsDoesNotHideWhyTheStartHasFailed() {
        Processes.trapExits(true);
        SupervisorSetUp<String> failing =
                StaticSupervisor.oneForOne()
                        .setUp(this::make)
                        .tearDown(
                                value -> {
                                    throw new IllegalStateException("stuck");
                                })
                        .worker(
                                "c",
                                value -> {
                                    throw new IllegalStateException("broken");
                                });
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(failing::start)
                .withMessageContaining("'c'")
                .withMessageNotContaining("stuck");
    }

    @Test
    @Rule("SU-01")
    void anIdIsCheckedWhenTheChildIsAdded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two().worker("a/b", value -> child("x", value)))
                .withMessageContaining("'id' must not be blank or contain '/'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two().worker("a", value -> child("x", value)).start())
                .withMessageContaining("two children have the id 'a'");
        assertThat(done).isEmpty();
    }
}

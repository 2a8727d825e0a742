/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Start functions that return a process which they have not just started and linked. */
@OtpTest
@Timeout(30)
class KnownProcessTests {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final ActorBuilder<Integer, ExitReason, Subject<ExitReason>> ACTOR =
            Actor.startingWith(() -> 0)
                    .onMessage((Integer state, ExitReason reason) -> Next.stop(reason));

    /** What the template returns instead of a new process, if it is set. */
    private final AtomicReference<@Nullable Started<Subject<ExitReason>>> known =
            new AtomicReference<>();

    private Started<Subject<ExitReason>> start(String argument) {
        Started<Subject<ExitReason>> other = known.get();
        return other != null ? other : ACTOR.start();
    }

    private Started<FactorySupervisor<String, Subject<ExitReason>>> factory(int tolerance) {
        return FactorySupervisor.workerChild(this::start)
                .restartTolerance(tolerance, HOUR)
                .maxChildren(3)
                .start();
    }

    private static String refusal(StartResult<?> result) {
        return ((StartError.InitFailed) ((StartResult.Failed<?>) result).error()).message();
    }

    @Test
    @Rule({"F-02", "F-10"})
    void aFactoryRefusesAProcessThatIsItsChildAlready() {
        var factory = factory(3).data();
        Started<Subject<ExitReason>> first = factory.startChild("a");
        known.set(first);

        String text = refusal(factory.tryStartChild("b"));

        assertThat(text)
                .isEqualTo(
                        "the start function returned %s, which is child '1' already"
                                .formatted(first.pid()));
        assertThat(factory.countChildren().active()).isEqualTo(1);
        assertThat(Processes.isAlive(first.pid())).isTrue();

        known.set(null);
        first.data().send(ExitReason.abnormal("crash"));
        eventually("it is restarted", () -> !factory.children().getFirst().equals(first.pid()));
        factory.startChild("c");
        factory.startChild("d");
        assertThat(factory.children())
                .hasSize(3)
                .allMatch(child -> child.state() == ChildInfo.State.RUNNING);
    }

    @Test
    @Rule("F-03")
    void aRestartThatReturnsTheProcessOfAnotherChildIsTriedAgain() {
        var started = factory(3);
        var factory = started.data();
        Started<Subject<ExitReason>> first = factory.startChild("a");
        Started<Subject<ExitReason>> second = factory.startChild("b");
        known.set(first);
        Processes.unlink(started.pid());
        Monitor monitor = Processes.monitor(started.pid());

        second.data().send(ExitReason.abnormal("crash"));

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(Processes.isAlive(first.pid())).isFalse();
    }

    @Test
    @Rule("F-04")
    void aFactoryHearsOfTheEndOfAProcessThatWasNotLinkedToIt() {
        Started<Subject<ExitReason>> other = ACTOR.start();
        Processes.unlink(other.pid());
        var factory = factory(3).data();
        known.set(other);
        factory.startChild("a");
        known.set(null);

        other.data().send(ExitReason.abnormal("crash"));

        eventually(
                "it is replaced",
                () -> {
                    Pid pid = factory.children().getFirst().pid();
                    return pid != null && !pid.equals(other.pid());
                });
    }

    @Test
    @Rule("F-04")
    void aProcessThatHasEndedIsReplacedToo() {
        Started<Subject<ExitReason>> other = ACTOR.start();
        Processes.unlink(other.pid());
        var factory = factory(1_000_000).data();
        other.data().send(ExitReason.NORMAL);
        expectDown(other.pid());
        known.set(other);
        factory.startChild("a");
        known.set(null);

        eventually(
                "it is replaced",
                () -> factory.children().stream().noneMatch(c -> other.pid().equals(c.pid())));
    }

    @Test
    @Rule("V-37")
    void aStaticSupervisorRefusesAProcessThatIsItsChildAlready() {
        var supervisor = Trees.of(ChildSpecification.worker("a", () -> start("a"))).start().data();
        Pid first = supervisor.children().getFirst().pid();
        known.set(new Started<>(first, Subject.create()));

        var result = supervisor.tryStartChild(ChildSpecification.worker("b", () -> start("b")));

        assertThat(result)
                .isInstanceOfSatisfying(
                        StartChildResult.Failed.class,
                        failed ->
                                assertThat(failed.error())
                                        .asString()
                                        .contains(first + ", which is child 'a' already"));
        assertThat(supervisor.countChildren().specifications()).isEqualTo(1);
    }

    @Test
    @Rule("F-02")
    void aProcessOfAnotherRuntimeAndTheSupervisorItselfAreRefused() {
        try (var elsewhere = ProcessRuntime.builder().name("elsewhere").build()) {
            Started<Subject<ExitReason>> foreign =
                    Processes.outside(() -> ACTOR.runtime(elsewhere).start());
            var started = factory(3);
            var factory = started.data();

            known.set(foreign);
            assertThat(refusal(factory.tryStartChild("a")))
                    .contains("which runs on node elsewhere");
            known.set(new Started<>(started.pid(), Subject.create()));
            assertThat(refusal(factory.tryStartChild("b"))).contains("is the supervisor itself");

            assertThat(factory.countChildren().specifications()).isZero();
            Processes.kill(foreign.pid());
        }
    }
}

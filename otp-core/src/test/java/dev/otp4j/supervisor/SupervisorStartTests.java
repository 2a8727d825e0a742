/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Announcing.child;
import static dev.otp4j.testkit.Announcing.stoppable;
import static dev.otp4j.testkit.Expect.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The start of a static supervisor. */
class SupervisorStartTests extends SupervisorTestCase {
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
                    .satisfies(e -> assertThat(failureOf(e).cause()).containsSame(boom));
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
    void whateverAStartFunctionDoesWrongIsAStartFailure(ChildSpecification.Start<Object> start) {
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

        ChildSpecification<?> caller =
                ChildSpecification.worker(
                        "caller",
                        () -> {
                            supervisor[0] = Processes.self();
                            return callingBack(supervisor[0]);
                        });

        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> Trees.of(caller).start())
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A start of a child with a time limit: when it fails, there is no child. */
@OtpTest
class LimitedStartTests {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger starts = new AtomicInteger();

    /** Says its pid, then waits for the gate. */
    private Started<Subject<Object>> slow(Subject<Pid> told) {
        starts.incrementAndGet();
        return Actor.startingWith(
                        () -> {
                            told.send(Processes.self());
                            pass();
                            return 0;
                        })
                .onMessage((Integer n, Object m) -> keep(n))
                .initTimeout(SOON)
                .start();
    }

    private static Next<Integer, Object> keep(Integer state) {
        return Next.continueWith(state);
    }

    private void pass() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aStaticSupervisorStopsAChildThatStartsTooLate() {
        StaticSupervisor tree = StaticSupervisor.oneForOne().start().data();
        Subject<Pid> told = Subject.create();
        var child = ChildSpecification.worker("slow", () -> slow(told));

        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(() -> tree.startChild(child, SHORT));
        Monitor late = Processes.monitor(expect(told));
        gate.countDown();

        assertThat(expectDown(late)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(tree.startChild(child).data()).isNotNull();
        assertThat(tree.children()).hasSize(1);
        assertThat(starts).hasValue(2);
    }

    @Test
    void aFactoryStopsAChildThatStartsTooLate() {
        Subject<Pid> told = Subject.create();
        FactorySupervisor<Integer, Subject<Object>> factory =
                FactorySupervisor.workerChild((Integer number) -> slow(told)).start().data();

        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(() -> factory.startChild(1, SHORT));
        Monitor late = Processes.monitor(expect(told));
        gate.countDown();

        assertThat(expectDown(late)).isEqualTo(ExitReason.SHUTDOWN);
        Pid next = factory.startChild(2, SOON).pid();
        assertThat(factory.children()).extracting(ChildInfo::pid).isEqualTo(List.of(next));
    }

    @Test
    void whatTheSupervisorHasNotBegunIsNotStarted() {
        StaticSupervisor tree = StaticSupervisor.oneForOne().start().data();
        Subject<Pid> told = Subject.create();
        Subject<Boolean> over = Subject.create();
        Processes.spawn(
                () -> {
                    tree.startChild(ChildSpecification.worker("first", () -> slow(told)));
                    over.send(true);
                });
        expect(told);

        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(
                        () ->
                                tree.tryStartChild(
                                        ChildSpecification.worker("second", () -> slow(told)),
                                        SHORT));
        gate.countDown();

        expect(over);
        assertThat(tree.tryTerminateChild("second")).isEqualTo(TerminateChildResult.NOT_FOUND);
        assertThat(starts).hasValue(1);
    }

    @Test
    void withoutATimeLimitAChildOutlivesItsCaller() {
        StaticSupervisor tree = StaticSupervisor.oneForOne().start().data();
        Subject<Pid> told = Subject.create();
        Pid caller =
                Processes.spawnUnlinked(
                        () -> tree.startChild(ChildSpecification.worker("a", () -> slow(told))));
        expect(told);
        Processes.kill(caller);
        gate.countDown();

        assertThat(tree.tryStartChild(ChildSpecification.worker("a", () -> slow(told))))
                .isInstanceOf(StartChildResult.AlreadyStarted.class);
    }
}

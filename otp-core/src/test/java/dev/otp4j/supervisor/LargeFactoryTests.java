/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.OperatingSystemMXBean;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many children a factory may have, and what many of them cost. */
@OtpTest
class LargeFactoryTests {
    private static final ActorBuilder<Integer, Object, Subject<Object>> IDLE =
            Actor.startingWith(() -> 0)
                    .onMessage((Integer n, Object m) -> Next.stop(ExitReason.abnormal(m)));

    private static FactorySupervisor.Builder<Integer, Subject<Object>> idle() {
        return FactorySupervisor.<Integer, Subject<Object>>workerChild((Integer i) -> IDLE.start());
    }

    private static void stop(Pid pid) {
        Processes.unlink(pid);
        Processes.exit(pid, ExitReason.SHUTDOWN);
        assertThat(
                        ProcessRuntime.current()
                                .whenEnded(pid)
                                .toCompletableFuture()
                                .orTimeout(40, SECONDS)
                                .join())
                .isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    @Rule("F-10")
    void oneMoreThanTheLimitIsRefusedAndItsTemplateNotRun() {
        var runs = new AtomicInteger();
        FactorySupervisor<Integer, Subject<Object>> factory =
                FactorySupervisor.<Integer, Subject<Object>>workerChild(
                                (Integer i) -> {
                                    runs.incrementAndGet();
                                    return IDLE.start();
                                })
                        .maxChildren(2)
                        .start()
                        .data();
        Pid first = factory.startChild(1).pid();
        factory.startChild(2);

        assertThat(factory.tryStartChild(3))
                .isEqualTo(new StartResult.Failed<>(new StartError.MaxChildren(2, 2)));
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> factory.startChild(3))
                .withMessage(
                        "a child of %s could not be started: the factory has 2 children, its limit is 2"
                                .formatted(factory));
        assertThat(runs).hasValue(2);

        assertThat(factory.tryTerminateChild(first)).isEqualTo(TerminateChildResult.OK);
        assertThat(factory.tryStartChild(3)).isInstanceOf(StartResult.Ok.class);
    }

    @Test
    @Rule("F-10")
    void aChildThatIsBeingRestartedCounts() throws Exception {
        var failing = new AtomicBoolean();
        var trying = new CountDownLatch(3);
        FactorySupervisor<Integer, Subject<Object>> factory =
                FactorySupervisor.<Integer, Subject<Object>>workerChild(
                                (Integer i) -> {
                                    if (!failing.get()) return IDLE.start();
                                    trying.countDown();
                                    Processes.sleep(Duration.ofMillis(1));
                                    throw new IllegalStateException("not now");
                                })
                        .maxChildren(1)
                        .restartTolerance(1_000_000, Duration.ofSeconds(1))
                        .start()
                        .data();
        Started<Subject<Object>> only = factory.startChild(1);
        failing.set(true);
        only.data().send("broken");
        trying.await();

        assertThat(factory.tryStartChild(2))
                .isEqualTo(new StartResult.Failed<>(new StartError.MaxChildren(1, 1)));

        failing.set(false);
    }

    @Test
    @Rule("F-10")
    void noChildMayBeToo() {
        FactorySupervisor<Integer, Subject<Object>> none = idle().maxChildren(0).start().data();

        assertThat(none.tryStartChild(1))
                .isEqualTo(new StartResult.Failed<>(new StartError.MaxChildren(0, 0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> idle().maxChildren(-1))
                .withMessage("'limit' must not be negative: -1");
    }

    @Test
    @Rule("F-07")
    void aListingLooksAtNoMoreChildrenThanItIsAskedFor() {
        FactorySupervisor<Integer, Subject<Object>> factory = idle().start().data();
        for (int i = 0; i < 1_000; i++) factory.startChild(i);
        var seen = new AtomicInteger();

        assertThat(factory.childStream().peek(child -> seen.incrementAndGet()).limit(10))
                .hasSize(10)
                .allMatch(child -> child.state() == ChildInfo.State.RUNNING);

        assertThat(seen).hasValue(10);
        assertThat(factory.children(10)).hasSize(10).doesNotHaveDuplicates();
        assertThat(factory.children(0)).isEmpty();
        assertThat(factory.children()).hasSize(1_000);
        assertThatIllegalArgumentException().isThrownBy(() -> factory.children(-1));
    }

    /** Ten times the children cost about ten times the work; a square would be a hundred times. */
    @Test
    @Timeout(60)
    @Rule("F-11")
    void aHundredThousandStartAndStopInLinearWork() {
        work(10_000);

        long small = work(10_000);
        long large = work(100_000);

        assertThat(large).isLessThan(50 * Math.max(small, Duration.ofMillis(50).toNanos()));
    }

    /** The processor time of all threads, which others on the machine do not lengthen. */
    private static long work(int children) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        Started<FactorySupervisor<Integer, Subject<Object>>> factory =
                idle().restart(Restart.TEMPORARY).start();
        for (int i = 0; i < children; i++) factory.data().startChild(i);
        assertThat(factory.data().countChildren().active()).isEqualTo(children);
        stop(factory.pid());
        return system.getProcessCpuTime() - before;
    }
}

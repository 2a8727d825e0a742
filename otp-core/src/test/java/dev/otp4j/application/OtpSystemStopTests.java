/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Started;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Shutdown;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stop of a system, also when it does not come to its end in time. */
@Timeout(20)
class OtpSystemStopTests {
    private static final Duration TOO_SHORT = Duration.ofMillis(100);

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** An actor that ends when it is released, and that no kill interrupts. */
    private ActorBuilder<Integer, Integer, Subject<Integer>> stubborn() {
        return Actors.<Integer>idle()
                .interruptOnKill(false)
                .onTerminate(
                        (state, reason) -> {
                            stopping.countDown();
                            release.await();
                        });
    }

    @Test
    void aTreeThatDoesNotStopInTimeIsKilledToTheLastProcess() {
        var slow = new AtomicReference<Pid>();
        Name<Integer> name = Name.create("slow");
        ChildSpecification<?> child =
                ChildSpecification.worker(
                        "slow",
                        () -> {
                            Started<Subject<Integer>> started = stubborn().named(name).start();
                            slow.set(started.pid());
                            return started;
                        });
        OtpSystem system = Trees.system("s", Trees.of(child).supervised("sub")).build();
        system.start();

        boolean inTime = system.stop(TOO_SHORT);

        assertThat(inTime).isFalse();
        assertThat(Processes.isAlive(slow.get())).isFalse();
        assertThat(name.pid().orElse(null)).isNull();
        system.start();
        assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        release.countDown();
        assertThat(system.stop(SOON)).isTrue();
    }

    /** A factory forgot a child that it was asked to stop before that had ended. */
    @Test
    void aChildThatItsFactoryIsStoppingIsKilledWithTheTree() {
        FactoryName<Integer, Subject<Integer>> name = FactoryName.create("factory");
        ChildSpecification<?> children =
                FactorySupervisor.<Integer, Subject<Integer>>workerChild(
                                (Integer i) -> stubborn().start())
                        .shutdown(new Shutdown.Infinity())
                        .named(name)
                        .supervised("factory");
        OtpSystem system = Trees.system("s", children).build();
        system.start();
        FactorySupervisor<Integer, Subject<Integer>> factory = FactorySupervisor.byName(name);
        Pid child = factory.startChild(1).pid();
        Thread.ofVirtual().start(() -> terminateUntilTheFactoryIsKilled(factory, child));
        await(stopping);

        assertThat(system.stop(TOO_SHORT)).isFalse();

        assertThat(Processes.isAlive(child)).isFalse();
        release.countDown();
    }

    private static void terminateUntilTheFactoryIsKilled(
            FactorySupervisor<Integer, Subject<Integer>> factory, Pid child) {
        try {
            factory.terminateChild(child);
        } catch (CallException e) {
            // the factory is killed
        }
    }

    @Test
    void aSystemCanBeStartedAndStoppedFromInsideAProcess() {
        OtpSystem system = Trees.system("s", Trees.idle("a")).build();
        Processes.run(
                () -> {
                    system.start();
                    return true;
                });

        assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        Pid a = system.find("/a", 0, 1).orElseThrow().pid();
        assertThat(a.node()).isEqualTo(system.runtime().node());

        boolean inTime = Processes.run(() -> system.stop(SOON));

        assertThat(inTime).isTrue();
        assertThat(get(system.whenTerminated().toCompletableFuture()))
                .isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void aWaiterForTheEndDoesNotHoldUpTheStop() {
        OtpSystem system = Trees.system("s", Trees.idle("a")).build();
        system.start();
        var stopped = new CountDownLatch(1);
        system.whenTerminated().thenRun(() -> awaitQuietly(stopped));

        assertThat(system.stop(Duration.ofSeconds(10))).isTrue();
        stopped.countDown();
    }

    @Test
    void anEndlessStopLimitIsALimitToo() {
        OtpSystem system = Trees.system("s", Trees.idle("a")).build();
        system.start();

        assertThat(system.stop(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
        assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessExit;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sys.Sys;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has no effect any more once a process is dead. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class DeathCases {
    @Test
    @Tag("H2")
    void aSystemRequestToADeadPidFailsWithTheReasonThatACallFailsWith() {
        assertSaysNoProcess(pid -> Sys.getState(pid, Integer.class));
        assertSaysNoProcess(pid -> Sys.terminate(pid, ExitReason.SHUTDOWN));
    }

    private interface Request {
        void to(Pid pid);
    }

    private static void assertSaysNoProcess(Request request) {
        try (ProcessRuntime runtime = ProcessRuntime.builder().name("cases").build()) {
            var actor = Actor.of(Probe::new).runtime(runtime).start();
            Processes.kill(actor.pid());
            await().until(() -> !Processes.isAlive(actor.pid()));

            assertThat(reason(() -> Probe.total(actor.data()))).isEqualTo(ExitReason.NO_PROCESS);
            assertThat(reason(() -> request.to(actor.pid()))).isEqualTo(ExitReason.NO_PROCESS);
        }
    }

    private static ExitReason reason(ThrowingCallable call) {
        Throwable thrown = Assertions.catchThrowable(call);
        assertThat(thrown).isInstanceOf(CallException.CalleeDown.class);
        return ((CallException.CalleeDown) thrown).reason();
    }

    @Test
    @Tag("H3")
    void aZombieThatRegistersANameMeetsItsExit() throws Exception {
        try (ProcessRuntime runtime = ProcessRuntime.builder().name("cases").build()) {
            var begun = new CountDownLatch(1);
            var dead = new AtomicBoolean();
            var outcome = new CompletableFuture<Throwable>();
            Name<String> name = Name.create(runtime, "late");
            Pid zombie =
                    Processes.run(
                            runtime,
                            () ->
                                    Processes.spawnUnlinked(
                                            () -> registerLate(begun, dead, name, outcome)));
            begun.await();
            Processes.kill(zombie);
            await().until(() -> !Processes.isAlive(zombie));
            dead.set(true);

            assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(ProcessExit.class);
        }
    }

    private static void registerLate(
            CountDownLatch begun,
            AtomicBoolean dead,
            Name<String> name,
            CompletableFuture<Throwable> outcome) {
        Pid self = Processes.self();
        begun.countDown();
        while (!dead.get()) Thread.onSpinWait();
        outcome.complete(Assertions.catchThrowable(() -> Processes.register(self, name)));
    }

    record Spawn(Subject<Pid> replyTo) {}

    /** Spawns processes that have no supervisor. */
    static class Spawner implements Actor<Integer, Spawn> {
        @Override
        public Integer init(Subject<Spawn> self) {
            return 0;
        }

        @Override
        public dev.otp4j.actor.Next<Integer, Spawn> onMessage(Integer state, Spawn spawn) {
            Pid pid = Processes.spawnUnlinked(() -> Processes.sleep(Duration.ofHours(1)));
            spawn.replyTo().send(pid);
            return dev.otp4j.actor.Next.continueWith(state);
        }
    }

    @Test
    @Tag("H4")
    void aProcessOutsideTheTreeIsKilledAndReportedWhenTheSystemStops() {
        try (var lines = new Lines();
                var one = OneWorker.<Spawn>of("spawner", Spawner::new)) {
            Pid spawned = one.worker().call(Probe.PATIENCE, Spawn::new);

            one.system().stop(Probe.PATIENCE);

            assertKilledAndReported(spawned, lines);
        }
    }

    @Test
    @Tag("H4")
    void aProcessOutsideTheTreeIsKilledAndReportedWhenTheSystemIsClosed() {
        try (var lines = new Lines();
                var one = OneWorker.<Spawn>of("spawner", Spawner::new)) {
            Pid spawned = one.worker().call(Probe.PATIENCE, Spawn::new);

            one.system().close();

            assertKilledAndReported(spawned, lines);
        }
    }

    static void assertKilledAndReported(Pid spawned, Lines lines) {
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(
                        () -> assertThat(Processes.isAlive(spawned)).as("is alive").isFalse());
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(
                        () ->
                                assertThat(lines.with(spawned.toString()))
                                        .as("lines about %s in %s", spawned, lines.all())
                                        .isNotEmpty());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.depot.Depot;
import com.example.depot.Depot.Job;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.test.OtpTesting;
import dev.otp4j.testkit.Expect;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What goes wrong in the {@link Depot}, until it is closed. */
final class Faults implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int AT_ONCE = 50;

    private final Depot depot;
    private final OtpSystem system;
    private final CountDownLatch end = new CountDownLatch(1);
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private @Nullable Future<?> rounds;

    Faults(Depot depot, OtpSystem system) {
        this.depot = depot;
        this.system = system;
    }

    /** Has everything go wrong that goes wrong again and again, or stays so. */
    void begin() {
        depot.send("press", end::await);
        leaveAZombie();
        StaticSupervisor.of(OtpTesting.pid(system, "/depot"))
                .orElseThrow()
                .terminateChild("buffer");
        depot.name("buffer").whileVacant(Vacancy.holding(1));
        Subject<Job> ended = ended();
        rounds =
                thread.scheduleWithFixedDelay(
                        () -> round(ended), 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Fails if the faults have ended before they are closed, with the reason. */
    void assertGoOn() {
        if (rounds == null || !rounds.isDone() || end.getCount() == 0) return;
        assertThat(rounds).succeedsWithin(Duration.ZERO);
        throw new AssertionError("the faults have ended");
    }

    private void round(Subject<Job> ended) {
        crash("sorter");
        for (int i = 0; i < AT_ONCE; i++) {
            depot.send("ramp", () -> end.await(20, TimeUnit.MILLISECONDS));
            depot.send("buffer", () -> {});
            ended.send(() -> {});
        }
        depot.name("press")
                .subject()
                .tryCall(PAUSE, (Subject<Integer> reply) -> () -> reply.send(1)); // it hangs
        depot.name("crane")
                .subject()
                .tryCall(PAUSE, (Subject<Integer> reply) -> () -> reply.send(1));
    }

    /** A crash of an actor that runs again. */
    private void crash(String actor) {
        depot.send(
                actor,
                () -> {
                    throw new IllegalStateException("a fault of a test");
                });
    }

    private void leaveAZombie() {
        var begun = new CountDownLatch(1);
        depot.send(
                "crane",
                () -> {
                    begun.countDown();
                    Expect.stubbornly(end);
                });
        await().until(() -> begun.getCount() == 0);
        OtpTesting.kill(system, "/depot/crane");
    }

    private Subject<Job> ended() {
        Subject<Job> actor =
                Processes.run(
                        system.runtime(),
                        () ->
                                Actor.startingWith(() -> 0)
                                        .onMessage(
                                                (Integer state, Job job) ->
                                                        Next.<Integer, Job>continueWith(state))
                                        .start()
                                        .data());
        Pid owner = actor.owner();
        Processes.kill(owner);
        await().until(() -> ProcessInfo.stateOf(owner) == ProcessInfo.State.EXITED);
        return actor;
    }

    /** Two of the two crashes that {@code lift} tolerates. */
    void useUpTheTolerance() {
        for (int i = 1; i <= 2; i++) {
            crash("cabin");
            int crashes = i;
            await().until(() -> used("/lift") == crashes);
        }
    }

    private int used(String path) {
        return system.find(path, 0, 0).orElseThrow().toleranceUsed();
    }

    /** One crash more than {@code lift} tolerates. */
    void crashOnceMore() {
        crash("cabin");
    }

    /** Occupies all carriers until that is found. */
    void starveCarriers() {
        long before = system.runtime().starvations();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        int carriers = 2 * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < carriers; i++) {
            Thread.startVirtualThread(
                    () -> {
                        while (system.runtime().starvations() == before
                                && System.nanoTime() < deadline) {
                            Thread.onSpinWait();
                        }
                    });
        }
        await().until(() -> system.runtime().starvations() > before);
    }

    /** Kills the ledger until its supervisor, the root, gives up. */
    void endTheRoot() {
        await().pollInterval(Duration.ofMillis(20))
                .until(
                        () -> {
                            Pid ledger =
                                    system.find("/ledger", 0, 0)
                                            .map(node -> node.pid())
                                            .orElse(null);
                            if (ledger != null) Processes.kill(ledger);
                            return system.state() == OtpSystem.State.GAVE_UP;
                        });
    }

    @Override
    public void close() {
        end.countDown();
        thread.shutdownNow();
    }
}

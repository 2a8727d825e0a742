/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Started;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Simulation;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Delayed restarts among failures, requests and stops, in very many orders. */
@OtpTest
@Timeout(120)
class DelayedRestartRaceTests {
    private static final int SEEDS = 10;
    private static final int STEPS = 40;
    private static final Duration DELAY = Duration.ofMillis(100);
    private static final Duration SETTLED = Duration.ofMinutes(10);

    // ---- in simulated time

    /** A tree, what was done to it, and what must hold at each start of a child. */
    private static final class Run {
        private final SplittableRandom random;
        private final List<String> ids = List.of("a", "b", "c", "d");
        private final Map<String, Pid> last = new HashMap<>();
        private final Map<String, Long> earliest = new HashMap<>();
        private final List<String> wrong = new ArrayList<>();
        private final StaticSupervisor tree;
        private final boolean alone;
        private boolean ended;
        private int failing;

        Run(Strategy strategy, long seed) {
            random = new SplittableRandom(seed);
            alone = strategy == Strategy.ONE_FOR_ONE;
            StaticSupervisor.Builder builder =
                    StaticSupervisor.of(strategy).restartTolerance(10_000, Duration.ofDays(1));
            for (String id : ids) builder = builder.add(child(id));
            tree = builder.start().data();
        }

        private ChildSpecification<?> child(String id) {
            ChildSpecification<?> child = ChildSpecification.worker(id, () -> start(id));
            boolean delayed = !id.equals("d");
            return delayed
                    ? child.backoff(Backoff.exponential(DELAY, DELAY.multipliedBy(8)).jitter(0))
                    : child;
        }

        private Started<Subject<Runnable>> start(String id) {
            Pid before = last.get(id);
            if (ended) wrong.add(id + " was started after the end");
            if (before != null && Processes.isAlive(before)) wrong.add(id + " runs twice");
            if (alone && ProcessRuntime.current().nanoTime() < earliest.getOrDefault(id, 0L)) {
                wrong.add(id + " was started before its delay was over");
            }
            if (failing > 0 && failing-- > 0) throw new IllegalStateException("not now");
            Started<Subject<Runnable>> started = Actors.running().start();
            last.put(id, started.pid());
            earliest.remove(id);
            return started;
        }

        private String any() {
            return ids.get(random.nextInt(ids.size()));
        }

        void step() {
            String id = any();
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> fail(id);
                case 3 -> terminate(id);
                case 4 -> tree.tryRestartChild(id);
                case 5 -> failing = random.nextInt(3);
                default -> Processes.sleep(Duration.ofMillis(random.nextInt(300)));
            }
        }

        private void fail(String id) {
            Pid pid = SupervisorTestCase.pidOf(tree, id);
            if (pid == null || !Processes.isAlive(pid)) return;
            long now = ProcessRuntime.current().nanoTime();
            if (!id.equals("d")) earliest.put(id, now + DELAY.toNanos());
            Processes.kill(pid);
        }

        private void terminate(String id) {
            tree.tryTerminateChild(id);
            earliest.remove(id);
        }

        /** All children run again when those that were stopped on request are started. */
        void settle() {
            failing = 0;
            Processes.sleep(SETTLED);
            for (String id : ids) {
                earliest.remove(id);
                tree.tryRestartChild(id);
            }
            Processes.sleep(SETTLED);
            assertThat(tree.children())
                    .allMatch(child -> child.state() == ChildInfo.State.RUNNING)
                    .allMatch(child -> child.pendingRestart() == null)
                    .allMatch(child -> Processes.isAlive(pid(child)));
            assertThat(ProcessRuntime.current().timerCount()).isZero();
        }

        private static Pid pid(ChildInfo child) {
            Pid pid = child.pid();
            if (pid == null) throw new AssertionError("no process: " + child);
            return pid;
        }

        /** Nothing is started afterwards. */
        void end() {
            for (int i = 0; i < 3; i++) fail(any());
            Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
            Processes.sleep(DELAY.dividedBy(10));
            ended = true;
            assertThat(Processes.isAlive(tree.pid())).isFalse();
            Processes.sleep(SETTLED);
            assertThat(ProcessRuntime.current().timerCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"BO-04", "BO-07", "BO-08", "BO-10"})
    void aChildRunsOnceIsNotStartedTooEarlyAndIsNeverForgotten(Strategy strategy) {
        var seeds = new AtomicInteger();
        for (int portion = 0; portion < 15; portion++) { // each has its time limit
            outside(() -> Simulation.check(SEEDS, () -> run(strategy, seeds.incrementAndGet())));
        }
    }

    private static void run(Strategy strategy, int seed) {
        Processes.trapExits(true);
        var run = new Run(strategy, seed);
        for (int i = 0; i < STEPS; i++) run.step();
        run.settle();
        run.end();
        assertThat(run.wrong).isEmpty();
    }

    // ---- on threads

    /** How many handlers run at this moment, and at a start of a successor. */
    private static final class Busy {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger overlaps = new AtomicInteger();
        volatile boolean go;

        void handle() {
            inside.incrementAndGet();
            while (!go) Thread.yield();
            inside.decrementAndGet();
        }

        void starts() {
            if (inside.get() > 0) overlaps.incrementAndGet();
        }
    }

    /** No wake-up is lost: the limit is an hour. */
    @Test
    @Rule({"BO-15", "BO-16"})
    void aKillAgainstTheReturnOfTheCode() {
        var busy = new Busy();
        Subject<Subject<Runnable>> starts = Subject.create();
        StaticSupervisor.oneForOne()
                .restartTolerance(1_000_000, Duration.ofHours(1))
                .add(
                        ChildSpecification.worker(
                                        "a",
                                        () -> {
                                            busy.starts();
                                            var started = Actors.running().start();
                                            starts.send(started.data());
                                            return started;
                                        })
                                .awaitThreadOnKill(Duration.ofHours(1)))
                .start();
        var random = new SplittableRandom();
        for (int round = 0; round < 3_000; round++) {
            Subject<Runnable> child = expect(starts);
            busy.go = false;
            child.send(busy::handle);
            while (busy.inside.get() == 0) Thread.yield();
            race(busy, child.owner(), random.nextInt(-200, 200));
        }
        expect(starts);
        assertThat(busy.overlaps).hasValue(0);
    }

    /** Kills the process and lets its code return, in one order or the other. */
    private static void race(Busy busy, Pid victim, int lead) {
        if (lead < 0) busy.go = true;
        for (int i = 0; i < Math.abs(lead); i++) Thread.onSpinWait();
        Processes.kill(victim);
        for (int i = 0; i < lead; i++) Thread.onSpinWait();
        busy.go = true;
    }
}

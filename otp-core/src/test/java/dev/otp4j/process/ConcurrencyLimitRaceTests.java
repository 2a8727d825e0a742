/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many processes under one limit, while some are killed, crash, stop or are suspended. */
@Tag("race")
@Timeout(60)
class ConcurrencyLimitRaceTests {
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicLong handled = new AtomicLong();

    /** A handler that counts how many run, also as a zombie. */
    private void work(int kind) {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            if (kind % 16 == 0) LockSupport.parkNanos(20_000);
            else if (kind % 4 == 0) Thread.yield();
            handled.incrementAndGet();
            if (kind % 997 == 996) throw new IllegalStateException("crash");
            if (kind % 89 == 88) Processes.exit(ExitReason.NORMAL);
        } finally {
            running.decrementAndGet();
        }
    }

    private Subject<Integer> start(ProcessRuntime runtime, ConcurrencyLimit limit) {
        return Actors.start(Actors.handling(this::work).concurrency(limit), runtime);
    }

    @ParameterizedTest
    @CsvSource({"1,4,400", "1,32,100", "3,8,300", "7,64,60"})
    @Rule({"CL-01", "CL-07"})
    void neverMoreRunThanThereArePermitsAndAllAreFreeAtTheEnd(int permits, int count, int rounds) {
        ConcurrencyLimit limit = ConcurrencyLimit.of("race", permits);
        var random = new SplittableRandom(42);
        try (var runtime = runtime("race")) {
            List<Subject<Integer>> actors = new ArrayList<>();
            for (int i = 0; i < count; i++) actors.add(start(runtime, limit));
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < 4 * count; i++) {
                    int at = random.nextInt(count);
                    if (!Processes.isAlive(actors.get(at).owner()))
                        actors.set(at, start(runtime, limit));
                    actors.get(at).trySend(random.nextInt(10_000));
                }
                Subject<Integer> victim = actors.get(random.nextInt(count));
                if (round % 2 == 0) Processes.kill(victim.owner());
                else suspendForAMoment(victim.owner());
            }
            eventually("all permits are free", () -> limit.inUse() == 0 && limit.waiting() == 0);
            // an actor that was woken and has not run yet neither has a permit nor waits for one
            eventually(
                    "all mailboxes are empty",
                    () -> actors.stream().allMatch(a -> ProcessInfo.mailboxSize(a.owner()) == 0));
            eventually("all permits are free again", () -> limit.inUse() == 0);
            assertThat(limit.waiting()).isZero();
            assertThat(most.get()).isBetween(1, permits);
            assertThat(running).hasValue(0);
            assertThat(handled.get()).isGreaterThan((long) rounds * count);
        }
    }

    private static void suspendForAMoment(Pid pid) {
        try {
            Sys.suspend(pid);
            Sys.resume(pid);
        } catch (CallException ended) {
            // it has ended before
        }
    }

    private static ProcessRuntime runtime(String name) {
        return ProcessRuntime.builder().name(name).build();
    }

    @Test
    @Rule({"CL-01", "CL-06"})
    void noMessageIsLostAndEachActorsOrderIsKept() {
        int count = 16;
        int each = 3_000;
        ConcurrencyLimit limit = ConcurrencyLimit.of("order", 2);
        var wrong = new AtomicInteger();
        try (var runtime = runtime("order")) {
            List<Subject<Integer>> actors = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                var next = new AtomicInteger();
                Actors.Body<Integer> body =
                        number -> {
                            if (next.getAndIncrement() != number) wrong.incrementAndGet();
                            work(1);
                        };
                actors.add(Actors.start(Actors.handling(body).concurrency(limit), runtime));
            }
            for (Subject<Integer> actor : actors) {
                Actors.running(runtime)
                        .send(
                                () -> {
                                    for (int i = 0; i < each; i++) actor.send(i);
                                });
            }
            eventually("all are handled", () -> handled.get() == (long) count * each);
            assertThat(wrong).hasValue(0);
            assertThat(most.get()).isBetween(1, 2);
            eventually("all permits are free", () -> limit.inUse() == 0 && limit.waiting() == 0);
        }
    }

    @Test
    @Rule("CL-07")
    void aKillAtTheMomentOfTheGrantLosesNoPermit() {
        try (var runtime = runtime("grant")) {
            for (int round = 0; round < 3_000; round++) {
                ConcurrencyLimit limit = ConcurrencyLimit.of("grant", 1);
                Subject<Integer> first = start(runtime, limit);
                Subject<Integer> second = start(runtime, limit);
                first.send(4);
                second.send(4);
                first.send(4);
                if (round % 3 == 0) Thread.yield();
                Processes.kill(second.owner());
                if (round % 2 == 0) Processes.kill(first.owner());
                Subject<Integer> last = start(runtime, limit);
                long before = handled.get();
                last.send(1);
                eventually("the last one got the permit", () -> handled.get() > before);
                eventually("it is free", () -> limit.inUse() == 0 && limit.waiting() == 0);
            }
        }
        assertThat(most).hasValue(1);
    }

    /** Starts of threads fail with an error of memory, so many times from now on. */
    private static final class FailingStarts extends ForwardingScheduler {
        private final AtomicInteger failures;

        FailingStarts(Scheduler real, AtomicInteger failures) {
            super(real);
            this.failures = failures;
        }

        @Override
        public void start(String name, Runnable body) {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("no memory for a thread");
            }
            super.start(name, body);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,1", "false,3", "true,1", "true,3"})
    @Rule("CL-07")
    void aPermitIsNotLostIfTheNextProcessCannotBeStartedAtOnce(boolean killed, int times) {
        var failures = new AtomicInteger();
        ProcessRuntime.Builder builder =
                ProcessRuntime.builder()
                        .name("starts")
                        .chaining(false)
                        .scheduler(real -> new FailingStarts(real, failures));
        try (var runtime = builder.build()) {
            ConcurrencyLimit limit = ConcurrencyLimit.of("starts", 1);
            var begun = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            Subject<Runnable> first = Actors.start(Actors.running().concurrency(limit), runtime);
            first.send(
                    () -> {
                        begun.countDown();
                        Expect.stubbornly(go);
                        failures.set(times);
                    });
            Expect.await(begun);
            Subject<Integer> second = start(runtime, limit);
            second.send(1);
            eventually("it waits", () -> limit.waiting() == 1);
            eventually("it is idle", () -> ((ProcessCell) second.owner()).mailbox.isIdle());
            if (killed) Processes.kill(first.owner());
            go.countDown();
            eventually("the second one ran", () -> handled.get() == 1);
            assertThat(failures).hasValue(0);
            eventually("it is free", () -> limit.inUse() == 0 && limit.waiting() == 0);
        }
    }

    @Test
    @Rule("CL-13")
    void aSimulationShowsTheSameLimit() {
        Set<List<Integer>> orders = new HashSet<>();
        Simulation.check(
                300,
                () -> {
                    ConcurrencyLimit limit = ConcurrencyLimit.of("simulated", 2);
                    var inside = new int[1];
                    List<Integer> order = new ArrayList<>();
                    List<Subject<Integer>> actors = new ArrayList<>();
                    for (int i = 0; i < 6; i++) {
                        Actors.Body<Integer> body =
                                number -> {
                                    assertThat(++inside[0]).isLessThanOrEqualTo(2);
                                    Processes.sleep(Duration.ofSeconds(1));
                                    order.add(number);
                                    inside[0]--;
                                };
                        actors.add(Actors.handling(body).concurrency(limit).start().data());
                    }
                    for (int i = 0; i < 6; i++) actors.get(i).send(i);
                    Processes.sleep(Duration.ofMillis(500));
                    Pid victim = limit.queue().getFirst();
                    Processes.unlink(victim);
                    Processes.kill(victim);
                    Processes.sleep(Duration.ofSeconds(10));
                    assertThat(order).hasSize(5);
                    assertThat(limit.inUse()).isZero();
                    assertThat(limit.waiting()).isZero();
                    orders.add(order);
                });
        assertThat(orders).hasSizeGreaterThan(1);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.OtpTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Races that were lost once; each failed within its rounds before it was mended. */
@Tag("race")
@Timeout(60)
class RaceRegressionTests {
    /**
     * A monitor made between the death and the last push of a process had its DOWN before that
     * message.
     */
    @Test
    void aMonitorMadeWhileItsTargetDiesHasTheLastMessageBeforeTheDown() throws Exception {
        for (int round = 0; round < 1_000; round++) {
            var target = new AtomicReference<Pid>();
            var box = new CompletableFuture<Subject<Integer>>();
            var late = new CompletableFuture<Boolean>();
            Supplier<Boolean> watch =
                    () -> {
                        Subject<Integer> mine = Subject.create();
                        box.complete(mine);
                        Pid sender;
                        while ((sender = target.get()) == null) Thread.onSpinWait();
                        while (Processes.isAlive(sender)) Thread.onSpinWait();
                        Monitor monitor = Processes.monitor(sender);
                        Selector<Integer> next =
                                Selector.<Integer>create()
                                        .select(mine)
                                        .selectMonitor(monitor, down -> -1);
                        while (next.receiveForever() != -1) Thread.onSpinWait();
                        return late.complete(mine.receive(Duration.ofMillis(1)).isPresent());
                    };
            Thread.ofPlatform().start(() -> Processes.run(watch));
            Subject<Integer> to = box.get(5, TimeUnit.SECONDS);
            Pid sender =
                    Processes.spawnUnlinked(
                            () -> {
                                for (int i = 0; ; i++) to.send(i);
                            });
            target.set(sender);
            for (int spin = 0; spin < 2_000 + round % 50; spin++) Thread.onSpinWait();

            Processes.kill(sender);

            assertThat(late.get(10, TimeUnit.SECONDS)).as("a message after the DOWN").isFalse();
        }
    }

    /**
     * To set a timer for itself a process watches itself, and its killer waits for its call's end.
     */
    @Test
    @OtpTest
    @Timeout(60)
    void aProcessThatIsKilledWhileItSetsATimerForItselfEnds() {
        for (int round = 0; round < 3_000; round++) {
            var began = new CountDownLatch(1);
            Pid victim =
                    Processes.spawnUnlinked(
                            () -> {
                                Subject<String> own = Subject.create();
                                began.countDown();
                                for (; ; ) own.sendAfter(Duration.ofHours(1), "late").cancel();
                            });
            Expect.stubbornly(began);
            Monitor monitor = Processes.monitor(victim);
            Processes.kill(victim);
            assertThat(Expect.expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        }
    }

    /**
     * Each waits for the end of the other's call, and neither in its own. On one carrier the one
     * that waits must let the other run.
     */
    @Test
    @OtpTest
    void processesThatAreKilledWhileTheySetTimersForEachOtherEnd() throws Exception {
        for (int round = 0; round < 3_000; round++) {
            var boxes = List.of(box(), box());
            var began = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) setTimers(boxes.get(i), boxes.get(1 - i), began);
            Expect.stubbornly(began);
            var pids = boxes.stream().map(box -> box.join().owner()).toList();
            var monitors = pids.stream().map(Processes::monitor).toList();
            var killers = new ArrayList<Thread>();
            for (Pid pid : pids) {
                killers.add(Thread.ofPlatform().daemon().start(() -> Processes.kill(pid)));
            }
            for (Thread killer : killers) {
                assertThat(killer.join(Expect.SOON)).as("kill returns, round " + round).isTrue();
            }
            for (Monitor monitor : monitors) {
                assertThat(Expect.expectDown(monitor)).isEqualTo(ExitReason.KILLED);
            }
        }
    }

    private static CompletableFuture<Subject<String>> box() {
        return new CompletableFuture<>();
    }

    /** Starts a process that sets timers for another one, and lets others run now and then. */
    private static void setTimers(
            CompletableFuture<Subject<String>> own,
            CompletableFuture<Subject<String>> other,
            CountDownLatch began) {
        Processes.spawnUnlinked(
                () -> {
                    own.complete(Subject.create());
                    Subject<String> to = other.join();
                    began.countDown();
                    for (int i = 0; ; i++) {
                        to.sendAfter(Duration.ofHours(1), "late").cancel();
                        if (i % 64 == 0) Thread.yield();
                    }
                });
    }
}

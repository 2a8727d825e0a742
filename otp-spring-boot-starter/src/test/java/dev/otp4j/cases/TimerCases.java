/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.Cancelled;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Timers of processes that end or are restarted. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TimerCases {
    private static final Duration PERIOD = Duration.ofMillis(30);
    private static final int TICKS = 20;

    enum Say {
        TICK,
        CRASH
    }

    /** Sets a timer when it starts and at each tick, as the guides of actor systems recommend. */
    private record Ticker(AtomicReference<CountDownLatch> ticks)
            implements Actor<Subject<Say>, Say> {
        @Override
        public Subject<Say> init(Subject<Say> self) {
            self.sendAfter(PERIOD, Say.TICK);
            return self;
        }

        @Override
        public Next<Subject<Say>, Say> onMessage(Subject<Say> self, Say say) {
            switch (say) {
                case TICK -> {
                    self.sendAfter(PERIOD, Say.TICK);
                    ticks.get().countDown();
                }
                case CRASH -> throw new IllegalStateException("told to");
            }
            return Next.continueWith(self);
        }
    }

    @Tag("E1")
    @ParameterizedTest(name = "after {0} crashes")
    @ValueSource(ints = {0, 1, 4})
    void anActorThatSetsItsNextTickItselfTicksNoFasterAfterCrashes(int crashes) throws Exception {
        var ticks = new AtomicReference<>(new CountDownLatch(0));
        try (var one = OneWorker.<Say>of("ticker", () -> new Ticker(ticks))) {
            for (int i = 1; i <= crashes; i++) {
                one.worker().send(Say.CRASH);
                one.awaitRestarts(i);
            }
            var counted = new CountDownLatch(TICKS);
            long begun = System.nanoTime();
            ticks.set(counted);

            assertThat(counted.await(10, TimeUnit.SECONDS)).isTrue();

            // One of the ticks may have been on its way already.
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("time of %d ticks", TICKS)
                    .isGreaterThan(PERIOD.multipliedBy(TICKS - 2));
        }
    }

    enum Seen {
        DOWN(3_000, 32),
        EXIT(3_000, 32),
        NOT_ALIVE(200, 1_000);

        final int rounds;
        final int timers;

        Seen(int rounds, int timers) {
            this.rounds = rounds;
            this.timers = timers;
        }
    }

    @Tag("H1")
    @ParameterizedTest
    @EnumSource(Seen.class)
    void aTimerIsGoneWhenTheEndOfItsProcessIsSeen(Seen seen) {
        try (ProcessRuntime runtime = ProcessRuntime.builder().name("cases").build();
                ExecutorService killer = Executors.newSingleThreadExecutor()) {
            int found = Processes.run(runtime, () -> timersFoundAfterTheEnd(seen, killer));

            assertThat(found).as("timers that could be cancelled still").isZero();
            assertThat(runtime.timerCount()).isZero();
        }
    }

    private static int timersFoundAfterTheEnd(Seen seen, ExecutorService killer) {
        Processes.trapExits(true);
        int found = 0;
        for (int i = 0; i < seen.rounds; i++) {
            Started<Subject<String>> owner =
                    Actor.startingWith(() -> 0)
                            .onMessage(
                                    (Integer state, String message) -> Next.<Integer, String>stop())
                            .start();
            boolean first = i % 2 == 0;
            Monitor monitor = first ? Processes.monitor(owner.pid()) : null;
            var timers = new ArrayDeque<Timer>();
            for (int t = 0; t < seen.timers; t++) {
                timers.push(owner.data().sendAfter(Duration.ofHours(1), "late"));
            }
            if (!first) monitor = Processes.monitor(owner.pid());
            if (i % 4 < 2) killer.execute(() -> Processes.kill(owner.pid()));
            else owner.data().send("stop");
            awaitEnd(seen, owner.pid(), monitor);
            for (Timer timer : timers) {
                if (timer.cancel() instanceof Cancelled.TimerCancelled) found++;
            }
            Processes.flushMessages();
        }
        return found;
    }

    private static void awaitEnd(Seen seen, Pid pid, Monitor monitor) {
        switch (seen) {
            case DOWN -> awaitMessage(Selector.create().selectMonitor(monitor, down -> down));
            case EXIT -> awaitMessage(Selector.create().selectTrappedExits(exit -> exit));
            case NOT_ALIVE -> {
                while (Processes.isAlive(pid)) Thread.onSpinWait();
            }
        }
    }

    /** Waits for the message without delay between two attempts. */
    private static void awaitMessage(Selector<Object> selector) {
        while (selector.receive(Duration.ZERO).isEmpty()) Thread.onSpinWait();
    }
}

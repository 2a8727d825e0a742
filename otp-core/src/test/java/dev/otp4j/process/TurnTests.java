/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.testkit.Actors;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long a process may go on before others get their turn. */
class TurnTests {
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger usedUp = new AtomicInteger();

    /** Counts starts and turns that were used up. */
    private ProcessRuntime runtime(boolean shortTurns) {
        return ProcessRuntime.builder()
                .name("turns")
                .scheduler(real -> new Counting(real, shortTurns))
                .build();
    }

    private final class Counting extends UnwatchedScheduler {
        private final boolean shortTurns;

        Counting(Scheduler real, boolean shortTurns) {
            super(real);
            this.shortTurns = shortTurns;
        }

        @Override
        public void start(String name, Runnable body) {
            starts.incrementAndGet();
            super.start(name, body);
        }

        @Override
        public void turnUsedUp() {
            usedUp.incrementAndGet();
            super.turnUsedUp();
        }

        @Override
        public boolean turnsAreShort() {
            return shortTurns;
        }
    }

    /**
     * Sends messages to a process that cannot begin with them, and waits until all are handled and
     * it has nothing to do.
     */
    private List<Integer> handle(ProcessRuntime runtime, int messages) {
        var handled = new ArrayList<Integer>();
        var gate = new CountDownLatch(1);
        var last = new CompletableFuture<Boolean>();

        ActorBuilder<Integer, Integer, Subject<Integer>> keeping =
                Actors.handling(
                        message -> {
                            gate.await();
                            handled.add(message);
                            if (message == messages) last.complete(true);
                        });
        Subject<Integer> actor = Actors.start(keeping, runtime);
        starts.set(0);
        for (int i = 1; i <= messages; i++) actor.send(i);
        gate.countDown();
        assertThat(get(last)).isTrue();
        quiet(actor.owner());
        return handled;
    }

    private static List<Integer> upTo(int messages) {
        return IntStream.rangeClosed(1, messages).boxed().toList();
    }

    @Test
    void aTurnIs512Messages() {
        try (var runtime = runtime(false)) {
            assertThat(handle(runtime, 1_100)).isEqualTo(upTo(1_100));
            assertThat(usedUp).hasValue(2);
            assertThat(starts).hasValueLessThan(5);
        }
    }

    /** Nor does a turn that was ended early count as used up: that is not what ends the others. */
    @Test
    void whileTurnsAreShortAProcessGoesToTheEndOfTheLineAfterEachMessage() {
        try (var runtime = runtime(true)) {
            assertThat(handle(runtime, 1_100)).isEqualTo(upTo(1_100));
            assertThat(usedUp).hasValue(0);
            assertThat(starts).hasValueGreaterThanOrEqualTo(1_100);
        }
    }

    /** A ring of one ball: whether the next one runs on the thread of the one before. */
    private int startsOfARelay(ProcessRuntime runtime, int hops) {
        var done = new CompletableFuture<Boolean>();
        List<Subject<Integer>> pair = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;

            ActorBuilder<Integer, Integer, Subject<Integer>> player =
                    Actors.handling(
                            left -> {
                                if (left == 0) done.complete(true);
                                else pair.get(other).send(left - 1);
                            });
            pair.add(Actors.start(player, runtime));
        }
        starts.set(0);
        pair.getFirst().send(hops);
        assertThat(get(done)).isTrue();
        return starts.get();
    }

    @Test
    void aChainIsATurnToo() {
        try (var runtime = runtime(false)) {
            startsOfARelay(runtime, 10_000);
            assertThat(usedUp).hasPositiveValue();
        }
    }

    @Test
    void whileTurnsAreShortNoProcessIsChained() {
        try (var runtime = runtime(true)) {
            assertThat(startsOfARelay(runtime, 1_000)).isGreaterThanOrEqualTo(1_000);
            assertThat(usedUp).hasValue(0);
        }
    }

    /** The runner of the first batch stays known, so that a run of the process can be told. */
    @Test
    void aBusyProcessKeepsNoMessageOfAnEarlierBatch() {
        try (var runtime = ProcessRuntime.builder().name("batches").build()) {
            Subject<Runnable> actor = Actors.running(runtime);
            var queued = new CountDownLatch(1);
            var over = new CountDownLatch(1);
            var later = new CountDownLatch(1);
            var kept = new ArrayList<WeakReference<Runnable>>();
            actor.send(() -> await(queued));
            for (int i = 0; i < 1_000; i++) kept.add(sendOwn(actor));
            actor.send(
                    () -> {
                        later.countDown();
                        await(over);
                    });
            queued.countDown();
            await(later);

            eventually(
                    "all handled messages are gone",
                    () -> {
                        System.gc();
                        return kept.stream().allMatch(message -> message.refersTo(null));
                    });
            over.countDown();
        }
    }

    private static WeakReference<Runnable> sendOwn(Subject<Runnable> actor) {
        var message =
                new Runnable() {
                    @Override
                    public void run() {}
                };
        actor.send(message);
        return new WeakReference<>(message);
    }
}

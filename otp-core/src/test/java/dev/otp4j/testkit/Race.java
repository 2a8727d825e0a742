/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same race very often: each contestant has a platform thread of its own, and all of them
 * enter each round at the same moment.
 */
public final class Race {
    private static final int BATCH = 512;

    /** So many rounds there are, however long they take: a machine may be busy. */
    private static final int LEAST = 2_000;

    private Race() {}

    /**
     * Runs rounds until there were {@code most}, or the time is over and there were 2,000.
     *
     * @param fresh what one round is about; made before the round
     * @param check looks at it when all have finished the round
     * @return how many rounds there were
     */
    @SafeVarargs
    public static <T> long run(
            long most,
            Duration limit,
            Supplier<T> fresh,
            Consumer<T> check,
            Consumer<T>... contestants) {
        var race = new Running<T>(contestants.length);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < contestants.length; i++) {
            int own = i;
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .name("contestant-" + i)
                            .start(() -> race.contest(own, contestants[own])));
        }
        long rounds = 0;
        long start = System.nanoTime();
        while (rounds < most && (rounds < LEAST || System.nanoTime() - start < limit.toNanos())) {
            List<T> subjects = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) subjects.add(fresh.get());
            race.batch(subjects);
            subjects.forEach(check);
            rounds += BATCH;
        }
        race.batch(List.of());
        return rounds;
    }

    private static final class Running<T> {
        private final AtomicLong[] progress;
        private final CyclicBarrier barrier;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private volatile List<T> subjects = List.of();

        Running(int contestants) {
            progress = new AtomicLong[contestants];
            for (int i = 0; i < contestants; i++) progress[i] = new AtomicLong();
            barrier = new CyclicBarrier(contestants + 1);
        }

        void batch(List<T> next) {
            subjects = next;
            meet();
            if (!next.isEmpty()) meet();
            Throwable failed = failure.get();
            if (failed != null) throw new AssertionError("a contestant failed", failed);
        }

        private void meet() {
            try {
                barrier.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new AssertionError("contestants do not come to an end", e);
            }
        }

        void contest(int own, Consumer<T> contestant) {
            long round = 0;
            while (true) {
                meet();
                List<T> batch = subjects;
                if (batch.isEmpty()) return;
                for (T subject : batch) {
                    line(own, ++round);
                    try {
                        contestant.accept(subject);
                    } catch (Throwable thrown) {
                        failure.compareAndSet(null, thrown);
                    }
                }
                meet();
            }
        }

        /** The start line of a round: no contestant passes before all are there. */
        private void line(int own, long round) {
            progress[own].setRelease(round);
            for (AtomicLong other : progress) {
                for (int spins = 0; other.getAcquire() < round; spins++) {
                    if (spins < 2_000) Thread.onSpinWait();
                    else Thread.yield();
                }
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.SteppedScheduler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a runtime in a test: time stands still until the test advances it, and processes run
 * one at a time in an order fixed by a seed.
 *
 * {@snippet :
 * var clock = VirtualClock.create();
 * OtpSystem system = OtpSystem.builder("shop").root(root).runtime(r -> r.virtualTime(clock)).build();
 * system.start();
 * clock.advance(Duration.ofHours(1)); // all timers of an hour fire, in their order
 * clock.awaitIdle();
 * }
 *
 * <p>All timers, time limits of processes, periods of restarts and {@link ProcessRuntime#nanoTime}
 * of the runtime are on this clock. Threads of the application, such as that of the test or of a
 * request, send, call, start and wait as usual; their own time limits pass in real time. {@link
 * java.time.Instant#now} is not affected.
 *
 * <p>The code of a process runs without interruption from one wait of the engine to the next: a
 * receive, a call, the start of a child. If it waits otherwise, for a database say, the others wait
 * too. If it waits for another process in a way that the engine does not see, none of them goes on;
 * {@link #awaitIdle} then fails with its stack. The order is the same each time with one seed as
 * long as threads outside act only while the runtime is idle.
 *
 * <p>Unlike {@link Simulation}, which runs a body on the fly and jumps over all waits, this is for
 * systems that live longer than one test, and for tests on threads that are no processes. Chaining
 * of activations, the search for stuck handlers and for circles of calls are off; listeners are
 * told on the thread of the process.
 *
 * <p>A clock drives one runtime. Thread-safe.
 *
 * @since 0.1.0
 */
public final class VirtualClock {
    private static final Duration BUSY_LIMIT = Duration.ofSeconds(5);

    private final Object lock = new Object(); // one thread advances at a time
    private volatile long seed;
    private volatile @Nullable SteppedScheduler scheduler;

    private VirtualClock(long seed) {
        this.seed = seed;
    }

    /**
     * {@return a clock with a random seed, or that of the system property {@value
     * Simulation#SEED_PROPERTY}}
     *
     * @throws IllegalArgumentException if that property is no whole number
     */
    public static VirtualClock create() {
        return withSeed(freshSeed());
    }

    /** {@return a clock with a seed} */
    public static VirtualClock withSeed(long seed) {
        return new VirtualClock(seed);
    }

    private static long freshSeed() {
        Long wanted = SimulationSeed.wanted();
        return wanted == null ? ThreadLocalRandom.current().nextLong() : wanted;
    }

    /** Makes the scheduler of the one runtime. */
    SteppedScheduler bind(@Nullable ClassLoader classLoader) {
        synchronized (lock) {
            if (scheduler != null) {
                throw new IllegalStateException("this clock drives another runtime already");
            }
            var made = new SteppedScheduler(seed, classLoader);
            scheduler = made;
            return made;
        }
    }

    private SteppedScheduler bound() {
        SteppedScheduler bound = scheduler;
        if (bound == null) {
            throw new IllegalStateException(
                    "this clock drives no runtime: give it to ProcessRuntime.Builder.virtualTime");
        }
        if (bound.runsCurrentThread()) {
            throw new IllegalStateException(
                    "thread '%s' runs a process on this clock and cannot wait for its idleness"
                            .formatted(Thread.currentThread().getName()));
        }
        return bound;
    }

    /** {@return the seed of the present order} */
    public long seed() {
        return seed;
    }

    /**
     * Begins another order: with a random seed, or that of the system property {@value
     * Simulation#SEED_PROPERTY}. A test kit does so before each test.
     *
     * @return the new seed
     * @throws IllegalArgumentException if that property is no whole number
     */
    public long reseed() {
        return reseed(freshSeed());
    }

    /**
     * {@link #reseed()} with that seed.
     *
     * @return the new seed
     */
    public long reseed(long newSeed) {
        synchronized (lock) {
            seed = newSeed;
            SteppedScheduler bound = scheduler;
            if (bound != null) bound.reseed(newSeed);
            return newSeed;
        }
    }

    /**
     * Lets time pass: waits until all is idle, goes to the next time at which a timer fires or a
     * time limit ends, waits until all that follows from it is idle, and so on, until the time has
     * passed. Blocks in real time, for at most 5 s at each step.
     *
     * @throws IllegalArgumentException if {@code time} is negative
     * @throws IllegalStateException if a process does not become idle; if a process of the runtime
     *     calls this; if no runtime has this clock
     */
    public void advance(Duration time) {
        long nanos = Arguments.nanos("time", time);
        SteppedScheduler bound = bound();
        synchronized (lock) {
            awaitIdle(bound, BUSY_LIMIT);
            long target = bound.nanoTime() + nanos;
            while (bound.step(target)) awaitIdle(bound, BUSY_LIMIT);
        }
    }

    /**
     * Waits until no process can go on without a message, a reply or the passing of time: what was
     * sent before was handled, and what follows from it too. Blocks in real time, for at most 5 s.
     *
     * @throws IllegalStateException as for {@link #advance}
     */
    public void awaitIdle() {
        awaitIdle(BUSY_LIMIT);
    }

    /** {@link #awaitIdle()} with a time limit. */
    public void awaitIdle(Duration limit) {
        var unused = Arguments.nanos("limit", limit);
        awaitIdle(bound(), limit);
    }

    private void awaitIdle(SteppedScheduler bound, Duration limit) {
        IllegalStateException busy;
        try {
            busy = bound.awaitIdle(Arguments.nanos("limit", limit));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for idleness", e);
        }
        if (busy == null) return;
        throw new IllegalStateException(
                "not idle within %s, with seed %d: %s"
                        .formatted(limit, seed, Objects.requireNonNull(busy).getMessage()),
                busy);
    }

    @Override
    public String toString() {
        return "VirtualClock[seed " + seed + "]";
    }
}

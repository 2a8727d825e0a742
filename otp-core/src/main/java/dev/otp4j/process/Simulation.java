/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Runs a body and all processes it starts one at a time, in an order fixed by a seed, on a virtual
 * clock: a test that failed once fails again with its seed.
 *
 * {@snippet :
 * Simulation.check(1_000, () -> {
 *     Subject<Message> counter = Actor.startingWith(() -> 0).onMessage(handler).start().data();
 *     Processes.kill(counter.owner());
 *     assertThat(Processes.isAlive(counter.owner())).isFalse();
 * });
 * }
 *
 * <p>The body runs as a process on the calling thread. Processes take turns wherever the engine
 * waits (receive, call, start of a child, sleep) and where a process is killed. Time passes only
 * when all processes wait, and then jumps to the next timer or time limit: an hour of back-off
 * takes no time. Code that waits outside the engine (a latch, JDBC) stops the whole simulation;
 * after 5 s of real time the simulation fails with the stack of that code. It also fails if the
 * body waits and nothing can happen any more.
 *
 * <p>The code of a process runs without interruption from one wait to the next. So a simulation
 * does not find data races in Java memory; other tools do.
 *
 * @since 0.1.0
 */
public final class Simulation {
    /** System property with the one seed to run: {@value}. */
    public static final String SEED_PROPERTY = "otp.simulation.seed";

    private Simulation() {}

    /** Runs the body once with a seed. What the body throws is thrown unchanged. */
    public static void run(long seed, Runnable body) {
        run(seed, unchanged -> {}, body);
    }

    /** Runs the body once with a seed, in a runtime with a few changes. */
    static void run(long seed, Consumer<ProcessRuntime.Builder> changes, Runnable body) {
        Objects.requireNonNull(body, "'body' must not be null");
        try (ProcessRuntime runtime = ProcessRuntime.deterministic(seed, changes)) {
            Processes.run(
                    runtime,
                    () -> {
                        body.run();
                        return true;
                    });
        }
    }

    /**
     * Runs the body with that many random seeds, or with the one seed that the system property
     * {@value #SEED_PROPERTY} gives.
     *
     * @throws AssertionError if the body fails with a seed; the message says how to run that seed
     *     again
     * @throws IllegalArgumentException if {@code seeds} is not positive, or the property is no
     *     whole number
     */
    public static void check(int seeds, Runnable body) {
        if (seeds < 1) throw new IllegalArgumentException("'seeds' must be positive: " + seeds);
        Long wanted = SimulationSeed.wanted();
        if (wanted != null) {
            checkOne(wanted, body);
            return;
        }
        var random = new SplittableRandom();
        for (int i = 0; i < seeds; i++) checkOne(random.nextLong(), body);
    }

    private static void checkOne(long seed, Runnable body) {
        try {
            run(seed, body);
        } catch (Throwable failure) {
            throw new AssertionError(
                    "failed with seed %d: %s; run it again with -D%s=%d"
                            .formatted(seed, failure, SEED_PROPERTY, seed),
                    failure);
        }
    }
}

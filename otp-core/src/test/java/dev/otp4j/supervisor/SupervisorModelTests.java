/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ModelRuntimes;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random trees of supervisors and what can happen to them, against a naive model. {@code
 * -Dotp.model.seed=} repeats one run, {@code -Dotp.model.steps=} makes it longer.
 */
@Timeout(300)
class SupervisorModelTests {
    private static final int STEPS = Integer.getInteger("otp.model.steps", 10_000);
    private static final int SEEDS = Integer.getInteger("otp.model.seeds", 2);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private interface Run {
        void with(long seed);
    }

    private static void seeds(Run run) {
        Long wanted = Long.getLong("otp.model.seed");
        var random = new SplittableRandom();
        for (int i = 0; i < SEEDS; i++) {
            long seed = wanted != null ? wanted : random.nextLong();
            try {
                run.with(seed);
            } catch (Throwable failure) {
                throw new AssertionError(
                        "run it again with -Dotp.model.seed=%d -Dotp.model.steps=%d"
                                .formatted(seed, STEPS),
                        failure);
            }
            if (wanted != null) return;
        }
    }

    @Test
    @Rule({
        "V-06", "V-07", "V-08", "V-09", "V-10", "V-11", "V-12", "V-13", "V-14", "V-15", "V-16",
        "V-17", "V-18", "V-19", "V-20", "V-21", "V-22", "V-24", "V-26", "V-27", "V-28", "V-30",
        "V-31", "V-34", "V-35", "V-36", "V-37", "V-38", "V-39", "V-40", "F-03", "F-04", "F-08"
    })
    void simulatedTreesDoWhatTheModelDoes() {
        simulated(false);
    }

    @Test
    @Rule({
        "BO-01", "BO-03", "BO-04", "BO-05", "BO-06", "BO-07", "BO-08", "BO-09", "BO-10", "BO-17"
    })
    void simulatedTreesWithDelayedRestartsDoWhatTheModelDoes() {
        simulated(true);
    }

    private static void simulated(boolean delays) {
        seeds(
                seed -> {
                    var log = new ModelLog();
                    run(
                            ModelRuntimes.simulated(seed, log),
                            () ->
                                    new ModelRun(
                                            seed,
                                            delays,
                                            log,
                                            Processes::sleep,
                                            sign -> Processes.sleep(Duration.ofSeconds(1))));
                });
    }

    @Test
    @Rule({
        "V-06", "V-07", "V-08", "V-09", "V-10", "V-11", "V-12", "V-13", "V-14", "V-15", "V-16",
        "V-17", "V-18", "V-19", "V-20", "V-21", "V-22", "V-24", "V-26", "V-27", "V-28", "V-30",
        "V-31", "V-34", "V-35", "V-36", "V-37", "V-38", "V-39", "V-40", "F-03", "F-04", "F-08"
    })
    void realTreesDoWhatTheModelDoes() {
        seeds(
                seed -> {
                    var log = new ModelLog();
                    var clock = new ModelRuntimes.Clock();
                    run(
                            ModelRuntimes.real(clock, log),
                            () ->
                                    new ModelRun(
                                            seed,
                                            false,
                                            log,
                                            clock::pass,
                                            SupervisorModelTests::await));
                });
    }

    private static void run(ProcessRuntime runtime, Supplier<ModelRun> run) {
        try (runtime) {
            Processes.run(
                    runtime,
                    () -> {
                        run.get().run(STEPS);
                        return true;
                    });
        }
    }

    private static void await(BooleanSupplier sign) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!sign.getAsBoolean() && System.nanoTime() - end < 0) LockSupport.parkNanos(50_000);
    }
}

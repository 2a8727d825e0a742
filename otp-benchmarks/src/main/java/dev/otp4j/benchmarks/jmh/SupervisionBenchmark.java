/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.benchmarks.engine.Supervision;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The start of one supervisor with many children. The children are specified before the measured
 * time.
 */
public class SupervisionBenchmark extends EngineState {
    /** Number of children. */
    @Param("10000")
    public int operations = 10_000;

    private @Nullable Supervision supervision;

    /** Specifies the children. */
    @Setup(Level.Invocation)
    public void specify() {
        supervision = engine().supervision(operations);
    }

    /** Stops supervisor and children. */
    @TearDown(Level.Invocation)
    public void stop() throws InterruptedException {
        if (supervision != null) supervision.stop();
    }

    /** Starts the supervisor; returns when the last child is initialised. */
    @Benchmark
    public void start() throws InterruptedException {
        if (supervision != null) supervision.start();
    }
}

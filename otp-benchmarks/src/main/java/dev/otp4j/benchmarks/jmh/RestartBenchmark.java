/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The time from the kill of a supervised actor until its successor initialises, for one restart
 * after another. The figures are the {@link Latencies}; the time of the shot has no meaning.
 */
public class RestartBenchmark extends EngineState {
    /**
     * Number of supervisors, started one after another. With it, 25 warm-ups make 500,000 restarts.
     */
    @Param("200")
    public int supervisors = 200;

    /** How often the only child of each supervisor is killed. */
    @Param("100")
    public int restarts = 100;

    /** Kills the children, and waits for their restarts. */
    @Benchmark
    public void restart(Latencies latencies) throws InterruptedException {
        latencies.of(engine().restarts(supervisors, restarts));
    }
}

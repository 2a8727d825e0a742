/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * From the kill of a supervised actor until its successor initialises, one after another. The
 * figures are the {@link Latencies}; the time of the shot means nothing.
 */
public class RestartBenchmark extends EngineState {
    /** Supervisors, one after another; 25 warm-ups see 500,000 restarts. */
    @Param("200")
    public int supervisors = 200;

    /** How often each one's only child is killed. */
    @Param("100")
    public int restarts = 100;

    /** Kills and waits. */
    @Benchmark
    public void restart(Latencies latencies) throws InterruptedException {
        latencies.of(engine().restarts(supervisors, restarts));
    }
}

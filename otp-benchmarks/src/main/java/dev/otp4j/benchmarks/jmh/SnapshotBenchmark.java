/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.actuate.endpoint.OtpEndpoint;
import dev.otp4j.benchmarks.engine.Otp4jEngine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A look at a tree of many idle actors, all children of one factory. */
public class SnapshotBenchmark extends EngineState {
    /** How many actors there are. */
    @Param("1000000")
    public int actors = 1_000_000;

    /** Starts them. They stop with the engine. */
    @Setup(Level.Trial)
    public void startActors() {
        engine().startAll(actors, 0, i -> (Integer state, Boolean message) -> state);
    }

    /** What the endpoint makes of it by default: ten levels, a hundred children of each. */
    @Benchmark
    public Object endpoint() {
        return new OtpEndpoint(((Otp4jEngine) engine()).system()).tree(null, null);
    }

    /** Every node, as the meters read it. */
    @Benchmark
    public Object everything() {
        return ((Otp4jEngine) engine()).system().tree(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.actuate.endpoint.OtpEndpoint;
import dev.otp4j.benchmarks.engine.Otp4jEngine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Reads a tree of many idle actors, all children of one factory. */
public class SnapshotBenchmark extends EngineState {
    /** Number of actors. */
    @Param("1000000")
    public int actors = 1_000_000;

    /** Starts the actors. They stop with the engine. */
    @Setup(Level.Trial)
    public void startActors() {
        engine().startAll(actors, 0, i -> (Integer state, Boolean message) -> state);
    }

    /**
     * Reads the tree with the endpoint's default limits: ten levels, and a hundred children of each
     * supervisor.
     */
    @Benchmark
    public Object endpoint() {
        return new OtpEndpoint(((Otp4jEngine) engine()).system()).tree(null, null);
    }

    /** Visits every node, as the meters do. */
    @Benchmark
    public Object everything() {
        return ((Otp4jEngine) engine()).system().tree(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }
}

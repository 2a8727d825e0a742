/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.benchmarks.engine.Engine;
import dev.otp4j.benchmarks.engine.Engines;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One engine in one JVM, started before the first shot. Each shot is one invocation with a fixed
 * number of operations, so that queues get equally long in all engines.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class EngineState {
    /** Which engine; see {@link Engines}. */
    @Param("otp4j")
    public String engine = "otp4j";

    private @Nullable Engine running;

    /** Starts the engine. */
    @Setup(Level.Trial)
    public void startEngine() {
        running = Engines.start(engine);
    }

    /** Stops it. */
    @TearDown(Level.Trial)
    public void stopEngine() throws Exception {
        engine().close();
        running = null;
    }

    final Engine engine() {
        Engine now = running;
        if (now == null) throw new IllegalStateException("no engine started: " + engine);
        return now;
    }
}

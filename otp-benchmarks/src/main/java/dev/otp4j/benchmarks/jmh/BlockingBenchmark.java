/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.benchmarks.engine.Address;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Many actors whose handlers all block at the same time; measured from the first send until the
 * last handler has woken. An engine whose blocked handlers each occupy a platform thread gets fewer
 * actors; its time for all actors is computed from that.
 */
public class BlockingBenchmark extends EngineState {
    /** How many actors block, if the engine can. */
    @Param("10000")
    public int actors = 10_000;

    /** How long each handler blocks, in milliseconds. */
    @Param("50")
    public int millis = 50;

    private CountDownLatch done = new CountDownLatch(0);
    private List<Address<Boolean>> sleepers = List.of();

    /** The figure of this benchmark. The time of the shot may be that of fewer actors. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Total {
        /** The time that all actors need, in nanoseconds. */
        public double nanos;

        /** Clears the figure of the last shot. */
        @Setup(Level.Iteration)
        public void reset() {
            nanos = 0;
        }
    }

    /** Starts the actors. */
    @Setup(Level.Invocation)
    public void startActors() {
        int count = Math.min(actors, engine().blockable());
        var woken = new CountDownLatch(count);
        done = woken;
        sleepers =
                engine().startAll(
                                count,
                                0,
                                i ->
                                        (Integer state, Boolean go) -> {
                                            if (!go) return null;
                                            Thread.sleep(millis);
                                            woken.countDown();
                                            return state;
                                        });
    }

    /** Stops them. */
    @TearDown(Level.Invocation)
    public void stopActors() {
        sleepers.forEach(sleeper -> sleeper.send(false));
    }

    /** Makes all actors block, and waits until all have woken. */
    @Benchmark
    public void block(Total total) throws InterruptedException {
        long start = System.nanoTime();
        sleepers.forEach(sleeper -> sleeper.send(true));
        done.await();
        long nanos = System.nanoTime() - start;
        total.nanos = nanos * ((double) actors / sleepers.size());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.benchmarks.engine.Address;
import dev.otp4j.benchmarks.engine.Engine;
import dev.otp4j.benchmarks.engine.Engines;
import dev.otp4j.benchmarks.engine.Handling;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The live heap of an actor that has handled one message and is idle: the actor, its address and
 * its supervisor's record of it, without the array that keeps the addresses. Stacks of parked
 * virtual threads are on the heap, those of platform threads are not. The time of the shot has no
 * meaning.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MemoryBenchmark {
    private static final int LOOKS = 6;

    /** The name of the engine; each shot starts a new one. */
    @Param("otp4j")
    public String engine = "otp4j";

    /** Number of idle actors. */
    @Param("100000")
    public int actors = 100_000;

    /** The figure of this benchmark. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Heap {
        /** Bytes of live heap per actor. */
        public double bytes;

        /** Clears the figure of the last shot. */
        @Setup(Level.Iteration)
        public void reset() {
            bytes = 0;
        }
    }

    /** Starts actors, sends each a message, collects garbage, and measures the heap. */
    @Benchmark
    public Object[] idle(Heap heap) throws Exception {
        Object[] kept = new Object[actors];
        try (Engine running = Engines.start(engine)) {
            long before = liveBytes();
            List<Address<Boolean>> addresses = startAndGreet(running);
            for (int i = 0; i < actors; i++) kept[i] = addresses.get(i).unwrapped();
            addresses = List.of();
            heap.bytes = (liveBytes() - before) / (double) actors;
        }
        return kept;
    }

    private List<Address<Boolean>> startAndGreet(Engine running) throws InterruptedException {
        var greeted = new CountDownLatch(actors);
        Handling<Integer, Boolean> handler =
                (state, hello) -> {
                    greeted.countDown();
                    return state;
                };
        List<Address<Boolean>> addresses = running.startAll(actors, 0, i -> handler);
        addresses.forEach(actor -> actor.send(true));
        greeted.await();
        return addresses;
    }

    /**
     * The smallest of several measurements, because a concurrent reading of the meters holds
     * megabytes for a moment.
     */
    private static long liveBytes() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < LOOKS; i++) {
            System.gc();
            least =
                    Math.min(
                            least,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            TimeUnit.MILLISECONDS.sleep(60); // wait until the last activations are over
        }
        return least;
    }
}

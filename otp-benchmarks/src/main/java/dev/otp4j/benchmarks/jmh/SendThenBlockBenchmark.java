/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.benchmarks.engine.Address;
import java.util.concurrent.Semaphore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A handler sends a message to an idle actor and then blocks. Measured is the time until the idle
 * actor begins. The figures are the {@link Latencies}; the time of the shot has no meaning.
 */
public class SendThenBlockBenchmark extends EngineState {
    /** Number of sends, one after another. */
    @Param("100")
    public int sends = 100;

    /** How long the sender blocks, in milliseconds. */
    @Param("10")
    public int millis = 10;

    private final Semaphore ended = new Semaphore(0);
    private volatile long latency;
    private Address<Long> peer = message -> {};
    private Address<Boolean> sender = message -> {};

    /** Starts both actors. */
    @Setup(Level.Trial)
    public void startActors() {
        Address<Long> receiving =
                engine().start(
                                0,
                                (Integer state, Long sentAt) -> {
                                    if (sentAt == 0) return null;
                                    latency = System.nanoTime() - sentAt;
                                    ended.release();
                                    return state;
                                });
        peer = receiving;
        sender =
                engine().start(
                                0,
                                (Integer state, Boolean go) -> {
                                    if (!go) return null;
                                    receiving.send(System.nanoTime());
                                    Thread.sleep(millis);
                                    ended.release();
                                    return state;
                                });
    }

    /** Stops them. */
    @TearDown(Level.Trial)
    public void stopActors() {
        peer.send(0L);
        sender.send(false);
    }

    /** Sends and blocks. */
    @Benchmark
    public void sendThenBlock(Latencies latencies) throws InterruptedException {
        long[] nanos = new long[sends];
        for (int i = 0; i < sends; i++) {
            sender.send(true);
            ended.acquire(2);
            nanos[i] = latency;
        }
        latencies.of(nanos);
    }
}

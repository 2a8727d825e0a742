/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * One parent starts actors, sends each a message to stop, and waits for the end of every hundred
 * actors. Before it starts the next actor it waits until the last one is initialised, if the engine
 * supports that.
 */
public class LifecycleBenchmark extends EngineState {
    /** How many actors are started and stopped. */
    @Param("100000")
    public int operations = 100_000;

    /** Starts and stops the actors, from a virtual thread. */
    @Benchmark
    public void startAndStop() throws InterruptedException, ExecutionException {
        var work =
                new FutureTask<Boolean>(
                        () -> {
                            engine().startAndStop(operations);
                            return true;
                        });
        Thread.startVirtualThread(work);
        work.get();
    }
}

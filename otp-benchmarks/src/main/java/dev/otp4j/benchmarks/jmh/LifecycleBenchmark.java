/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * One parent starts actors, each waiting for the one before to be initialised where the engine
 * knows such a thing, sends each a message to stop, and waits for the end of every hundred of them.
 */
public class LifecycleBenchmark extends EngineState {
    /** How many actors live and die. */
    @Param("100000")
    public int operations = 100_000;

    /** Starts and stops them, from a virtual thread. */
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.actuate.endpoint.OtpEndpoint;
import dev.otp4j.benchmarks.engine.Address;
import dev.otp4j.benchmarks.engine.Otp4jEngine;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Many idle actors in little memory. They are started under a factory, listed once as the endpoint
 * lists them, and stopped in an orderly way. The benchmark fails if they do not fit into memory or
 * do not stop.
 */
public class MillionBenchmark extends EngineState {
    private static final Duration TO_STOP = Duration.ofMinutes(3);

    /** Number of actors. */
    @Param("1000000")
    public int actors = 1_000_000;

    /**
     * Starts the actors, lists them and stops them. Their addresses are kept meanwhile, as users
     * would keep them.
     */
    @Benchmark
    public List<Address<Boolean>> startListAndStop() {
        List<Address<Boolean>> kept =
                engine().startAll(actors, 0, i -> (Integer state, Boolean message) -> state);
        var system = ((Otp4jEngine) engine()).system();
        int listed = new OtpEndpoint(system).tree(null, null).actors();
        if (listed != actors) throw new AssertionError(listed + " of " + actors + " listed");
        if (!system.stop(TO_STOP)) throw new AssertionError("not stopped within " + TO_STOP);
        return kept;
    }
}

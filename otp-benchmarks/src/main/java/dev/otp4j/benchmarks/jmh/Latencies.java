/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import java.util.Arrays;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Percentiles of the many latencies that one shot has measured, in nanoseconds. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Latencies {
    /** Half of the latencies are not longer, in nanoseconds. */
    public double p50;

    /** 99 in 100 latencies are not longer, in nanoseconds. */
    public double p99;

    /** Clears the figures of the last shot. */
    @Setup(Level.Iteration)
    public void reset() {
        p50 = 0;
        p99 = 0;
    }

    void of(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        p50 = percentile(sorted, 50);
        p99 = percentile(sorted, 99);
    }

    /** The nearest-rank percentile: {@code percent} of 100 values are not longer than it. */
    static long percentile(long[] sorted, int percent) {
        int rank = Math.ceilDiv(sorted.length * percent, 100);
        return sorted[Math.max(rank, 1) - 1];
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.util.Map;

/**
 * The work for which one JVM is started. It may yield several metrics.
 *
 * @param method class and method of the JMH benchmark
 * @param parameters its parameters, without the engine
 * @param size how long one shot takes and how much heap it needs
 */
record Workload(String method, Map<String, String> parameters, Size size) {
    /** The size of a shot. */
    enum Size {
        /** A shot takes less than a second; all repetitions are made. */
        NORMAL("1536m", 0, Integer.MAX_VALUE, Integer.MAX_VALUE),
        /**
         * A shot takes less than a second, but runs so much code that the JVM compiles it only
         * after half a million passes; there are enough warm-ups for that.
         */
        LONG_WARMUP("1536m", 25, Integer.MAX_VALUE, Integer.MAX_VALUE),
        /**
         * A shot takes some seconds and does not depend on compiled code: one warm-up, three
         * repetitions.
         */
        LARGE("1536m", 0, 1, 3),
        /** A million actors, started once: one warm-up and three repetitions on a larger heap. */
        MILLION("4g", 0, 1, 3),
        /** A million actors, started in each shot: a single repetition on a larger heap. */
        HUGE("4g", 0, 0, 1),
        /** A million actors, started and stopped once, on a heap that they nearly fill. */
        TIGHT("1g", 0, 0, 1);

        final String heap;
        private final int leastWarmups;
        private final int mostWarmups;
        final int mostIterations;

        Size(String heap, int leastWarmups, int mostWarmups, int mostIterations) {
            this.heap = heap;
            this.leastWarmups = leastWarmups;
            this.mostWarmups = mostWarmups;
            this.mostIterations = mostIterations;
        }

        /** {@return how many warm-ups a JVM gets if {@code wanted} are requested} */
        int warmups(int wanted) {
            return Math.max(leastWarmups, Math.min(wanted, mostWarmups));
        }
    }
}

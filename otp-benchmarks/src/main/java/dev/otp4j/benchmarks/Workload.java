/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.util.Map;

/**
 * What one JVM is started for; may yield several metrics.
 *
 * @param method class and method of the JMH benchmark
 * @param parameters its parameters, but for the engine
 * @param size how long one shot takes and what heap it needs
 */
record Workload(String method, Map<String, String> parameters, Size size) {
    /** Of a shot. */
    enum Size {
        /** Under a second; all the repetitions. */
        NORMAL("1536m", 0, Integer.MAX_VALUE, Integer.MAX_VALUE),
        /**
         * Under a second, through so much code that the JVM needs half a million passes to compile
         * it: as many warm-ups as that takes.
         */
        LONG_WARMUP("1536m", 25, Integer.MAX_VALUE, Integer.MAX_VALUE),
        /** Some seconds, and no compiled code to wait for: one warm-up, three repetitions. */
        LARGE("1536m", 0, 1, 3),
        /** A million actors, started once: few repetitions on a larger heap. */
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

        /** {@return how many warm-ups a JVM gets if {@code wanted} are asked for} */
        int warmups(int wanted) {
            return Math.max(leastWarmups, Math.min(wanted, mostWarmups));
        }
    }
}

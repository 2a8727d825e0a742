/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.util.Arrays;
import java.util.List;

/** The measured values of one metric and one engine, of all its JVMs together. */
record Samples(double median, double min, double max) {

    /**
     * {@return the summary of the values}
     *
     * @throws IllegalArgumentException if there are no values
     */
    static Samples of(List<Double> values) {
        if (values.isEmpty()) throw new IllegalArgumentException("'values' must not be empty");
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        double median = (sorted[last / 2] + sorted[sorted.length / 2]) / 2;
        return new Samples(median, sorted[0], sorted[last]);
    }
}

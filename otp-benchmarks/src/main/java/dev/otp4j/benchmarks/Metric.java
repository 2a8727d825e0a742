/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One figure by which engines are compared.
 *
 * @param name name on the command line and in the CSV file
 * @param unit {@code ops/s}, {@code ms}, {@code us} or {@code bytes}
 * @param workload the workload that measures it
 * @param reading how its value is read from a shot
 * @param engines the engines that take part in a full run, not counting Erlang
 * @param erlang its name in the Erlang script, or null
 * @param main whether a quick run measures it
 * @param note says in what the engines are not comparable, or an empty text
 */
record Metric(
        String name,
        String unit,
        Workload workload,
        Reading reading,
        List<String> engines,
        @Nullable String erlang,
        boolean main,
        String note) {

    /** How a value is read from one shot. */
    sealed interface Reading {
        /** Operations per second, from the time of the shot. */
        record Rate(int operations) implements Reading {}

        /** The time of the shot, in nanoseconds. */
        record Time(double nanosPerUnit) implements Reading {}

        /** A counter that the shot has set itself. */
        record Counter(String counter, double divisor) implements Reading {}
    }

    boolean higherIsBetter() {
        return unit.equals("ops/s");
    }

    Metric noting(String text) {
        return new Metric(name, unit, workload, reading, engines, erlang, main, text);
    }

    Metric among(List<String> others) {
        return new Metric(name, unit, workload, reading, others, erlang, main, note);
    }

    /** {@return the same metric, left out of quick runs} */
    Metric extra() {
        return new Metric(name, unit, workload, reading, engines, erlang, false, note);
    }
}

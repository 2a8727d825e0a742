/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import dev.otp4j.benchmarks.Metric.Reading;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs a workload in a separate JVM. All engines get the same JVM flags. */
final class JmhRunner {
    private static final List<String> FLAGS =
            List.of(
                    "-XX:+UseG1GC",
                    "-XX:+AlwaysPreTouch",
                    // Pekko: Scala's lazy values, virtual threads with names
                    "--sun-misc-unsafe-memory-access=allow",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");

    private final Settings settings;

    JmhRunner(Settings settings) {
        this.settings = settings;
    }

    /** {@return the measured shots of one JVM} */
    List<IterationResult> run(Workload workload, String engine) throws RunnerException {
        return new Runner(options(workload, engine))
                .run().stream()
                        .flatMap(result -> result.getBenchmarkResults().stream())
                        .flatMap(result -> result.getIterationResults().stream())
                        .toList();
    }

    private Options options(Workload workload, String engine) {
        Workload.Size size = workload.size();
        var options =
                new OptionsBuilder()
                        .include("\\.jmh\\." + workload.method().replace(".", "\\.") + "$")
                        .param("engine", engine)
                        .forks(1)
                        .warmupIterations(size.warmups(settings.warmups()))
                        .measurementIterations(Math.min(settings.iterations(), size.mostIterations))
                        .timeout(TimeValue.minutes(5))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .jvmArgs(flags(size, settings).toArray(String[]::new));
        workload.parameters().forEach((name, value) -> options.param(name, value));
        return options.build();
    }

    /** {@return the flags of a JVM for workloads of a size} */
    static List<String> flags(Workload.Size size, Settings settings) {
        var flags = new ArrayList<>(FLAGS);
        flags.add("-Xms" + size.heap);
        flags.add("-Xmx" + size.heap);
        if (settings.compactHeaders()) flags.add("-XX:+UseCompactObjectHeaders");
        return flags;
    }

    /** {@return the value of a metric in one shot} */
    static double read(Reading reading, IterationResult shot) {
        return switch (reading) {
            case Reading.Rate(int operations) -> operations * 1e9 / nanos(shot);
            case Reading.Time(double nanosPerUnit) -> nanos(shot) / nanosPerUnit;
            case Reading.Counter(String counter, double divisor) ->
                    counted(shot, counter) / divisor;
        };
    }

    private static double nanos(IterationResult shot) {
        return shot.getPrimaryResult().getScore();
    }

    private static double counted(IterationResult shot, String counter) {
        Result<?> result = shot.getSecondaryResults().get(counter);
        if (result == null)
            throw new IllegalStateException("the benchmark has no counter: " + counter);
        return result.getScore();
    }
}

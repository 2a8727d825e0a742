/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import dev.otp4j.benchmarks.Metric.Reading;
import dev.otp4j.benchmarks.jmh.PairedShots;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares two engines by shots that take turns in one JVM; see {@link PairedShots}. */
final class PairedRunner {
    private final Settings settings;
    private final PrintStream out;

    PairedRunner(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** Measures each metric in all JVMs and prints a line for each. */
    void run() throws IOException, InterruptedException {
        for (Metric metric : settings.metrics()) {
            var ratios = new ArrayList<Double>();
            for (int i = 0; i < settings.forks(); i++) {
                ratios.add(ratio(shots(metric.workload())));
            }
            Samples all = Samples.of(ratios);
            out.printf(
                    Locale.ROOT,
                    "%-20s %s: %.3fx the throughput of %s; %d JVMs %.3fx..%.3fx, %d pairs each%n",
                    metric.name(),
                    settings.engines().getLast(),
                    all.median(),
                    settings.engines().getFirst(),
                    settings.forks(),
                    all.min(),
                    all.max(),
                    settings.iterations());
        }
    }

    /**
     * {@return the throughput of the second engine in relation to that of the first: the median of
     * all pairs}
     */
    static double ratio(List<long[]> pairs) {
        List<Double> ratios = pairs.stream().map(pair -> (double) pair[0] / pair[1]).toList();
        return Samples.of(ratios).median();
    }

    private List<long[]> shots(Workload workload) throws IOException, InterruptedException {
        Process jvm =
                new ProcessBuilder(command(workload))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = jvm.waitFor();
        List<long[]> pairs =
                printed.lines()
                        .filter(line -> line.startsWith("pair "))
                        .map(line -> line.split(" "))
                        .map(word -> new long[] {Long.parseLong(word[1]), Long.parseLong(word[2])})
                        .toList();
        if (code != 0 || pairs.isEmpty()) {
            throw new IOException(
                    "%s ended with code %d: %s".formatted(workload.method(), code, printed));
        }
        return pairs;
    }

    private List<String> command(Workload workload) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JmhRunner.flags(workload.size(), settings));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(PairedShots.class.getName());
        command.add(workload.method());
        command.addAll(settings.engines());
        command.add(String.valueOf(settings.warmups()));
        command.add(String.valueOf(settings.iterations()));
        workload.parameters().forEach((name, value) -> command.add(name + "=" + value));
        return command;
    }

    /** {@return whether a metric can be measured in this way: by the time of a shot} */
    static boolean canMeasure(Metric metric) {
        return !(metric.reading() instanceof Reading.Counter);
    }
}

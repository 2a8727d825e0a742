/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.runner.RunnerException;

/**
 * One run of all requested metrics and engines. The engines take turns, JVM by JVM, so that other
 * load on the machine affects all of them. The CSV file is written again after each workload.
 */
final class Benchmarks {
    private record Key(Metric metric, String engine) {}

    private final Settings settings;
    private final PrintStream log;
    private final JmhRunner jmh;
    private final ErlangRunner erlang;
    private final Figures figures = new Figures();
    private final Set<String> failed = new HashSet<>();

    Benchmarks(Settings settings, PrintStream log) {
        this.settings = settings;
        this.log = log;
        jmh = new JmhRunner(settings);
        erlang = new ErlangRunner(settings);
    }

    Figures run() throws IOException, InterruptedException {
        var byWorkload = new LinkedHashMap<Workload, List<Metric>>();
        for (Metric metric : settings.metrics()) {
            byWorkload.computeIfAbsent(metric.workload(), work -> new ArrayList<>()).add(metric);
        }
        for (Map.Entry<Workload, List<Metric>> entry : byWorkload.entrySet()) {
            run(entry.getKey(), entry.getValue());
            figures.write(settings.csv());
        }
        return figures;
    }

    private void run(Workload workload, List<Metric> metrics) throws InterruptedException {
        var values = new LinkedHashMap<Key, List<Double>>();
        for (int round = 1; round <= settings.forks(); round++) {
            for (String engine : Metrics.ENGINES) {
                if (!settings.engines().contains(engine)) continue;
                measure(workload, metrics, engine, values);
            }
        }
        values.forEach(
                (key, all) -> {
                    Samples samples = Samples.of(all);
                    Metric metric = key.metric();
                    figures.put(metric.name(), key.engine(), metric.unit(), samples);
                    log.printf(
                            Locale.ROOT,
                            "%-20s %-12s %14.2f  %.2f..%.2f %s%n",
                            metric.name(),
                            key.engine(),
                            samples.median(),
                            samples.min(),
                            samples.max(),
                            metric.unit());
                });
    }

    private void measure(
            Workload workload, List<Metric> metrics, String engine, Map<Key, List<Double>> values)
            throws InterruptedException {
        if (failed.contains(workload.method() + engine)) return;
        try {
            if (engine.equals(Metrics.ERLANG)) measureErlang(workload, metrics, values);
            else measureJvm(workload, metrics, engine, values);
        } catch (RunnerException | IOException e) {
            failed.add(workload.method() + engine);
            log.printf("%s on %s failed and is left out: %s%n", workload.method(), engine, e);
        }
    }

    private void measureJvm(
            Workload workload, List<Metric> metrics, String engine, Map<Key, List<Double>> values)
            throws RunnerException {
        List<Metric> taking = metrics.stream().filter(m -> m.engines().contains(engine)).toList();
        if (taking.isEmpty()) return;
        List<IterationResult> shots = jmh.run(workload, engine);
        for (Metric metric : taking) {
            List<Double> all = valuesOf(values, metric, engine);
            for (IterationResult shot : shots) all.add(JmhRunner.read(metric.reading(), shot));
        }
    }

    private void measureErlang(
            Workload workload, List<Metric> metrics, Map<Key, List<Double>> values)
            throws IOException, InterruptedException {
        var names = new LinkedHashMap<String, Metric>();
        for (Metric metric : metrics) {
            if (metric.erlang() instanceof String name) names.put(name, metric);
        }
        if (names.isEmpty()) return;
        erlang.run(workload.size(), List.copyOf(names.keySet()))
                .forEach(
                        (name, all) -> {
                            Metric metric = names.get(name);
                            if (metric != null) {
                                valuesOf(values, metric, Metrics.ERLANG).addAll(all);
                            }
                        });
    }

    private static List<Double> valuesOf(
            Map<Key, List<Double>> values, Metric metric, String engine) {
        return values.computeIfAbsent(new Key(metric, engine), key -> new ArrayList<>());
    }
}

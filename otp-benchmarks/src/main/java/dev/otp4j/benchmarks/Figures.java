/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The measured figures, by metric and engine. They are stored in a CSV file. */
final class Figures {
    static final String HEADER = "metric,engine,median,min,max,unit";

    private final Map<String, Map<String, Samples>> byMetric = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();

    void put(String metric, String engine, String unit, Samples samples) {
        byMetric.computeIfAbsent(metric, name -> new LinkedHashMap<>()).put(engine, samples);
        units.put(metric, unit);
    }

    /** {@return the metrics that have a figure, in the order in which they were measured} */
    List<String> metrics() {
        return List.copyOf(byMetric.keySet());
    }

    @Nullable Samples get(String metric, String engine) {
        return byMetric.getOrDefault(metric, Map.of()).get(engine);
    }

    boolean knows(String engine) {
        return byMetric.values().stream().anyMatch(engines -> engines.containsKey(engine));
    }

    void write(Path file) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(HEADER);
        byMetric.forEach(
                (metric, engines) ->
                        engines.forEach(
                                (engine, samples) -> lines.add(line(metric, engine, samples))));
        if (file.toAbsolutePath().getParent() instanceof Path folder) {
            Files.createDirectories(folder);
        }
        Files.write(file, lines);
    }

    private String line(String metric, String engine, Samples samples) {
        return String.format(
                Locale.ROOT,
                "%s,%s,%s,%s,%s,%s",
                metric,
                engine,
                plain(samples.median()),
                plain(samples.min()),
                plain(samples.max()),
                units.get(metric));
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%.0f" : "%.3f", value);
    }

    /**
     * {@return the figures of a CSV file}
     *
     * @throws IllegalArgumentException if it is not a CSV file of figures
     */
    static Figures read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
            throw new IllegalArgumentException("'%s' must begin with %s".formatted(file, HEADER));
        }
        var figures = new Figures();
        for (String line : lines.subList(1, lines.size())) figures.add(file, line);
        return figures;
    }

    private void add(Path file, String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != 6) {
            throw new IllegalArgumentException(
                    "'%s' has a line that is not a valid figure: %s".formatted(file, line));
        }
        var samples =
                new Samples(
                        Double.parseDouble(cells[2]),
                        Double.parseDouble(cells[3]),
                        Double.parseDouble(cells[4]));
        put(cells[0], cells[1], cells[5], samples);
    }
}

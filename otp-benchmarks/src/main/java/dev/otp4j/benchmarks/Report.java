/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows the figures side by side: medians, and ratios. In every ratio, whatever the unit, more than
 * 1 means that otp4j is better. Ratios to Pekko use the better of its two variants.
 */
final class Report {
    private static final String OWN = "otp4j";

    /** Options of this engine; each gets a column if it was measured. */
    private static final List<String> OPTIONS = List.of("meters", "timing", "sampled", "spring");

    private final Figures figures;
    private final List<String> engines;
    private final List<String> options;

    Report(Figures figures) {
        this.figures = figures;
        engines = Metrics.ENGINES.stream().filter(figures::knows).toList();
        options = OPTIONS.stream().filter(option -> figures.knows(variant(option))).toList();
    }

    private static String variant(String option) {
        return OWN + "_" + option;
    }

    /** {@return a table for a terminal} */
    String text() {
        List<List<String>> rows = rows();
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> padded(row, widths)).collect(Collectors.joining("\n"))
                + "\n\n"
                + String.join("\n", notes());
    }

    private static String padded(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String format = i < 2 ? "%-" + widths[i] + "s" : "%" + widths[i] + "s";
            line.append(i == 0 ? "" : "  ").append(format.formatted(row.get(i)));
        }
        return line.toString().stripTrailing();
    }

    /** {@return a table for a document} */
    String markdown() {
        List<List<String>> rows = new ArrayList<>(rows());
        List<String> header = rows.removeFirst();
        var lines = new ArrayList<String>();
        lines.add(cells(header));
        lines.add("|---|---|" + "---:|".repeat(header.size() - 2));
        rows.forEach(row -> lines.add(cells(row)));
        lines.add("");
        notes().forEach(note -> lines.add("- " + note));
        return String.join("\n", lines);
    }

    private static String cells(List<String> row) {
        return "| " + String.join(" | ", row) + " |";
    }

    private List<List<String>> rows() {
        var rows = new ArrayList<List<String>>();
        var header = new ArrayList<String>(List.of("metric", "unit"));
        header.addAll(engines);
        header.addAll(List.of("spread", "/erlang", "/pekko"));
        header.addAll(options);
        rows.add(header);
        for (String name : figures.metrics()) {
            Metrics.ALL.stream()
                    .filter(metric -> metric.name().equals(name))
                    .forEach(metric -> rows.add(row(metric)));
        }
        return rows;
    }

    private List<String> row(Metric metric) {
        var row = new ArrayList<String>(List.of(metric.name(), metric.unit()));
        for (String engine : engines) {
            Samples samples = figures.get(metric.name(), engine);
            row.add(samples == null ? "" : brief(samples.median()));
        }
        Samples own = figures.get(metric.name(), OWN);
        row.add(own == null ? "" : brief(own.min()) + ".." + brief(own.max()));
        row.add(ratio(metric, own, "erlang"));
        row.add(ratio(metric, own, "pekko", "pekko_vt"));
        for (String option : options) row.add(left(metric, own, variant(option)));
        return row;
    }

    /** How much better {@code own} is than the best of others. */
    private String ratio(Metric metric, @Nullable Samples own, String... others) {
        List<Double> medians = new ArrayList<>();
        for (String other : others) {
            Samples samples = figures.get(metric.name(), other);
            if (samples != null) medians.add(samples.median());
        }
        if (own == null || medians.isEmpty()) return "";
        DoubleStream values = medians.stream().mapToDouble(Double::doubleValue);
        double best = (metric.higherIsBetter() ? values.max() : values.min()).orElseThrow();
        return times(better(metric, own.median(), best));
    }

    /** How a variant of the engine compares with the plain engine, {@code own}. */
    private String left(Metric metric, @Nullable Samples own, String variant) {
        Samples with = figures.get(metric.name(), variant);
        if (own == null || with == null) return "";
        return times(better(metric, with.median(), own.median()));
    }

    private static double better(Metric metric, double value, double than) {
        return metric.higherIsBetter() ? value / than : than / value;
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, ratio >= 100 ? "%.0fx" : "%.2fx", ratio);
    }

    private static String brief(double value) {
        if (value >= 1e7) return String.format(Locale.ROOT, "%.0f M", value / 1e6);
        if (value >= 1e6) return String.format(Locale.ROOT, "%.1f M", value / 1e6);
        if (value >= 1e4) return String.format(Locale.ROOT, "%.0f k", value / 1e3);
        if (value >= 100) return String.format(Locale.ROOT, "%.0f", value);
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private List<String> notes() {
        var names = new LinkedHashMap<String, List<String>>();
        for (String name : figures.metrics()) {
            for (Metric metric : Metrics.ALL) {
                if (!metric.name().equals(name) || metric.note().isEmpty()) continue;
                names.computeIfAbsent(metric.note(), note -> new ArrayList<>()).add(name);
            }
        }
        var notes = new ArrayList<String>();
        names.forEach((note, metrics) -> notes.add(String.join(", ", metrics) + ": " + note));
        notes.add(
                "The figures are medians; spread is otp4j's minimum and maximum. A ratio above 1 is better for otp4j;"
                        + " /pekko compares with the better of both variants; meters, timing, sampled and spring compare otp4j"
                        + " with that option to otp4j without it. Erlang copies messages, the other engines share them.");
        return notes;
    }
}

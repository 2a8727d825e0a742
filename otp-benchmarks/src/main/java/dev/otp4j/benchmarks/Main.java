/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.io.IOException;
import java.util.List;

/** The command {@code otp-benchmarks/run}, in the folder of the project. */
public final class Main {
    private Main() {}

    /** Measures, or prints figures that were measured before. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> given = List.of(arguments);
        if (given.contains("--help")) {
            System.out.println(Settings.USAGE);
        } else if (given.contains("--list")) {
            list();
        } else {
            run(given);
        }
    }

    private static void list() {
        System.out.println("engines: " + String.join(" ", Metrics.ENGINES));
        for (Metric metric : Metrics.ALL) {
            System.out.printf(
                    "%-20s %-6s%s%n", metric.name(), metric.unit(), metric.main() ? " quick" : "");
        }
    }

    private static void run(List<String> given) throws IOException, InterruptedException {
        Settings settings;
        try {
            settings = Settings.of(given);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(Settings.USAGE);
            System.exit(2);
            return;
        }
        if (settings.markdown() != null) {
            System.out.println(new Report(Figures.read(settings.markdown())).markdown());
            return;
        }
        if (settings.paired()) {
            new PairedRunner(settings, System.out).run();
            return;
        }
        Figures figures = new Benchmarks(settings, System.err).run();
        System.out.println(new Report(figures).text());
        System.err.println("figures written to " + settings.csv());
    }
}

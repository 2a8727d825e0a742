/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings that the command line gives. */
record Settings(
        List<Metric> metrics,
        List<String> engines,
        int forks,
        int warmups,
        int iterations,
        boolean compactHeaders,
        Path csv,
        @Nullable Path markdown,
        boolean paired) {

    static final String USAGE =
            """
            usage: otp-benchmarks/run [option...] [metric...]
              --quick              main metrics of otp4j, erlang and pekko; 1 fork, 3 warm-ups, 5 iterations
              --engines A,B        only these engines
              --paired A,B         only these two, whose shots take turns in the same JVMs; prints their ratio
              --forks N            JVMs for each engine and metric (2)
              --warmups N          unmeasured shots at the beginning of each JVM (5)
              --iterations N       measured shots in each JVM (7)
              --compact-headers    run all JVMs with -XX:+UseCompactObjectHeaders
              --csv FILE           write the figures to this file (otp-benchmarks/target/benchmarks.csv)
              --markdown [FILE]    measure nothing; print the figures of FILE as a table for docs/measurements.md
              --list               print metrics and engines\
            """;

    static final Path CSV = Path.of("otp-benchmarks/target/benchmarks.csv");

    /**
     * {@return the settings of the arguments}
     *
     * @throws IllegalArgumentException if an argument is not valid
     */
    static Settings of(List<String> arguments) {
        return new Parser(arguments).parse();
    }

    private static final class Parser {
        private final List<String> arguments;
        private final List<Metric> metrics = new ArrayList<>();
        private boolean quick;
        private boolean compactHeaders;
        private List<String> engines = List.of();
        private int forks = -1;
        private int warmups = -1;
        private int iterations = -1;
        private Path csv = CSV;
        private @Nullable Path markdown;
        private boolean paired;
        private int at;

        Parser(List<String> arguments) {
            this.arguments = arguments;
        }

        Settings parse() {
            while (at < arguments.size()) option(arguments.get(at++));
            if (paired) checkPairable();
            return new Settings(
                    metrics.isEmpty() ? selection() : List.copyOf(metrics),
                    engines.isEmpty() ? defaultEngines() : engines,
                    forks > 0 ? forks : quick ? 1 : 2,
                    warmups >= 0 ? warmups : quick ? 3 : 5,
                    iterations > 0 ? iterations : quick ? 5 : 7,
                    compactHeaders,
                    csv,
                    markdown,
                    paired);
        }

        private void option(String argument) {
            switch (argument) {
                case "--quick" -> quick = true;
                case "--compact-headers" -> compactHeaders = true;
                case "--paired" -> pair(value(argument));
                case "--engines" -> engines = engines(value(argument));
                case "--forks" -> forks = number(argument, 1);
                case "--warmups" -> warmups = number(argument, 0);
                case "--iterations" -> iterations = number(argument, 1);
                case "--csv" -> csv = Path.of(value(argument));
                case "--markdown" ->
                        markdown = at < arguments.size() ? Path.of(value(argument)) : CSV;
                default -> metrics.add(metric(argument));
            }
        }

        private void pair(String value) {
            paired = true;
            engines = engines(value);
            if (engines.size() != 2 || engines.contains(Metrics.ERLANG)) {
                throw new IllegalArgumentException(
                        "'--paired' needs two engines on the JVM: " + value);
            }
        }

        private void checkPairable() {
            if (metrics.isEmpty()) {
                throw new IllegalArgumentException("'--paired' needs the names of metrics");
            }
            for (Metric metric : metrics) {
                if (!PairedRunner.canMeasure(metric)) {
                    throw new IllegalArgumentException(
                            "'--paired' cannot measure '%s', which is not the time of a shot"
                                    .formatted(metric.name()));
                }
            }
        }

        private String value(String option) {
            if (at == arguments.size()) {
                throw new IllegalArgumentException("'%s' needs a value".formatted(option));
            }
            return arguments.get(at++);
        }

        private int number(String option, int least) {
            String value = value(option);
            if (!value.matches("\\d{1,6}") || Integer.parseInt(value) < least) {
                throw new IllegalArgumentException(
                        "'%s' must be a whole number from %d to 999999: %s"
                                .formatted(option, least, value));
            }
            return Integer.parseInt(value);
        }

        private static List<String> engines(String value) {
            List<String> names = List.of(value.split(","));
            for (String name : names) {
                if (!Metrics.ENGINES.contains(name)) {
                    throw new IllegalArgumentException(
                            "unknown engine '%s'; the engines are %s"
                                    .formatted(name, Metrics.ENGINES));
                }
            }
            return names;
        }

        private static Metric metric(String name) {
            return Metrics.ALL.stream()
                    .filter(metric -> metric.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "unknown metric or option '%s'; --list shows all metrics"
                                                    .formatted(name)));
        }

        private List<Metric> selection() {
            return quick ? Metrics.ALL.stream().filter(Metric::main).toList() : Metrics.ALL;
        }

        private List<String> defaultEngines() {
            return quick ? List.of("otp4j", Metrics.ERLANG, "pekko") : Metrics.ENGINES;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs metrics of the Erlang script in a separate Erlang virtual machine. */
final class ErlangRunner {
    private static final Path SCRIPT = Path.of("otp-benchmarks/erlang/run.sh");
    private static final Pattern LINE = Pattern.compile("(\\w+) \\S+ \\S+ .* all=(\\S+)");

    private final Settings settings;

    ErlangRunner(Settings settings) {
        this.settings = settings;
    }

    /**
     * {@return the values of each metric, by its name in the script}
     *
     * @throws IOException if Erlang is not installed or fails
     */
    Map<String, List<Double>> run(Workload.Size size, List<String> metrics)
            throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of("sh", SCRIPT.toString()), metrics.stream()).toList();
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        int warmups = size.warmups(settings.warmups());
        int repetitions = Math.min(settings.iterations(), size.mostIterations);
        builder.environment().put("WARMUP", String.valueOf(warmups));
        builder.environment().put("REPS", String.valueOf(repetitions));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        Map<String, List<Double>> values = parse(output);
        if (status != 0 || !values.keySet().containsAll(metrics)) {
            throw new IOException(
                    "Erlang ended with exit code %d: %s".formatted(status, output.strip()));
        }
        return values;
    }

    /**
     * {@return the values of the lines {@code name median unit min=.. max=.. all=1,2,3}, by name}
     */
    static Map<String, List<Double>> parse(String output) {
        var values = new LinkedHashMap<String, List<Double>>();
        for (String line : output.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) continue;
            var all = new ArrayList<Double>();
            for (String value : matcher.group(2).split(",")) all.add(Double.valueOf(value));
            values.put(matcher.group(1), all);
        }
        return values;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The page {@code docs/dashboards.md}. */
final class Manual {
    static final Path FILE = Path.of("..", "docs", "dashboards.md");

    private static final Pattern CONFIGURATION =
            Pattern.compile("```yaml\n(global:.*?)```", Pattern.DOTALL);
    private static final Pattern ALERT = Pattern.compile("(?m)^### (Otp\\w+)$");

    private Manual() {}

    static String read() throws IOException {
        return Files.readString(FILE);
    }

    /** {@return the names of the alerts that have a section, in order} */
    static List<String> alerts() throws IOException {
        return ALERT.matcher(read()).results().map(result -> result.group(1)).toList();
    }

    /**
     * {@return the configuration of Prometheus that the page shows} It scrapes and evaluates each
     * second, and the port is another one.
     */
    static String configuration(int port) throws IOException {
        String shown =
                CONFIGURATION
                        .matcher(read())
                        .results()
                        .map(Manual::block)
                        .findFirst()
                        .orElseThrow();
        String own = shown.replace(": 15s", ": 1s").replace("localhost:8080", "127.0.0.1:" + port);
        assertThat(own).doesNotContain("15s", "8080").contains("scrape_interval: 1s");
        return own;
    }

    private static String block(MatchResult result) {
        return result.group(1);
    }
}

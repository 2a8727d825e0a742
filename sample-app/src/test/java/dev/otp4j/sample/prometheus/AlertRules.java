/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** The file {@code dashboards/otp-alerts.yml}. */
final class AlertRules {
    static final Path FILE = Path.of("..", "dashboards", "otp-alerts.yml");

    private AlertRules() {}

    /** An alert as it stands in the file. */
    record Alert(
            String name, String expression, Map<String, String> labels, Map<String, String> texts) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Alert> read() throws IOException {
        Map<String, List<Map<String, ?>>> file = new Yaml().load(Files.readString(FILE));
        return file.get("groups").stream()
                .flatMap(group -> ((List<?>) group.get("rules")).stream())
                .map(rule -> alert((Map<?, ?>) rule))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static Alert alert(Map<?, ?> rule) {
        return new Alert(
                (String) rule.get("alert"),
                (String) rule.get("expr"),
                (Map<String, String>) rule.get("labels"),
                (Map<String, String>) rule.get("annotations"));
    }

    /**
     * {@return the file for a test that has no minutes} Each duration {@code for} is one second,
     * and each range in minutes is ten seconds. Nothing else is changed: the thresholds, the ranges
     * in days and the labels are those of the file.
     */
    static String shortened() throws IOException {
        String text = Files.readString(FILE);
        String shortened =
                text.replaceAll("(?m)^( +for): \\d+m$", "$1: 1s").replaceAll("\\[\\d+m]", "[10s]");
        assertThat(shortened).isNotEqualTo(text).doesNotContainPattern("for: \\d+m|\\[\\d+m]");
        return shortened;
    }
}

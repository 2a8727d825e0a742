/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertRulesTests {
    private static final Path TESTS = Path.of("src", "test", "resources", "prometheus");

    @Test
    void promtoolFindsNothingToSay() throws Exception {
        Prometheus.assumeInstalled();
        Prometheus.tool(AlertRules.FILE.getParent(), "check", "rules", "otp-alerts.yml");
    }

    @Test
    void theyFireInTheirRealTimes() throws Exception {
        Prometheus.assumeInstalled();
        Prometheus.tool(TESTS, "test", "rules", "otp-alerts-tests.yml");
    }

    @Test
    void eachHasSeverityAndTexts() throws IOException {
        assertThat(AlertRules.read())
                .hasSizeGreaterThan(10)
                .allSatisfy(
                        alert -> {
                            assertThat(alert.labels().get("severity")).isIn("critical", "warning");
                            assertThat(alert.texts().get("summary")).isNotBlank();
                            assertThat(alert.texts().get("description")).isNotBlank();
                        });
    }

    @Test
    void eachHasASectionInTheManual() throws IOException {
        assertThat(Manual.alerts())
                .containsExactlyElementsOf(
                        AlertRules.read().stream().map(AlertRules.Alert::name).toList());
    }

    @Test
    void theConfigurationInTheManualIsRight(@TempDir Path folder) throws Exception {
        Prometheus.assumeInstalled();
        Files.copy(AlertRules.FILE, folder.resolve("otp-alerts.yml"));
        Files.writeString(folder.resolve("prometheus.yml"), Manual.configuration(1234));

        Prometheus.tool(folder, "check", "config", "prometheus.yml");
    }
}

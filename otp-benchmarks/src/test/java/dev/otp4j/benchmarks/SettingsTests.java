/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTests {
    private static Settings of(String... arguments) {
        return Settings.of(List.of(arguments));
    }

    @Test
    void everythingByDefault() {
        Settings settings = of();

        assertThat(settings.metrics()).isEqualTo(Metrics.ALL);
        assertThat(settings.engines()).isEqualTo(Metrics.ENGINES);
        assertThat(settings.forks()).isEqualTo(2);
        assertThat(settings.warmups()).isEqualTo(5);
        assertThat(settings.iterations()).isEqualTo(7);
        assertThat(settings.markdown()).isNull();
    }

    @Test
    void quickTakesThreeEnginesAndMainMetrics() {
        Settings settings = of("--quick");

        assertThat(settings.engines()).containsExactly("otp4j", "erlang", "pekko");
        assertThat(settings.metrics()).allMatch(Metric::main).hasSize(17);
        assertThat(settings.forks()).isEqualTo(1);
    }

    @Test
    void optionsAreStrongerThanQuick() {
        Settings settings = of("--iterations", "9", "--quick", "--engines", "jox", "call_8");

        assertThat(settings.iterations()).isEqualTo(9);
        assertThat(settings.engines()).containsExactly("jox");
        assertThat(settings.metrics()).extracting(Metric::name).containsExactly("call_8");
    }

    @Test
    void markdownReadsTheLastRunOrAFile() {
        assertThat(of("--markdown").markdown()).isEqualTo(Settings.CSV);
        assertThat(of("--markdown", "a.csv").markdown()).isEqualTo(Path.of("a.csv"));
    }

    @Test
    void aPairIsTwoEnginesAndSomeMetrics() {
        Settings settings = of("--paired", "otp4j,otp4j_observed", "send_1_1");

        assertThat(settings.paired()).isTrue();
        assertThat(settings.engines()).containsExactly("otp4j", "otp4j_observed");
        assertThat(of("send_1_1").paired()).isFalse();
        assertThatThrownBy(() -> of("--paired", "otp4j", "send_1_1"))
                .hasMessage("'--paired' needs two engines on the JVM: otp4j");
        assertThatThrownBy(() -> of("--paired", "otp4j,erlang", "send_1_1"))
                .hasMessage("'--paired' needs two engines on the JVM: otp4j,erlang");
        assertThatThrownBy(() -> of("--paired", "otp4j,jox"))
                .hasMessage("'--paired' needs the names of metrics");
        assertThatThrownBy(() -> of("--paired", "otp4j,jox", "idle_bytes"))
                .hasMessage(
                        "'--paired' cannot measure 'idle_bytes', which is not the time of a shot");
    }

    @Test
    void saysWhatItDoesNotUnderstand() {
        assertThatThrownBy(() -> of("send_2_2"))
                .hasMessage("unknown metric or option 'send_2_2'; --list shows all metrics");
        assertThatThrownBy(() -> of("--engines", "akka")).hasMessageContaining("akka");
        assertThatThrownBy(() -> of("--forks", "0"))
                .hasMessage("'--forks' must be a whole number from 1 to 999999: 0");
        assertThatThrownBy(() -> of("--forks")).hasMessage("'--forks' needs a value");
    }
}

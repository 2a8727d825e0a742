/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedRunnerTests {
    @Test
    void theRatioIsTheMedianOfThePairs() {
        var pairs = List.of(new long[] {100, 200}, new long[] {100, 100}, new long[] {300, 100});

        assertThat(PairedRunner.ratio(pairs)).isEqualTo(1);
        assertThat(PairedRunner.ratio(pairs.subList(0, 1))).isEqualTo(0.5);
    }

    @Test
    void runsBothInAJvmOfTheirOwn() throws Exception {
        var printed = new ByteArrayOutputStream();
        var settings =
                Settings.of(
                        List.of(
                                "--paired",
                                "otp4j,otp4j_observed",
                                "--forks",
                                "1",
                                "--warmups",
                                "0",
                                "--iterations",
                                "1",
                                "call_1_platform"));
        new PairedRunner(settings, new PrintStream(printed)).run();
        assertThat(printed.toString())
                .matches(
                        "call_1_platform +otp4j_observed: \\d+\\.\\d{3}x the throughput of otp4j;"
                                + " 1 JVMs .*, 1 pairs each\\R");
    }
}

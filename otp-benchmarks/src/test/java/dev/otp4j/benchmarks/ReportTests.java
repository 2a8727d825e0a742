/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTests {
    @TempDir Path folder;

    private static Figures figures() {
        var figures = new Figures();
        figures.put("send_1_1", "otp4j", "ops/s", new Samples(12_000_000, 9_000_000, 13_000_000));
        figures.put("send_1_1", "erlang", "ops/s", new Samples(4_000_000, 1, 2));
        figures.put("send_1_1", "pekko", "ops/s", new Samples(2_000_000, 1, 2));
        figures.put("send_1_1", "pekko_vt", "ops/s", new Samples(6_000_000, 1, 2));
        figures.put("restart_p50", "otp4j", "us", new Samples(8, 7.5, 9));
        figures.put("restart_p50", "erlang", "us", new Samples(6, 5, 7));
        figures.put("restart_p50", "otp4j_meters", "us", new Samples(10, 9, 11));
        figures.put("restart_p50", "otp4j_timing", "us", new Samples(16, 9, 21));
        return figures;
    }

    @Test
    void ratiosAboveOneAreBetterWhateverTheUnit() {
        assertThat(new Report(figures()).markdown().lines().toList())
                .contains(
                        "| metric | unit | otp4j | erlang | pekko | pekko_vt | otp4j_meters | otp4j_timing |"
                                + " spread | /erlang | /pekko | meters | timing |",
                        "| send_1_1 | ops/s | 12 M | 4.0 M | 2.0 M | 6.0 M |  |  | 9.0 M..13 M | 3.00x |"
                                + " 2.00x |  |  |",
                        "| restart_p50 | us | 8.00 | 6.00 |  |  | 10.00 | 16.00 | 7.50..9.00 | 0.75x |  | 0.80x |"
                                + " 0.50x |");
    }

    @Test
    void saysWhatIsNotLikeForLike() {
        assertThat(new Report(figures()).text())
                .contains("\nrestart_p50: Pekko's child fails at a message");
    }

    @Test
    void aFileSaysTheSame() throws Exception {
        Path file = folder.resolve("sub/figures.csv");

        figures().write(file);

        assertThat(Files.readAllLines(file))
                .startsWith(
                        "metric,engine,median,min,max,unit",
                        "send_1_1,otp4j,12000000,9000000,13000000,ops/s")
                .contains("restart_p50,otp4j,8.000,7.500,9.000,us");
        assertThat(new Report(Figures.read(file)).text()).isEqualTo(new Report(figures()).text());
    }

    @Test
    void refusesOtherFiles() throws Exception {
        Path file = Files.writeString(folder.resolve("other.csv"), "a,b\n");

        assertThatThrownBy(() -> Figures.read(file)).hasMessageContaining(Figures.HEADER);
    }

    @Test
    void mediansOfAllShots() {
        assertThat(Samples.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Samples(2, 1, 3));
        assertThat(Samples.of(List.of(4.0, 1.0))).isEqualTo(new Samples(2.5, 1, 4));
        assertThatThrownBy(() -> Samples.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsWhatErlangPrints() {
        String output =
                """
                # otp=25 schedulers=2
                call_1 178796 call/s min=97055 max=178796 all=97055,178796
                restart_median 9.52 us min=9.52 max=9.64 all=9.52,9.64
                """;

        assertThat(ErlangRunner.parse(output))
                .containsOnlyKeys("call_1", "restart_median")
                .containsEntry("call_1", List.of(97_055.0, 178_796.0));
    }
}

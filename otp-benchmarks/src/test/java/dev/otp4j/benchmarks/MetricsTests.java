/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

class MetricsTests {
    @Test
    void quickRunsTakeTheMetricsThatHaveTargets() {
        assertThat(Metrics.ALL)
                .filteredOn(Metric::main)
                .extracting(Metric::name)
                .containsExactlyInAnyOrder(
                        "send_1_1",
                        "send_1_1_platform",
                        "fan_in_8",
                        "ping_pong",
                        "ring_10k",
                        "call_1",
                        "call_8",
                        "spawn_stop",
                        "blocked_10k",
                        "send_then_block",
                        "send_then_block_p99",
                        "restart_p50",
                        "restart_p99",
                        "supervision_start",
                        "idle_bytes",
                        "idle_bytes_1m",
                        "snapshot_1m");
    }

    @Test
    void allEnginesOfAMetricAreKnownAndEachHasAMetric() {
        assertThat(Metrics.ALL)
                .allSatisfy(m -> assertThat(Metrics.ENGINES).containsAll(m.engines()));
        for (String engine : Metrics.ENGINES) {
            if (engine.equals(Metrics.ERLANG)) continue;
            assertThat(Metrics.ALL).as(engine).anyMatch(m -> m.engines().contains(engine));
        }
    }

    @Test
    void springTakesPartWhereThreadsChange() {
        assertThat(Metrics.ALL)
                .filteredOn(metric -> metric.engines().contains("otp4j_spring"))
                .extracting(Metric::name)
                .containsExactly("ping_pong", "ring_10k");
    }

    @Test
    void aMillionActorsHaveAHeapOfOneGibibyte() {
        Metric million =
                Metrics.ALL.stream().filter(m -> m.name().equals("million_1g")).findFirst().get();

        assertThat(million.engines()).containsExactly("otp4j");
        assertThat(million.workload().size().heap).isEqualTo("1g");
        assertThat(million.workload().parameters()).containsEntry("actors", "1000000");
    }

    @Test
    void namesAreDifferent() {
        assertThat(Metrics.ALL).extracting(Metric::name).doesNotHaveDuplicates();
    }

    @Test
    void workloadsAreBenchmarksWithTheirParameters() throws Exception {
        String generated = generated();
        for (Metric metric : Metrics.ALL) {
            Workload workload = metric.workload();
            String[] name = workload.method().split("\\.");
            Class<?> type = Class.forName("dev.otp4j.benchmarks.jmh." + name[0]);
            assertThat(type.getDeclaredMethods()).extracting(Method::getName).contains(name[1]);
            assertThat(parameters(type)).containsAll(workload.parameters().keySet());
            assertThat(generated).contains("." + name[0] + "_" + name[1] + "_jmhTest ");
        }
    }

    @Test
    void ratesCountWhatTheWorkloadDoes() {
        for (Metric metric : Metrics.ALL) {
            if (!(metric.reading() instanceof Metric.Reading.Rate(int operations))) continue;
            int each = metric.name().equals("ping_pong") ? 2 : 1;
            assertThat(metric.workload().parameters())
                    .as(metric.name())
                    .containsEntry("operations", String.valueOf(operations * each));
        }
    }

    @Test
    void erlangKnowsItsPart() throws IOException {
        String script = Files.readString(Path.of("erlang/bench.erl"));
        for (Metric metric : Metrics.ALL) {
            if (metric.erlang() != null) assertThat(script).contains("{" + metric.erlang() + ",");
        }
    }

    private static Iterable<String> parameters(Class<?> type) {
        return Arrays.stream(type.getFields())
                .filter(field -> field.isAnnotationPresent(Param.class))
                .map(Field::getName)
                .toList();
    }

    /**
     * The file that JMH's annotation processor has generated. Without it JMH finds no benchmarks.
     */
    private static String generated() throws IOException {
        try (InputStream list = MetricsTests.class.getResourceAsStream("/META-INF/BenchmarkList")) {
            assertThat(list).isNotNull();
            return new String(list.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

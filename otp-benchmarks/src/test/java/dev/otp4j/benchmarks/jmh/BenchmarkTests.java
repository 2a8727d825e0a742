/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.benchmarks.jmh.BlockingBenchmark.Total;
import dev.otp4j.benchmarks.jmh.MemoryBenchmark.Heap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs each workload once with a small size, and checks that it ends and that its own figures are
 * plausible.
 */
@Timeout(60)
class BenchmarkTests {
    private static <T extends EngineState> T started(T benchmark) {
        benchmark.startEngine();
        return benchmark;
    }

    @Test
    void sends() throws Exception {
        var benchmark = started(new SendBenchmark());
        benchmark.operations = 1_000;
        benchmark.senders = 8;
        benchmark.startActors();
        benchmark.fromActors();
        benchmark.stopActors();
        benchmark.senders = 1;
        benchmark.startActors();
        benchmark.fromPlatformThread();
        benchmark.startActors();
        benchmark.fromVirtualThread();
        benchmark.stopEngine();
    }

    @Test
    void relays() throws Exception {
        var benchmark = started(new RelayBenchmark());
        benchmark.operations = 1_000;
        benchmark.actors = 10;
        benchmark.startActors();
        benchmark.relay();
        benchmark.stopActors();
        benchmark.stopEngine();
    }

    @Test
    void calls() throws Exception {
        var benchmark = started(new CallBenchmark());
        benchmark.operations = 800;
        benchmark.clients = 8;
        benchmark.startActors();
        benchmark.fromActors();
        benchmark.stopActors();
        benchmark.startActors();
        benchmark.fromVirtualThreads();
        benchmark.startActors();
        benchmark.fromPlatformThreads();
        benchmark.stopEngine();
    }

    @Test
    void livesAndRestarts() throws Exception {
        var lives = started(new LifecycleBenchmark());
        lives.operations = 200;
        lives.startAndStop();
        lives.stopEngine();

        var supervision = started(new SupervisionBenchmark());
        supervision.operations = 10;
        supervision.specify();
        supervision.start();
        supervision.stop();
        supervision.stopEngine();

        var restarts = started(new RestartBenchmark());
        restarts.supervisors = 2;
        restarts.restarts = 3;
        var latencies = new Latencies();
        restarts.restart(latencies);
        restarts.stopEngine();
        assertThat(latencies.p50).isPositive().isLessThanOrEqualTo(latencies.p99);
    }

    @Test
    void blocks() throws Exception {
        var blocking = started(new BlockingBenchmark());
        blocking.actors = 20;
        blocking.millis = 10;
        blocking.startActors();
        var total = new Total();
        blocking.block(total);
        blocking.stopActors();
        blocking.stopEngine();
        assertThat(total.nanos).isGreaterThanOrEqualTo(10e6);

        var delay = started(new SendThenBlockBenchmark());
        delay.sends = 3;
        delay.millis = 2;
        delay.startActors();
        var latencies = new Latencies();
        delay.sendThenBlock(latencies);
        delay.stopActors();
        delay.stopEngine();
        assertThat(latencies.p99).isPositive();
    }

    @Test
    void weighsAndLooks() throws Exception {
        var memory = new MemoryBenchmark();
        memory.actors = 20_000;
        var heap = new Heap();
        assertThat(memory.idle(heap)).hasSize(20_000).doesNotContainNull();
        assertThat(heap.bytes).isBetween(40.0, 4_000.0);

        var snapshot = started(new SnapshotBenchmark());
        snapshot.actors = 10;
        snapshot.startActors();
        assertThat(snapshot.endpoint()).isNotNull();
        assertThat(snapshot.everything().toString()).contains("/actors");
        snapshot.stopEngine();
    }

    @Test
    void startsListsAndStopsMany() throws Exception {
        var million = started(new MillionBenchmark());
        million.actors = 500;
        assertThat(million.startListAndStop()).hasSize(500);
        million.stopEngine();
    }

    @Test
    void twoEnginesTakeTurns() throws Exception {
        for (String workload : List.of("SendBenchmark.fromActors", "RelayBenchmark.relay")) {
            long[][] nanos =
                    PairedShots.run(
                            workload,
                            List.of("otp4j", "otp4j_observed"),
                            Map.of("operations", "100"),
                            1,
                            3);
            assertThat(nanos).hasDimensions(2, 3);
            assertThat(nanos[0]).doesNotContain(0);
            assertThat(nanos[1]).doesNotContain(0);
        }
    }

    @Test
    void percentilesAreNearestRanks() {
        long[] hundred = IntStream.rangeClosed(1, 100).mapToLong(i -> i).toArray();

        assertThat(Latencies.percentile(hundred, 50)).isEqualTo(50);
        assertThat(Latencies.percentile(hundred, 99)).isEqualTo(99);
        assertThat(Latencies.percentile(new long[] {7}, 99)).isEqualTo(7);
        assertThat(Latencies.percentile(new long[] {1, 2, 3}, 50)).isEqualTo(2);
    }
}

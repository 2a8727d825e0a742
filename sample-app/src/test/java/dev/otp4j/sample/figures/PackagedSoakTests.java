/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.figures.Sink.Manner;
import dev.otp4j.sample.storm.RelayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Posts events to the packaged relay for a while, and checks that neither its heap nor its file
 * grows. Events are kept for a few seconds only, so that what is in the file is soon always the
 * same amount.
 *
 * <p>System properties: {@code soak} is the duration, such as {@code PT30M}; {@code soak.rate} is
 * the number of events per second (500).
 */
@EnabledIfSystemProperty(named = "soak", matches = "PT.+")
@EnabledIfSystemProperty(named = "sample.jar", matches = ".+")
class PackagedSoakTests {
    private static final Duration DURATION = Duration.parse(System.getProperty("soak", "PT0S"));
    private static final int RATE = Integer.getInteger("soak.rate", 500);
    private static final int SAMPLES = 12;
    private static final long HEAP_GROWTH_MB = 16;

    @TempDir Path folder;

    private record Sample(long heapMb, long fileMb, long accepted) {}

    @Test
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void neitherHeapNorFileGrows() throws IOException {
        var times = new Times(3);
        RelayProcess relay =
                RelayProcess.startJar(
                        Path.of(System.getProperty("sample.jar")),
                        folder,
                        "256m",
                        "--relay.retention=10s",
                        "--relay.sweep-interval=1s");
        var samples = new ArrayList<Sample>();
        try (var sink = new Sink(times)) {
            for (int n = 0; n < 3; n++) relay.relay().subscribe(sink.url(Manner.HEALTHY, n));
            try (var clients = new Clients(relay.port(), times, 20, RATE)) {
                for (int n = 0; n < SAMPLES; n++) {
                    pause(DURATION.dividedBy(SAMPLES));
                    samples.add(sample(relay, times));
                    System.out.println("soak: " + samples.getLast());
                }
            }
        } finally {
            relay.kill();
        }
        check(samples);
    }

    private Sample sample(RelayProcess relay, Times times) throws IOException {
        long accepted = times.between(Long.MIN_VALUE, Long.MAX_VALUE).accepted();
        long file = Files.size(folder.resolve("data").resolve("relay.mv.db")) >> 20;
        return new Sample(relay.usage().megabytes(), file, accepted);
    }

    /** Compares the second third with the last. */
    private static void check(List<Sample> samples) {
        List<Sample> middle = samples.subList(SAMPLES / 3, 2 * SAMPLES / 3);
        List<Sample> late = samples.subList(2 * SAMPLES / 3, SAMPLES);
        assertThat(late.getLast().accepted()).isGreaterThan(middle.getFirst().accepted());
        assertThat(late.stream().mapToLong(Sample::heapMb).min().orElseThrow())
                .as("heap in MB: " + samples)
                .isLessThanOrEqualTo(
                        middle.stream().mapToLong(Sample::heapMb).max().orElseThrow()
                                + HEAP_GROWTH_MB);
        long fileThen = middle.stream().mapToLong(Sample::fileMb).max().orElseThrow();
        assertThat(late.stream().mapToLong(Sample::fileMb).max().orElseThrow())
                .as("file in MB: " + samples)
                .isLessThanOrEqualTo(fileThen * 3 / 2 + 16);
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) LockSupport.parkNanos(end - System.nanoTime());
    }
}

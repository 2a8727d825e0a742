/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.SampleApplication;
import dev.otp4j.sample.figures.Sink.Manner;
import dev.otp4j.sample.figures.Times.Period;
import dev.otp4j.sample.testkit.Relay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** Clients that post as fast as they can do not starve the deliveries. */
@Timeout(180)
class FairnessTests {
    private static final Duration PERIOD = Duration.ofSeconds(6);

    @TempDir Path folder;

    /** When one queue took all writes, 4.5 % and 0.45 % were delivered meanwhile. */
    @ParameterizedTest
    @ValueSource(ints = {20, 200})
    void mostOfWhatIsAcceptedIsDeliveredMeanwhile(int number) {
        var times = new Times(1);
        try (var sink = new Sink(times);
                var context =
                        new SpringApplicationBuilder(SampleApplication.class)
                                .run(
                                        "--server.port=0",
                                        "--relay.data-dir=" + folder.resolve("data"),
                                        "--relay.allow-private-addresses=true",
                                        "--relay.max-lag=1s",
                                        "--spring.main.banner-mode=off")) {
            int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
            new Relay(port).subscribe(sink.url(Manner.HEALTHY, 0));
            long from;
            long until;
            try (var clients = new Clients(port, times, number, 0)) {
                from = System.nanoTime();
                LockSupport.parkNanos(PERIOD.toNanos());
                until = System.nanoTime();
            }
            Period period = times.between(from, until);
            System.out.printf("fairness, %d clients: %s%n", number, period);
            assertThat(period.accepted()).isGreaterThan(100);
            assertThat((double) period.meanwhile() / period.accepted()).isGreaterThan(0.5);
            await().atMost(Duration.ofSeconds(60)).until(times::isComplete);
        }
    }
}

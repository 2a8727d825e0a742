/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CourierPropertiesTests {
    @Test
    void delaysDoubleUpToTheLongest() {
        var properties =
                new CourierProperties(
                        8,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5));

        assertThat(IntStream.of(1, 2, 3, 4, 5, 1_000_000).mapToObj(properties::delayAfter))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
    }
}

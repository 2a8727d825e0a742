/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

class CourierPropertiesTests {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(CourierProperties.class)
    static class Only {}

    @Test
    void delaysDoubleUpToTheLongest() {
        var properties =
                new CourierProperties(
                        8,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        false);

        assertThat(IntStream.of(1, 2, 3, 4, 5, 1_000_000).mapToObj(properties::delayAfter))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
    }

    @Test
    void theLongestDurationsDoNotOverflow() {
        Duration longest = Duration.ofDays(365);
        var properties =
                new CourierProperties(8, longest, longest, Duration.ofDays(1), longest, false);

        assertThat(properties.delayAfter(1_000_000)).isEqualTo(longest);
    }

    @Test
    void noDelayIsLongerThanTheLongestOneThoughTheFirstIs() {
        Duration longest = Duration.ofMillis(500);
        var properties =
                new CourierProperties(
                        8, Duration.ofSeconds(1), longest, Duration.ofDays(1), longest, false);

        assertThat(properties.delayAfter(1)).isEqualTo(longest);
        assertThat(properties.delayAfter(7)).isEqualTo(longest);
    }

    static Stream<String> wrong() {
        var durations =
                List.of("retry-delay", "max-retry-delay", "request-timeout", "poll-interval");
        return Stream.concat(
                Stream.of("max-attempts=0", "max-attempts=-1"),
                durations.stream()
                        .flatMap(
                                name ->
                                        Stream.of("0s", "-1s", "1us", "1000d")
                                                .map(value -> name + "=" + value)));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    @ExtendWith(OutputCaptureExtension.class)
    void aWrongValueIsRefusedAtStartByName(String setting, CapturedOutput output) {
        var application =
                new SpringApplicationBuilder(Only.class)
                        .web(WebApplicationType.NONE)
                        .properties("spring.main.banner-mode=off", "spring.config.name=none");

        assertThatThrownBy(() -> application.run("--relay." + setting).close())
                .isInstanceOf(RuntimeException.class);

        String name = setting.substring(0, setting.indexOf('='));
        assertThat(output.getAll())
                .contains("Origin: \"relay." + name + "\"")
                .containsPattern(
                        "Reason: must be (greater|longer|shorter) than or equal to (1 milli|1"
                                + " day|365 days|1\n"
                                + ")");
    }
}

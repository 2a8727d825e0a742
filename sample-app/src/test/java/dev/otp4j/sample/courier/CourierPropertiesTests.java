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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

class CourierPropertiesTests {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(CourierProperties.class)
    static class Only {}

    private static CourierProperties doubling(Duration first, Duration longest) {
        return new CourierProperties(
                8, first, null, 0, longest, Duration.ofSeconds(10), Duration.ofSeconds(5), false);
    }

    static CourierProperties scheduled(double jitter, String... delays) {
        return new CourierProperties(
                null,
                null,
                Stream.of(delays).map(DurationStyle::detectAndParse).toList(),
                jitter,
                Duration.ofHours(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                false);
    }

    @Test
    void delaysDoubleUpToTheLongest() {
        var properties = doubling(Duration.ofSeconds(1), Duration.ofSeconds(10));

        assertThat(
                        IntStream.of(1, 2, 3, 4, 5, 1_000_000)
                                .mapToObj(n -> properties.delayAfter(n, 1)))
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 10L, 10L);
    }

    @Test
    void theLongestDurationsDoNotOverflow() {
        Duration longest = Duration.ofDays(365);
        var properties = doubling(longest, longest);

        assertThat(properties.delayAfter(1_000_000, 1)).isEqualTo(longest);
    }

    @Test
    void noDelayIsLongerThanTheLongestOneThoughTheFirstIs() {
        Duration longest = Duration.ofMillis(500);
        var properties = doubling(Duration.ofSeconds(1), longest);

        assertThat(properties.delayAfter(1, 0)).isEqualTo(longest);
        assertThat(properties.delayAfter(7, 0)).isEqualTo(longest);
    }

    @Test
    void aScheduleReplacesTheDoublingAndTheNumberOfAttempts() {
        var properties = scheduled(0, "5s", "5m", "30m", "2h", "5h", "10h", "10h");

        assertThat(properties.attempts()).isEqualTo(8);
        assertThat(IntStream.rangeClosed(1, 7).mapToObj(n -> properties.delayAfter(n, 0)))
                .extracting(Duration::toSeconds)
                .containsExactly(5L, 300L, 1800L, 7200L, 18_000L, 36_000L, 36_000L);
        assertThat(properties.delayAfter(1_000, 0)).hasHours(10); // after a longer schedule
    }

    @Test
    void aFailureOfTheRelayItselfDoesNotWaitForALongSchedule() {
        assertThat(scheduled(0, "30m").pause()).hasSeconds(1);
        assertThat(scheduled(0, "200ms").pause()).hasMillis(200);
    }

    @Test
    void jitterNeverTakesOffAWholeDelay() {
        assertThat(scheduled(1, "10s").delayAfter(1, 0.9999)).isPositive();
        assertThat(scheduled(1, "1ms").delayAfter(1, 1)).isPositive();
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

    /** The settings, and what the text says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "retry-schedule=|must not be empty or have an empty element: name at least one delay",
                "retry-schedule=5s,,5m|must not be empty or have an empty element",
                "retry-schedule=5s,2h|(10m): 2h; set 'relay.max-retry-delay' to 2h or more",
                "retry-schedule=1500ms,11m|(10m): 11m; set 'relay.max-retry-delay' to 11m",
                "retry-schedule=0s|must be longer than or equal to 1 milli",
                "retry-schedule=5s,-1s|must be longer than or equal to 1 milli",
                "retry-schedule=5s,soon|soon",
                "retry-schedule=5s,5m max-attempts=8|'relay.max-attempts' must be 3 with",
                "retry-schedule=5s,5m retry-delay=1s|'relay.retry-delay' must be the first delay",
                "retry-jitter=1.1|must be less than or equal to 1",
                "retry-jitter=-0.1|must be greater than or equal to 0"
            })
    @ExtendWith(OutputCaptureExtension.class)
    void aScheduleThatCannotBeIsRefusedAtStart(
            String settings, String text, CapturedOutput output) {
        assertThatThrownBy(() -> run(settings)).isInstanceOf(RuntimeException.class);

        assertThat(output.getAll().replaceAll("\\s+", " ")).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "retry-schedule=5s,10m",
                "retry-schedule=5s,5m max-attempts=3 retry-delay=5s",
                "retry-schedule=5s,5h max-retry-delay=5h retry-jitter=0.2"
            })
    void aScheduleThatAgreesWithTheRestIsAccepted(String settings) {
        run(settings);
    }

    private static void run(String settings) {
        new SpringApplicationBuilder(Only.class)
                .web(WebApplicationType.NONE)
                .properties("spring.main.banner-mode=off", "spring.config.name=none")
                .run(settings.replaceAll("(^| )", "$1--relay.").split(" "))
                .close();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.ExitReason;
import dev.otp4j.sample.courier.Failure.Category;
import dev.otp4j.sample.ledger.Attempt;
import dev.otp4j.sample.ledger.DeliveryState;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.Subscription;
import dev.otp4j.sample.ledger.Turn;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptsTests {
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

    private static final Turn TURN = new Turn(null, 0, 0);

    private final Attempts attempts = new Attempts(WebhookSenderTests.properties(false));
    private final Subscription subscription =
            Subscription.of(URI.create("http://host/"), Secret.generate());

    private Attempt of(int before, Answer answer) {
        return with(attempts, before, answer);
    }

    private Attempt with(Attempts attempts, int before, Answer answer) {
        var due = new Due(subscription, 1, "evt_1", new byte[0], before, 0, TURN);
        return attempts.of(due, answer, NOW, Duration.ZERO).orElseThrow();
    }

    /** With a delay of 1 s that doubles, and at most 10 minutes. */
    @ParameterizedTest
    @CsvSource({"0,0,1", "0,8,8", "3,8,8", "4,8,16", "0,600,600", "0,601,600", "0,999999999,600"})
    void retryAfterIsHonouredUpToTheLongestDelay(int before, long asked, long expected) {
        Attempt attempt = of(before, new Answer.Status(429, Duration.ofSeconds(asked)));

        assertThat(attempt.state()).isEqualTo(DeliveryState.PENDING);
        assertThat(attempt.nextAt()).isEqualTo(NOW.plusSeconds(expected));
        assertThat(attempt.error()).isEqualTo("status 429");
    }

    @Test
    void aScheduleHasADelayAfterEachAttemptButTheLast() {
        var properties = CourierPropertiesTests.scheduled(0, "5s", "5m");
        var scheduled = new Attempts(properties);
        var refused = new Answer.None(Failure.of(Category.REFUSED));

        assertThat(with(scheduled, 0, refused).nextAt()).isEqualTo(NOW.plusSeconds(5));
        assertThat(with(scheduled, 1, refused).nextAt()).isEqualTo(NOW.plusSeconds(300));
        assertThat(with(scheduled, 1, refused).state()).isEqualTo(DeliveryState.PENDING);
        assertThat(with(scheduled, 2, refused).state()).isEqualTo(DeliveryState.FAILED);
    }

    @Test
    void chanceTakesOffAShareOfTheDelayButNothingOfWhatTheSubscriberAsksFor() {
        var properties = CourierPropertiesTests.scheduled(0.5, "100s");
        var least = new Attempts(properties, () -> 1);
        var most = new Attempts(properties, () -> 0);
        var refused = new Answer.None(Failure.of(Category.REFUSED));
        var asked = new Answer.Status(503, Duration.ofSeconds(80));

        assertThat(with(least, 0, refused).nextAt()).isEqualTo(NOW.plusSeconds(50));
        assertThat(with(most, 0, refused).nextAt()).isEqualTo(NOW.plusSeconds(100));
        assertThat(with(least, 0, asked).nextAt()).isEqualTo(NOW.plusSeconds(80));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 299})
    void successIsDelivered(int status) {
        assertThat(of(7, new Answer.Status(status, null)).state())
                .isEqualTo(DeliveryState.DELIVERED);
    }

    @Test
    void theLastAttemptFails() {
        var none = new Answer.None(Failure.of(Category.TIMEOUT));

        assertThat(of(6, none).state()).isEqualTo(DeliveryState.PENDING);
        assertThat(of(7, none).state()).isEqualTo(DeliveryState.FAILED);
        assertThat(of(7, none).error()).isEqualTo("no answer in time");
    }

    @Test
    void whatTheRelayFailedToDoIsNoAttempt() {
        var due = new Due(subscription, 1, "evt_1", new byte[0], 7, 0, TURN);
        var files = new SocketException("Too many open files");

        for (Answer answer :
                new Answer[] {
                    Failures.of(files),
                    Failures.of(new IOException("wrapped", files)),
                    Failures.of(new OutOfMemoryError()),
                    Failures.of(new ExitReason.Abnormal(new OutOfMemoryError())),
                    Failures.of(ExitReason.KILLED),
                    Failures.of(ExitReason.SHUTDOWN)
                }) {
            assertThat(answer).isInstanceOf(Answer.NotMade.class);
            assertThat(attempts.of(due, answer, NOW, Duration.ZERO)).isEmpty();
        }
    }

    @Test
    void anotherFailureIsAnAttemptAndShowsNoTextOfOthers() {
        assertThat(Failures.of(new ConnectException("Connection refused: a\u0000b")))
                .isEqualTo(new Answer.None(Failure.of(Category.REFUSED)));
        assertThat(
                        Failures.of(
                                new ExitReason.Abnormal(
                                        new IllegalStateException("text \u001b of others"))))
                .isEqualTo(new Answer.None(new Failure(Category.OTHER, "IllegalStateException")));
    }

    @Test
    void theDetailOfAFailureIsEscapedAndShort() {
        assertThat(new Failure(Category.NO_TLS, "a\u001b[31m\r\nü").text())
                .isEqualTo("no secure connection: a\\u001b[31m\\u000d\\u000a\\u00fc");
        assertThat(new Failure(Category.NO_TLS, "\u0001".repeat(1000)).text().length())
                .isLessThan(120);
    }
}

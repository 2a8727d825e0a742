/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static dev.otp4j.sample.ledger.DeliveryState.DELIVERED;
import static dev.otp4j.sample.ledger.DeliveryState.FAILED;
import static dev.otp4j.sample.ledger.DeliveryState.PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailingTests {
    private static final Duration LIMIT = Duration.ofDays(5);

    private Instant now = Instant.parse("2026-11-28T10:00:00Z");
    private Failing failing = Failing.none(1);

    private boolean after(Duration wait, DeliveryState state) {
        now = now.plus(wait);
        failing = failing.after(state, now, 1, LIMIT);
        return failing.isTooLong(LIMIT);
    }

    @Test
    void itIsTooLongWhenAllHasFailedForTheWholeTime() {
        assertThat(after(Duration.ZERO, FAILED)).isFalse();
        for (int hour = 0; hour < 119; hour++) {
            assertThat(after(Duration.ofHours(1), FAILED)).isFalse();
        }
        assertThat(after(Duration.ofHours(1), FAILED)).isTrue();
    }

    @Test
    void oneSuccessBeginsAnew() {
        for (int hour = 0; hour < 119; hour++) after(Duration.ofHours(1), FAILED);
        after(Duration.ZERO, DELIVERED);

        assertThat(failing).isEqualTo(Failing.none(1));
        assertThat(after(Duration.ofHours(2), FAILED)).isFalse();
    }

    @Test
    void enablingAgainBeginsAnew() {
        for (int hour = 0; hour < 130; hour++) after(Duration.ofHours(1), FAILED);

        assertThat(failing.after(FAILED, now, 2, LIMIT))
                .isEqualTo(new Failing(2, now, Duration.ZERO, 1));
    }

    @Test
    void attemptsAloneAreNotEnoughWithoutDeliveriesThatWereGivenUp() {
        for (int hour = 0; hour < 1_000; hour++) {
            assertThat(after(Duration.ofHours(1), PENDING)).isFalse();
        }
        assertThat(after(Duration.ZERO, FAILED)).isFalse();
        assertThat(after(Duration.ZERO, FAILED)).isFalse();
        assertThat(after(Duration.ZERO, FAILED)).isTrue();
    }

    /** Also the time in which the relay did not run. */
    @ParameterizedTest
    @ValueSource(longs = {1, 30, 3_650, 365_000})
    void aClockThatJumpsAheadCountsAsAFifthAtMost(long days) {
        for (int n = 0; n < 100; n++) after(Duration.ofSeconds(30), FAILED);

        assertThat(after(Duration.ofDays(days), FAILED)).isFalse();
        assertThat(failing.time()).isLessThanOrEqualTo(Duration.ofDays(1).plusMinutes(50));
        for (int n = 0; n < 100; n++) assertThat(after(Duration.ofSeconds(30), FAILED)).isFalse();
    }

    @Test
    void aClockThatIsSetBackCountsAsNothing() {
        for (int n = 0; n < 10; n++) after(Duration.ofHours(1), FAILED);
        Duration before = failing.time();

        after(Duration.ofDays(-365), FAILED);
        assertThat(failing.time()).isEqualTo(before);
        after(Duration.ofHours(1), FAILED);
        assertThat(failing.time()).isEqualTo(before.plusHours(1));
    }

    @Test
    void aRareEventCountsAsADay() {
        for (int week = 0; week < 5; week++) {
            assertThat(after(Duration.ofDays(7), FAILED)).isFalse();
        }
        assertThat(after(Duration.ofDays(7), FAILED)).isTrue();
    }

    @Test
    void zeroSwitchesItOff() {
        Failing long1 = new Failing(1, now, Duration.ofDays(1_000), 1_000);

        assertThat(long1.isTooLong(Duration.ZERO)).isFalse();
        assertThat(long1.after(FAILED, now, 1, Duration.ZERO).isTooLong(Duration.ZERO)).isFalse();
    }
}

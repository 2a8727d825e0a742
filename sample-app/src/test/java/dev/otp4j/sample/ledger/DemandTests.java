/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemandTests {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Demand demand = new Demand(0);
    private long now;
    private long last = 1_000;

    private void come(int rate, int seconds) {
        for (int n = 0; n < seconds; n++) {
            now += SECOND;
            last += rate;
            demand.add(now, last);
        }
    }

    @Test
    void aRateIsRememberedWhileFewerEventsAreLetIn() {
        come(30, 11);
        assertThat(demand.rate()).isEqualTo(30);

        come(3, 60);

        assertThat(demand.rate()).isEqualTo(30);
    }

    @Test
    void aShortBurstCountsAsItsAverage() {
        come(1, 10);
        come(100, 1);
        come(1, 9);

        assertThat(demand.rate()).isBetween(20.0, 21.0);
    }

    @Test
    void aRateIsForgottenAfterTwoMinutes() {
        come(30, 10);
        come(3, 130);

        assertThat(demand.rate()).isEqualTo(3);
    }

    @Test
    void nothingIsRememberedOverALongPause() {
        come(30, 10);
        now += 200 * SECOND;
        come(2, 10);

        assertThat(demand.rate()).isLessThan(3);
    }
}

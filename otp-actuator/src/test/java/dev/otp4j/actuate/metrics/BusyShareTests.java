/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BusyShareTests {
    private double busySeconds;
    private long now;
    private final BusyShare share = new BusyShare(() -> busySeconds * 1e9, () -> now);

    private void pass(long seconds, double busy) {
        now += TimeUnit.SECONDS.toNanos(seconds);
        busySeconds += busy;
    }

    @Test
    void isZeroBeforeAnyTimeHasPassed() {
        assertThat(share.value()).isZero();
    }

    @Test
    void isTheHandlingTimeInTheTimeThatHasPassed() {
        pass(5, 2.5);
        assertThat(share.value()).isEqualTo(0.5);
        pass(5, 17.5);
        assertThat(share.value()).isEqualTo(2);
    }

    @Test
    void forgetsWhatIsLongAgo() {
        pass(10, 10);
        assertThat(share.value()).isEqualTo(1);
        pass(10, 5);
        assertThat(share.value()).isEqualTo(0.75);
        pass(10, 0);
        assertThat(share.value()).isEqualTo(0.25);
        pass(10, 0);
        assertThat(share.value()).isZero();
    }

    @Test
    void coversTheTimeSinceTheLastReadIfItIsReadSeldom() {
        share.value();
        pass(600, 300);
        assertThat(share.value()).isEqualTo(0.5);
    }
}

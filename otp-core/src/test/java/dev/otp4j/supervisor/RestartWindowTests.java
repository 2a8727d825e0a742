/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestartWindowTests {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 100})
    @Rule({"V-24", "V-21"})
    void toleratesExactlyTheIntensity(int intensity) {
        var window = new RestartWindow(intensity, 1_000);

        for (int i = 0; i < intensity; i++) assertThat(window.restart(i)).isTrue();

        assertThat(window.used(intensity)).isEqualTo(intensity);
        assertThat(window.restart(intensity)).isFalse();
    }

    @Test
    @Rule("V-25")
    void slides() {
        var window = new RestartWindow(2, 100);

        assertThat(window.restart(0)).isTrue();
        assertThat(window.restart(60)).isTrue();
        assertThat(window.restart(101)).as("the first is too old").isTrue();
        assertThat(window.restart(150)).as("three within 100").isFalse();
    }

    @Test
    @Rule("V-25")
    void whatIsExactlyAsOldAsThePeriodStillCounts() {
        var window = new RestartWindow(1, 100);
        window.restart(0);

        assertThat(window.used(100)).isEqualTo(1);
        assertThat(window.used(101)).isZero();
    }

    @Test
    @Rule("V-25")
    void theClockMayPassItsLargestValue() {
        var window = new RestartWindow(1, 100);

        assertThat(window.restart(Long.MAX_VALUE - 10)).isTrue();
        assertThat(window.used(Long.MIN_VALUE + 10)).isEqualTo(1);
        assertThat(window.used(Long.MIN_VALUE + 100)).isZero();
    }

    @Test
    @Rule({"V-24", "V-25"})
    void agreesWithANaiveModel() {
        for (long seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            int intensity = random.nextInt(5);
            long period = 1 + random.nextInt(50);
            var window = new RestartWindow(intensity, period);
            var model = new ArrayDeque<Long>();
            long now = random.nextLong();
            for (int i = 0; i < 40; i++) {
                now += random.nextInt(30);
                long at = now;
                model.removeIf(old -> at - old > period);
                model.add(at);

                assertThat(window.restart(at))
                        .as("seed %s, step %s", seed, i)
                        .isEqualTo(model.size() <= intensity);
            }
        }
    }

    @Test
    @Rule({"V-01", "V-02"})
    void theToleranceHasDefaultsAndRefusesNonsense() {
        assertThat(Tolerance.DEFAULT).isEqualTo(new Tolerance(2, Duration.ofSeconds(5)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tolerance(-1, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Tolerance(1, Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tolerance(1, Duration.ofSeconds(-1)));
    }
}

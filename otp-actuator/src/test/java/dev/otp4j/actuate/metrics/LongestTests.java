/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LongestTests {
    private final AtomicLong clock = new AtomicLong(-5);
    private final Longest longest = new Longest(clock::get);

    private void passPeriod() {
        clock.addAndGet(Longest.PERIOD.toNanos());
    }

    @Test
    void isTheLargestOfThisPeriodAndTheOneBefore() {
        assertThat(longest.value()).isZero();
        longest.add(7);
        longest.add(3);
        assertThat(longest.value()).isEqualTo(7);
        passPeriod();
        assertThat(longest.value()).isEqualTo(7);
        longest.add(5);
        assertThat(longest.value()).isEqualTo(7);
        passPeriod();
        assertThat(longest.value()).isEqualTo(7);
        assertThat(longest.value()).isEqualTo(5);
        passPeriod();
        assertThat(longest.value()).isEqualTo(5);
        passPeriod();
        assertThat(longest.value()).isZero();
    }

    @Test
    void missesNothingIfItIsReadSeldom() {
        longest.add(9);
        passPeriod();
        passPeriod();
        passPeriod();
        longest.add(4);
        assertThat(longest.value()).isEqualTo(9);
    }

    @Test
    void isExactHoweverManyWrite() throws Exception {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            int first = i;
            threads.add(
                    Thread.startVirtualThread(
                            () -> {
                                for (int v = first; v < 100_000; v += 8) longest.add(v);
                            }));
        }
        for (Thread thread : threads) thread.join();
        assertThat(longest.value()).isEqualTo(99_999);
    }
}

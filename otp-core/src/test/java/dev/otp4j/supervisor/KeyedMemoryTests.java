/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much memory a key takes. */
@OtpTest
@Timeout(120)
class KeyedMemoryTests {
    private static final int KEYS = 100_000;

    /** One object serves all keys, so that an actor has no state. */
    private static final class Stateless implements Actor<Integer, Integer> {
        @Override
        public Integer init(Subject<Integer> self) {
            return 0;
        }

        @Override
        public Next<Integer, Integer> onMessage(Integer state, Integer message) {
            return Next.continueWith(state);
        }
    }

    @Test
    @Rule("KF-13")
    void aKeyTakesNoMoreThan300BytesBesideItsState() {
        var keys = new String[KEYS];
        for (int i = 0; i < KEYS; i++) keys[i] = "customer-" + i;
        var actor = new Stateless();
        KeyedFactory<String, Integer> factory =
                KeyedFactory.<String, Integer>of(key -> Actor.of(() -> actor))
                        .passivateAfter(Duration.ofDays(1))
                        .tolerancePerKey(3, Duration.ofMinutes(1))
                        .parallelStarts(16)
                        .build();
        factory.start();
        factory.start("warm");
        long before = liveBytes();
        for (String key : keys) factory.start(key);
        assertThat(factory.counts().keys()).isEqualTo(KEYS + 1);

        double each = (liveBytes() - before) / (double) KEYS;
        assertThat(each).as("bytes of a key").isLessThan(300);
        factory.stop(keys[0]);
    }

    private static long liveBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            System.gc();
            long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            least = Math.min(least, used);
            LockSupport.parkNanos(60_000_000);
        }
        return least;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The warm-up of the paths of an exhausted heap. What it is good for: {@code MemoryCases}. */
class ExhaustionWarmUpTests {
    private static final int CARRIERS =
            Integer.getInteger(
                    "jdk.virtualThreadScheduler.parallelism",
                    Runtime.getRuntime().availableProcessors());

    /** A failed start that one step ordered must not meet the next step. */
    @Test
    void eachOfItsStepsRuns() {
        for (int round = 0; round < 50; round++) {
            assertThatCode(() -> new ExhaustionWarmUp().rehearse()).doesNotThrowAnyException();
        }
    }

    /** Otherwise a runtime that is closed would wait for it in vain. */
    @Test
    void needsNoCarrier() throws InterruptedException {
        var over = new AtomicBoolean();
        var occupied = new CountDownLatch(CARRIERS);
        for (int n = 0; n < CARRIERS; n++) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                occupied.countDown();
                                while (!over.get()) Thread.onSpinWait();
                            });
        }
        occupied.await();
        try {
            assertThatCode(() -> new ExhaustionWarmUp().rehearse()).doesNotThrowAnyException();
        } finally {
            over.set(true);
        }
    }
}

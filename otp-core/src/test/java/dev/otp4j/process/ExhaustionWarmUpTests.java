/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** The warm-up of the paths of an exhausted heap. What it is good for: {@code MemoryCases}. */
class ExhaustionWarmUpTests {
    /** A failed start that one step ordered must not meet the next step. */
    @Test
    void eachOfItsStepsRuns() {
        for (int round = 0; round < 50; round++) {
            assertThatCode(() -> new ExhaustionWarmUp().rehearse()).doesNotThrowAnyException();
        }
    }
}

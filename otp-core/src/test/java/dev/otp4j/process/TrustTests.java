/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long a kind of process is not trusted. Each test has a kind of its own. */
class TrustTests {
    /** How many sends in a row are refused from now on. */
    private static int refusals(Trust trust) {
        int refused = 0;
        while (!trust.allows()) refused++;
        return refused;
    }

    @Test
    void aKindIsTrustedToBeginWith() {
        class Fresh {}
        assertThat(refusals(Trust.of(Fresh.class))).isZero();
    }

    @Test
    void aRescueCostsTheNext64Sends() {
        class RescuedOnce {}
        Trust trust = Trust.of(RescuedOnce.class);
        trust.rescued();
        assertThat(refusals(trust)).isEqualTo(64);
        assertThat(refusals(trust)).isZero();
    }

    @Test
    void eachFurtherRescueDoublesThatUpTo4096() {
        class RescuedOften {}
        Trust trust = Trust.of(RescuedOften.class);
        for (int expected = 64; expected <= 4_096; expected *= 2) {
            trust.rescued();
            assertThat(refusals(trust)).isEqualTo(expected);
        }
        trust.rescued();
        assertThat(refusals(trust)).isEqualTo(4_096);
    }

    @Test
    void eachCleanHandOverHalvesIt() {
        class Improved {}
        Trust trust = Trust.of(Improved.class);
        for (int i = 0; i < 3; i++) trust.rescued();
        refusals(trust);
        trust.kept();
        trust.rescued();
        assertThat(refusals(trust)).as("256, halved, doubled").isEqualTo(256);
        for (int i = 0; i < 3; i++) trust.kept();
        trust.rescued();
        assertThat(refusals(trust)).as("forgotten").isEqualTo(64);
    }

    @Test
    void whatIsNeverTrustedStaysSo() {
        Trust.NEVER.rescued();
        Trust.NEVER.kept();
        for (int i = 0; i < 10_000; i++) assertThat(Trust.NEVER.allows()).isFalse();
    }

    @Test
    void allInstancesOfAClassShareIt() {
        class One {}
        class Other {}
        assertThat(Trust.of(One.class))
                .isSameAs(Trust.of(One.class))
                .isNotSameAs(Trust.of(Other.class));
    }
}

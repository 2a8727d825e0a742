/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrustTests {
    private final Trust trust = Trust.fresh();

    TrustTests() {
        while (!trust.allows()) {} // what another test left
        for (int i = 0; i < 16; i++) trust.kept();
    }

    private int refusals() {
        int refused = 0;
        while (!trust.allows()) refused++;
        return refused;
    }

    @Test
    void aKindIsTrustedToBeginWith() {
        assertThat(refusals()).isZero();
    }

    @Test
    void aRescueCostsTheNext64Sends() {
        trust.rescued();
        assertThat(refusals()).isEqualTo(64);
        assertThat(refusals()).isZero();
    }

    @Test
    void eachFurtherRescueDoublesThatUpTo4096() {
        for (int expected = 64; expected <= 4_096; expected *= 2) {
            trust.rescued();
            assertThat(refusals()).isEqualTo(expected);
        }
        trust.rescued();
        assertThat(refusals()).isEqualTo(4_096);
    }

    @Test
    void eachCleanHandOverHalvesIt() {
        for (int i = 0; i < 3; i++) trust.rescued();
        refusals();
        trust.kept();
        trust.rescued();
        assertThat(refusals()).as("256, halved, doubled").isEqualTo(256);
        for (int i = 0; i < 3; i++) trust.kept();
        trust.rescued();
        assertThat(refusals()).as("forgotten").isEqualTo(64);
    }

    @Test
    void whatIsNeverTrustedStaysSo() {
        Trust.NEVER.rescued();
        Trust.NEVER.kept();
        for (int i = 0; i < 10_000; i++) assertThat(Trust.NEVER.allows()).isFalse();
    }

    @Test
    void theProcessesOfADefinitionShareItAndThoseOfOtherDefinitionsAndRuntimesDoNot() {
        class Module {}
        var trusts = new Trusts();
        Trust factorys = trusts.of(Module.class, "");
        Trust named = trusts.of(Module.class, "orders");
        assertThat(factorys).isSameAs(trusts.of(Module.class, "")).isNotSameAs(named);
        assertThat(named).isSameAs(trusts.of(Module.class, "orders"));
        assertThat(named).isNotSameAs(trusts.of(Module.class, "payments"));
        assertThat(named).isNotSameAs(new Trusts().of(Module.class, "orders"));
    }

    @Test
    void whenThereAreTooManyDefinitionsTheFurtherOnesShareThatOfTheirClass() {
        class Module {}
        var trusts = new Trusts();
        for (int i = 0; i < 1_024; i++) trusts.of(Module.class, "child-" + i);
        Trust late = trusts.of(Module.class, "late");
        assertThat(late).isSameAs(trusts.of(Module.class, "later"));
        assertThat(late).isSameAs(trusts.of(Module.class, ""));
    }
}

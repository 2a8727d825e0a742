/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import org.junit.jupiter.api.Nested;

class CasesTests {
    @Nested
    class AtSending extends SendCases {}

    @Nested
    class AtCodeOfTheUser extends TextCases {}

    @Nested
    class AtTimers extends TimerCases {}

    @Nested
    class AtDeath extends DeathCases {}

    @Nested
    class AtReceiving extends ReceiveCases {}

    @Nested
    class AtStops extends StopCases {}

    @Nested
    class AtEdges extends EdgeCases {}

    @Nested
    class AtMemory extends MemoryCases {}
}

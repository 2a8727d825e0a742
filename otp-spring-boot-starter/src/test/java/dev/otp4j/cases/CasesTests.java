/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import org.junit.jupiter.api.Nested;

/**
 * Small inputs that once failed, each with the right behaviour, from the engine to a whole
 * application. To run one case or some of them: {@code -Dtest=CasesTests -Dgroups="A1|E2"}.
 */
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

    @Nested
    class AtTheStateOfTheSystem extends StateCases {}

    @Nested
    class AtListeners extends ListenerCases {}

    @Nested
    class AtRefusals extends RefusalCases {}

    @Nested
    class AtTheLog extends LogCases {}

    @Nested
    class AtMuch extends LoadCases {}

    @Nested
    class AtThreads extends ThreadCases {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;

import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.ledger.Backlog;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CourierTests {
    private static final int LONG = 5_000;

    private final LedgerReader reader = mock();
    private final CourierTemplate template =
            new CourierTemplate(
                    reader,
                    mock(LedgerClient.class),
                    mock(Backlog.class),
                    mock(WebhookSender.class),
                    WebhookSenderTests.properties(false),
                    Clock.systemUTC());

    /** Between two looks of the dispatcher a subscription may be disabled and enabled again. */
    @Test
    void aCourierOfAnInactiveSubscriptionStaysAndFollowsAWakeUp() {
        given(reader.claim("sub_1")).willReturn(Optional.empty());
        var started = template.actor("sub_1").start();
        @SuppressWarnings("unchecked") // the subject is that of the courier
        var courier = (Subject<CourierMessage>) started.data();
        then(reader).should(timeout(LONG)).claim("sub_1");

        courier.send(new Wake());

        then(reader).should(timeout(LONG).times(2)).claim("sub_1");
        assertThat(Processes.isAlive(started.pid())).isTrue();
        Processes.kill(started.pid());
    }
}

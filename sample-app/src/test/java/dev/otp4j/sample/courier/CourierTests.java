/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;

import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage.Wake;
import dev.otp4j.sample.ledger.Backlog;
import dev.otp4j.sample.ledger.Claim;
import dev.otp4j.sample.ledger.Due;
import dev.otp4j.sample.ledger.Lane;
import dev.otp4j.sample.ledger.LedgerClient;
import dev.otp4j.sample.ledger.LedgerReader;
import dev.otp4j.sample.ledger.Noted;
import dev.otp4j.sample.ledger.Pending;
import dev.otp4j.sample.ledger.Progress;
import dev.otp4j.sample.ledger.Replays;
import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.Subscription;
import dev.otp4j.sample.ledger.Turn;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CourierTests {
    private static final int LONG = 5_000;

    private final LedgerReader reader = mock();
    private final LedgerClient ledger = mock();
    private final Backlog backlog = mock();
    private final WebhookSender sender = mock();
    private final CourierTemplate template =
            new CourierTemplate(
                    reader,
                    ledger,
                    backlog,
                    sender,
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

    /** A courier with results that the database refuses stands still. */
    @Test
    void aCourierWhoseResultsAreRefusedDoesNotSlowTheIntake() {
        Lane lane = mock();
        given(backlog.begin("sub_1")).willReturn(lane);
        given(reader.claim("sub_1")).willReturn(Optional.of(claim()));
        given(reader.isCurrent("sub_1", 7)).willReturn(true);
        given(sender.send(any())).willReturn(new Answer.Status(204, null));
        willAnswer(
                        call -> {
                            Subject<Noted> replyTo = call.getArgument(2);
                            replyTo.send(new Noted(call.getArgument(1), false, null));
                            return null;
                        })
                .given(ledger)
                .note(any(), anyLong(), any());

        var started = template.actor("sub_1").start();

        then(lane).should(timeout(LONG)).failed();
        Processes.kill(started.pid());
    }

    private static Claim claim() {
        var subscription = Subscription.of(URI.create("https://example.org/"), Secret.generate());
        var due = new Due(subscription, 1, "evt_1", "{}".getBytes(), 0, 0, new Turn(null, 0, 0));
        var progress = new Progress("sub_1", 0, 0, null, null, null, null);
        return new Claim(subscription, progress, new Pending(List.of(due), 1), Replays.NONE, 7);
    }
}

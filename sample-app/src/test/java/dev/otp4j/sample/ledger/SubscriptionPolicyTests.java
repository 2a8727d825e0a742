/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static dev.otp4j.sample.ledger.DeliveryState.DELIVERED;
import static dev.otp4j.sample.ledger.DeliveryState.FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.ledger.ResultMessage.Note;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both databases keep of secrets and of subscriptions that fail. */
@Timeout(60)
class SubscriptionPolicyTests {
    @TempDir Path folder;

    private final Subscription failing = subscription(false);
    private final Subscription listener = subscription(true);

    private static Subscription subscription(boolean operational) {
        return Subscription.of(
                URI.create("http://localhost/"), Secret.generate(), EventTypes.ALL, operational);
    }

    private LedgerClient open(LedgerFixture fixture) {
        LedgerClient client = fixture.client(Duration.ofSeconds(10));
        client.subscribe(failing);
        client.subscribe(listener);
        return client;
    }

    private static void event(LedgerClient client) {
        client.store(NewEvent.of("{}".getBytes(StandardCharsets.UTF_8), null));
    }

    private void note(LedgerFixture fixture, DeliveryState state) {
        Due due = fixture.reader.claim(failing.id()).orElseThrow().pending().due().getFirst();
        fixture.results.note(
                List.of(
                        new Note(
                                failing.id(),
                                1,
                                List.of(LedgerFixture.attempt(due, state, 500)),
                                fixture.ignored())));
    }

    private SubscriptionStatus status(LedgerFixture fixture) {
        return fixture.reader.subscription(failing.id()).orElseThrow();
    }

    /** As if it had failed for a time, twice finally. */
    private void failingFor(LedgerFixture fixture, Duration time) {
        fixture.jdbc
                .sql(
                        "UPDATE progress SET failing_ms = ?, failing_deliveries = 2"
                                + " WHERE subscription_id = ?")
                .params(time.toMillis(), failing.id())
                .update();
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriptionThatHasFailedForTooLongIsDisabledAndOthersAreTold(Kind kind) {
        try (var fixture = new LedgerFixture(kind.url(folder))) {
            LedgerClient client = open(fixture);
            event(client);
            event(client);
            note(fixture, FAILED);
            assertThat(status(fixture).enabled()).isTrue();

            failingFor(fixture, Duration.ofDays(5));
            note(fixture, FAILED);

            assertThat(status(fixture).enabled()).isFalse();
            assertThat(status(fixture).problem())
                    .isEqualTo("all deliveries have failed for 120 h 0 min, 3 of them finally");
            assertThat(client.sweep(Instant.EPOCH).told()).containsExactly(listener.id());
            assertThat(client.sweep(Instant.EPOCH).told()).isEmpty();
            assertThat(
                            fixture.jdbc
                                    .sql("SELECT target FROM event WHERE event_type = ?")
                                    .param(Notices.TYPE)
                                    .query(String.class)
                                    .list())
                    .containsExactly(listener.id());
        }
    }

    @ParameterizedTest
    @EnumSource
    void successAndEnablingAgainBeginAnew(Kind kind) {
        try (var fixture = new LedgerFixture(kind.url(folder))) {
            LedgerClient client = open(fixture);
            for (int n = 0; n < 3; n++) event(client);
            failingFor(fixture, Duration.ofDays(6));
            note(fixture, DELIVERED);
            note(fixture, FAILED);
            assertThat(status(fixture).enabled()).isTrue();

            failingFor(fixture, Duration.ofDays(6));
            client.change(failing.id(), SubscriptionChange.enabled(true));
            note(fixture, FAILED);

            assertThat(status(fixture).enabled()).isTrue();
            assertThat(client.sweep(Instant.EPOCH).told()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void secretsAreReplaced(Kind kind) {
        try (var fixture = new LedgerFixture(kind.url(folder))) {
            LedgerClient client = open(fixture);
            Secret next = Secret.generate();

            var done = (Rotation.Done) client.rotate(failing.id(), next);

            Subscription now = fixture.reader.claim(failing.id()).orElseThrow().subscription();
            assertThat(now.signing(Instant.now())).containsExactly(next, failing.secret());
            assertThat(now.signing(done.until())).containsExactly(next);
            assertThat(client.rotate(failing.id(), next)).isEqualTo(done);
            assertThat(client.rotate("sub_no", next)).isEqualTo(new Rotation.NotFound());
        }
    }
}

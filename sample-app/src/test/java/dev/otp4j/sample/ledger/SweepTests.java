/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.process.Processes;
import dev.otp4j.test.DetectLeaks;
import dev.otp4j.test.OtpTesting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
@DetectLeaks
@ParameterizedClass
@EnumSource
class SweepTests {
    @Parameter Kind kind;

    @TempDir Path folder;

    private final Subscription subscription =
            Subscription.of(URI.create("http://localhost/"), Secret.generate());
    private LedgerFixture fixture;
    private LedgerClient client;

    @BeforeEach
    void open() {
        fixture = new LedgerFixture(kind.url(folder));
        client = fixture.client(Duration.ofSeconds(5));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String event(String key) {
        return ((Stored.As) client.store(NewEvent.of("{}".getBytes(), key))).eventId();
    }

    private void settle(DeliveryState state) {
        Due due = fixture.next(subscription);
        assertThat(client.note(List.of(LedgerFixture.attempt(due, state, 200)))).isTrue();
    }

    private static Instant now() {
        return Instant.now().plusSeconds(1);
    }

    private long count(String table) {
        return fixture.jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
    }

    @Test
    void whatHasADeliveryToComeIsKeptHoweverOldItIs() {
        client.subscribe(subscription);
        event("delivered");
        event("failed");
        String pending = event("pending");
        String next = event("next");
        settle(DeliveryState.DELIVERED);
        settle(DeliveryState.FAILED);

        assertThat(client.sweep(now())).isEqualTo(new Swept(2, false));

        assertThat(fixture.events()).isEqualTo(2);
        assertThat(count("delivery")).isZero();
        assertThat(fixture.next(subscription).eventId()).isEqualTo(pending);
        assertThat(fixture.deliveries.event(next)).isPresent();
    }

    @Test
    void attemptsGoWithTheirEventAndWhatIsReplayedIsKept() {
        client.subscribe(subscription);
        String event = event("failed");
        settle(DeliveryState.PENDING);
        settle(DeliveryState.FAILED);
        var request = ReplayRequest.ofEvent(subscription.id(), event);
        assertThat(client.replay(request)).isEqualTo(ReplayResult.STARTED);
        assertThat(count("attempt")).isEqualTo(2);
        assertThat(client.sweep(now()).events()).isZero();

        Due again =
                fixture.reader.claim(subscription.id()).orElseThrow().replays().due().getFirst();
        client.note(List.of(LedgerFixture.attempt(again, DeliveryState.DELIVERED, 204)));
        assertThat(count("attempt")).isEqualTo(3);
        assertThat(count("replay")).isZero();

        assertThat(client.sweep(now())).isEqualTo(new Swept(1, false));
        assertThat(count("attempt")).isZero();
        assertThat(count("failed")).isZero();
        assertThat(count("delivery")).isZero();
    }

    @Test
    void theReplaysOfADeletedSubscriptionHoldNothing() {
        client.subscribe(subscription);
        String event = event("failed");
        settle(DeliveryState.FAILED);
        client.replay(ReplayRequest.ofEvent(subscription.id(), event));
        client.unsubscribe(subscription.id());

        assertThat(client.sweep(now())).isEqualTo(new Swept(1, false));

        assertThat(count("replay")).isZero();
        assertThat(count("subscription")).isZero();
    }

    @Test
    void whatIsYoungerIsKept() {
        event("one");
        Instant between = Instant.now();
        await().until(() -> Instant.now().isAfter(between));
        String two = event("two");

        assertThat(client.sweep(between)).isEqualTo(new Swept(1, false));

        assertThat(fixture.deliveries.event(two)).isPresent();
        assertThat(fixture.events()).isEqualTo(1);
    }

    /** As if the clock had been a day ahead when these events were accepted. */
    private void dateAhead(long first, long last) {
        fixture.jdbc
                .sql("UPDATE event SET received_at = ? WHERE position BETWEEN ? AND ?")
                .params(
                        Instant.now().plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC),
                        first,
                        last)
                .update();
    }

    @Test
    void anEventFromTheFutureGoesWithTheNextOneThatIsOld() {
        event("one");
        event("two");
        dateAhead(1, 2);
        assertThat(client.sweep(now())).isEqualTo(new Swept(0, false));

        event("three");
        Instant between = Instant.now();
        await().until(() -> Instant.now().isAfter(between));
        event("four");
        dateAhead(4, 4);
        event("five");

        assertThat(client.sweep(between)).isEqualTo(new Swept(3, false));
        assertThat(client.sweep(between)).isEqualTo(new Swept(0, false));
        assertThat(client.sweep(now())).isEqualTo(new Swept(2, false));
    }

    @Test
    void howeverManyEventsAreFromTheFutureTheyGo() {
        int number = 3 * SweepStep.EVENTS;
        for (int n = 0; n <= number; n++) event("key-" + n);
        dateAhead(1, number);

        for (int left = number + 1; left > 0; left -= SweepStep.EVENTS) {
            Swept swept = client.sweep(now());
            assertThat(swept.events()).isEqualTo(Math.min(left, SweepStep.EVENTS));
        }
        assertThat(fixture.events()).isZero();
    }

    @Test
    void positionsGoOnAndAnOldKeyIsFree() {
        client.subscribe(subscription);
        String first = event("key");
        assertThat(event("key")).isEqualTo(first);
        settle(DeliveryState.DELIVERED);
        client.sweep(now());

        assertThat(event("key")).isNotEqualTo(first);

        assertThat(fixture.next(subscription).position()).isEqualTo(2);
    }

    @Test
    void aDeletedSubscriptionGoesWithItsLastEventAndADisabledOneStays() {
        Subscription disabled = Subscription.of(URI.create("http://localhost/"), Secret.generate());
        client.subscribe(subscription);
        client.subscribe(disabled);
        assertThat(client.change(disabled.id(), SubscriptionChange.enabled(false))).isTrue();
        event("one");
        client.unsubscribe(subscription.id());
        assertThat(client.sweep(now()).events()).isZero();
        assertThat(count("subscription")).isEqualTo(2);
        client.unsubscribe(disabled.id());

        assertThat(client.sweep(now())).isEqualTo(new Swept(1, false));

        assertThat(count("subscription")).isZero();
        assertThat(count("delivery")).isZero();
    }

    @Test
    void theSweeperGoesOnUntilNothingIsLeftAndAfterItIsStartedAgain() {
        var properties =
                new LedgerProperties(
                        Duration.ofSeconds(5),
                        Duration.ZERO,
                        Duration.ofMillis(20),
                        Duration.ofSeconds(2));
        for (int n = 0; n <= 2 * SweepStep.EVENTS; n++) event("key-" + n);

        var sweeper = Actor.of(() -> new Sweeper(client, properties, Clock.systemUTC()));
        var first = sweeper.runtime(fixture.system.runtime()).start();
        await().until(() -> fixture.events() == 0);
        Processes.kill(first.pid());

        event("one more");
        assertThat(fixture.events()).isEqualTo(1);
        sweeper.runtime(fixture.system.runtime()).start();
        await().until(() -> fixture.events() == 0);
    }

    @Test
    void aSweepFollowsACrashOfTheLedger() {
        event("one");
        OtpTesting.crash(fixture.system, "/ledger", new IllegalStateException("disk full"));

        assertThat(client.sweep(now())).isEqualTo(new Swept(1, false));

        assertThat(fixture.system)
                .actor("/ledger")
                .isRunning()
                .hasRestarts(1)
                .hasCrashedWith(IllegalStateException.class);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one request does to the database does not grow with the backlog. */
@Timeout(120)
class BoundedStepsTests {
    private static final int BACKLOG = 100_000;

    private static final EventTypes RARE = EventTypes.of(List.of("rare"));

    @TempDir Path folder;

    private final Subscription subscription =
            Subscription.of(URI.create("http://localhost/"), Secret.generate());

    /** Adds events, a thousand in a transaction. */
    private static void addEvents(LedgerFixture fixture, int number) {
        for (int done = 0; done < number; done += 1_000) {
            fixture.database.locking(
                    Database.Lock.HEAD,
                    head -> {
                        var events = new ArrayList<NewEvent>();
                        for (int n = 0; n < 1_000; n++) {
                            events.add(NewEvent.of("{}".getBytes(), null));
                        }
                        var table = new EventTable(fixture.database.jdbc());
                        var batch = new EventBatch(head, Clock.systemUTC(), table, events);
                        events.forEach(batch::store);
                        return batch.write();
                    });
        }
    }

    @Test
    void aSubscriptionWithALargeBacklogIsDeletedAtOnce() {
        try (var fixture = new LedgerFixture(Kind.H2.url(folder))) {
            LedgerClient client = fixture.client(Duration.ofSeconds(5));
            client.subscribe(subscription);
            client.change(subscription.id(), SubscriptionChange.enabled(false));
            addEvents(fixture, BACKLOG);
            String event = ((Stored.As) client.store(NewEvent.of("{}".getBytes(), null))).eventId();
            EventStatus before = fixture.deliveries.event(event).orElseThrow();
            assertThat(before.deliveries()).hasSize(1);
            assertThat(before.deliveries().getFirst().state()).isEqualTo(DeliveryState.PENDING);

            long start = System.nanoTime();
            client.unsubscribe(subscription.id());
            client.store(NewEvent.of("{}".getBytes(), null));
            long nanos = System.nanoTime() - start;

            EventStatus after = fixture.deliveries.event(event).orElseThrow();
            assertThat(after.deliveries().getFirst().state()).isEqualTo(DeliveryState.FAILED);
            assertThat(after.deliveries().getFirst().lastError())
                    .isEqualTo("the subscription was deleted");
            // 12 s when each pending delivery had a row to be changed
            assertThat(Duration.ofNanos(nanos)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void aLongStretchThatIsNotWantedIsPassedOverInSteps() {
        try (var fixture = new LedgerFixture(Kind.H2.url(folder))) {
            LedgerClient client = fixture.client(Duration.ofSeconds(5));
            var rare = Subscription.of(subscription.url(), subscription.secret(), RARE, false);
            client.subscribe(rare);
            addEvents(fixture, BACKLOG);
            String wanted =
                    ((Stored.As) client.store(NewEvent.of("{}".getBytes(), null, "rare")))
                            .eventId();

            long start = System.nanoTime();
            Claim claim = fixture.reader.claim(rare.id()).orElseThrow();
            for (; claim.pending().due().isEmpty(); claim = fixture.reader.claim(rare.id()).get()) {
                long from = claim.progress().position();
                long until = claim.pending().until();
                assertThat(until - from).isEqualTo(LedgerReader.LOOKED_AT);
                assertThat(client.note(List.of(Passed.inOrder(rare, from, until)))).isTrue();
            }

            assertThat(claim.pending().due()).extracting(Due::eventId).containsExactly(wanted);
            assertThat(rows(fixture)).as("rows of deliveries").isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void aReplayOfManyFailedDeliveriesIsStartedAtOnceAndClaimedInSteps() {
        try (var fixture = new LedgerFixture(Kind.H2.url(folder))) {
            LedgerClient client = fixture.client(Duration.ofSeconds(5));
            client.subscribe(subscription);
            addEvents(fixture, BACKLOG);
            fail(fixture, subscription);

            long start = System.nanoTime();
            ReplayRequest request = ReplayRequest.ofFailed(subscription.id(), Instant.EPOCH);
            assertThat(client.replay(request)).isEqualTo(ReplayResult.STARTED);
            client.store(NewEvent.of("{}".getBytes(), null));
            Claim claim = fixture.reader.claim(subscription.id()).orElseThrow();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(2));

            assertThat(claim.replays().due()).hasSize(ReplayReader.DELIVERIES);
            DeliveryPage page =
                    fixture.deliveries
                            .deliveries(subscription.id(), DeliveryState.DELIVERED, null, 10)
                            .orElseThrow();
            assertThat(page.entries()).isEmpty();
            assertThat(page.next()).as("where to look further").isNotNull();
        }
    }

    /** All events have failed for a subscription: written a thousand in a transaction. */
    private static void fail(LedgerFixture fixture, Subscription subscription) {
        for (int from = 0; from < BACKLOG; from += 1_000) {
            fixture.jdbc
                    .sql(
                            """
                            INSERT INTO delivery (position, subscription_id, state, attempts)
                            SELECT position, ?, 'failed', 8 FROM event WHERE position > ? AND position <= ?
                            """)
                    .params(subscription.id(), from, from + 1_000)
                    .update();
            fixture.jdbc
                    .sql(
                            """
                            INSERT INTO failed (subscription_id, position)
                            SELECT ?, position FROM event WHERE position > ? AND position <= ?
                            """)
                    .params(subscription.id(), from, from + 1_000)
                    .update();
        }
        fixture.jdbc.sql("UPDATE progress SET position = ?").param(BACKLOG).update();
    }

    @Test
    void aStepOfTheSweepRemovesALimitedNumberOfRowsHoweverManySubscriptionsThereAre() {
        try (var fixture = new LedgerFixture(Kind.H2.url(folder))) {
            LedgerClient client = fixture.client(Duration.ofSeconds(5));
            int subscriptions = SweepStep.ROWS * 3 / 2;
            addSettled(fixture, client, subscriptions);
            assertThat(rows(fixture)).isEqualTo(3L * subscriptions);

            int removedEvents = 0;
            for (int steps = 1; rows(fixture) > 0; steps++) {
                long before = rows(fixture);
                Swept swept = client.sweep(Instant.now().plusSeconds(1));
                removedEvents += swept.events();
                assertThat(before - rows(fixture)).isBetween(1L, (long) SweepStep.ROWS);
                assertThat(steps).isLessThan(10);
            }
            while (client.sweep(Instant.now().plusSeconds(1)) instanceof Swept swept) {
                removedEvents += swept.events();
                if (!swept.more()) break;
            }
            assertThat(removedEvents).isEqualTo(3);
            assertThat(fixture.events()).isZero();
        }
    }

    /** Three events, settled for many subscriptions that are gone since. */
    private void addSettled(LedgerFixture fixture, LedgerClient client, int subscriptions) {
        for (int n = 0; n < 3; n++) client.store(NewEvent.of("{}".getBytes(), null));
        var rows = new ArrayList<Object[]>();
        for (long position = 1; position <= 3; position++) {
            for (int n = 0; n < subscriptions; n++) rows.add(new Object[] {position, "sub_" + n});
        }
        fixture.database.locking(
                Database.Lock.RESULTS,
                row ->
                        fixture.database
                                .jdbc()
                                .batchUpdate(
                                        """
                                        INSERT INTO delivery (position, subscription_id, state, attempts)
                                        VALUES (?, ?, 'delivered', 1)
                                        """,
                                        rows));
    }

    private static long rows(LedgerFixture fixture) {
        return fixture.jdbc.sql("SELECT COUNT(*) FROM delivery").query(Long.class).single();
    }

    @Test
    void resultsOfAThousandSubscriptionsAreStoredTogether() {
        try (var fixture = new LedgerFixture(Kind.H2.url(folder))) {
            LedgerClient client = fixture.client(Duration.ofSeconds(5));
            var all = new ArrayList<Subscription>();
            for (int n = 0; n < 1_000; n++) {
                all.add(Subscription.of(URI.create("http://localhost/" + n), Secret.generate()));
            }
            fixture.store.make(
                    all.stream()
                            .<LedgerMessage>map(
                                    each ->
                                            new LedgerMessage.Subscribe(
                                                    each, new Ticket(), fixture.ignored()))
                            .toList(),
                    new HashSet<>());
            client.store(NewEvent.of("{}".getBytes(), null));
            var notes = new ArrayList<ResultMessage.Note>();
            for (Subscription each : all) {
                var attempt =
                        LedgerFixture.attempt(fixture.next(each), DeliveryState.DELIVERED, 204);
                notes.add(
                        new ResultMessage.Note(each.id(), 1, List.of(attempt), fixture.ignored()));
            }

            assertThat(fixture.results.note(notes)).hasSize(1_000);

            assertThat(rows(fixture)).isEqualTo(1_000);
            assertThat(fixture.results.note(notes).values())
                    .as("a repeated request changes nothing")
                    .allMatch(progress -> progress.position() == 1);
            assertThat(rows(fixture)).isEqualTo(1_000);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What there is to see at once, on both databases, and what reading it costs. */
@Timeout(120)
class GlanceTests {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** More than is counted. */
    private static final int MANY = GlanceReader.COUNTED + 2_000;

    @TempDir Path folder;

    private static LedgerFixture start(Kind kind, Path folder) {
        return new LedgerFixture(kind.url(folder));
    }

    private static Glance glance(LedgerFixture fixture) {
        return new GlanceReader(fixture.database, fixture.reader).glance();
    }

    private static Subscription subscribe(LedgerFixture fixture, String path) {
        var made = Subscription.of(URI.create("http://localhost/" + path), Secret.generate());
        fixture.client(PATIENCE).subscribe(made);
        return made;
    }

    private static String store(LedgerFixture fixture, String type) {
        NewEvent event = NewEvent.of("{}".getBytes(), null, type);
        return ((Stored.As) fixture.client(PATIENCE).store(event)).eventId();
    }

    /** Ends the next attempt of a subscription. */
    private static void attempt(LedgerFixture fixture, Subscription to, DeliveryState state) {
        int status = state == DeliveryState.DELIVERED ? 204 : 500;
        Attempt attempt = LedgerFixture.attempt(fixture.next(to), state, status);
        assertThat(fixture.client(PATIENCE).note(List.of(attempt))).isTrue();
    }

    /** Adds events up to a position; all are settled for a subscription. */
    private static void settle(
            LedgerFixture fixture, Kind kind, Subscription to, DeliveryState state, int until) {
        long head = fixture.events();
        if (head == 0) {
            store(fixture, "a.first");
            attempt(fixture, to, state);
            head = 1;
        }
        String positions = kind.numbers(head + 1, until);
        JdbcTemplate jdbc = fixture.database.jdbc();
        jdbc.update(
                """
                INSERT INTO event (position, id, body, body_digest, received_at, event_type)
                SELECT n.n, 'evt_' || n.n, e.body, e.body_digest, e.received_at, 'a.type'
                FROM %s CROSS JOIN event e WHERE e.position = 1
                """
                        .formatted(positions));
        jdbc.update(
                """
                INSERT INTO delivery (position, subscription_id, state, attempts, attempted_at)
                SELECT n.n, s.id, ?, 1, s.created_at FROM %s CROSS JOIN subscription s WHERE s.id = ?
                """
                        .formatted(positions),
                state.text(),
                to.id());
        if (state == DeliveryState.FAILED) {
            jdbc.update(
                    "INSERT INTO failed (position, subscription_id) SELECT n.n, s.id FROM %s"
                                    .formatted(positions)
                            + " CROSS JOIN subscription s WHERE s.id = ?",
                    to.id());
        }
        jdbc.update("UPDATE ledger_head SET position = ? WHERE id = 1", until);
        jdbc.update("UPDATE progress SET position = ?", until);
        jdbc.execute("ANALYZE");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void showsHowEachSubscriptionStands(Kind kind) {
        try (var fixture = start(kind, folder)) {
            Subscription one = subscribe(fixture, "one");
            Subscription two = subscribe(fixture, "two");
            List<String> events = new ArrayList<>();
            for (int n = 0; n < 4; n++) events.add(store(fixture, "order." + n));
            attempt(fixture, one, DeliveryState.DELIVERED);
            attempt(fixture, one, DeliveryState.FAILED);
            attempt(fixture, one, DeliveryState.PENDING);

            Glance glance = glance(fixture);

            assertThat(glance.more()).isZero();
            Glance.Standing first = glance.subscriptions().getFirst();
            assertThat(first.subscription().id()).isEqualTo(one.id());
            assertThat(first.pending()).isEqualTo(2);
            assertThat(first.delivered()).isEqualTo(1);
            assertThat(first.failed()).isEqualTo(1);
            assertThat(first.progress().attempts()).isEqualTo(1);
            assertThat(first.progress().lastError()).isEqualTo("status 500");
            assertThat(first.oldestPendingAt()).isNotNull();
            Glance.Standing second = glance.subscriptions().getLast();
            assertThat(second.subscription().id()).isEqualTo(two.id());
            assertThat(second.pending()).isEqualTo(4);
            assertThat(second.delivered() + second.failed()).isZero();
            assertThat(states(glance, one))
                    .containsExactly(
                            events.get(3) + " PENDING",
                            events.get(2) + " PENDING",
                            events.get(1) + " FAILED",
                            events.get(0) + " DELIVERED");
            assertThat(states(glance, two)).hasSize(4).allMatch(each -> each.endsWith("PENDING"));
        }
    }

    private static List<String> states(Glance glance, Subscription of) {
        return glance.deliveries().stream()
                .map(Glance.Delivery::entry)
                .filter(each -> each.delivery().subscriptionId().equals(of.id()))
                .map(each -> each.eventId() + " " + each.delivery().state())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void countsTheLastDeliveriesAlone(Kind kind) {
        try (var fixture = start(kind, folder)) {
            Subscription to = subscribe(fixture, "one");
            settle(fixture, kind, to, DeliveryState.FAILED, 500);
            settle(fixture, kind, to, DeliveryState.DELIVERED, 400 + GlanceReader.COUNTED);

            Glance.Standing standing = glance(fixture).subscriptions().getFirst();

            assertThat(standing.delivered()).isEqualTo(GlanceReader.COUNTED - 100);
            assertThat(standing.failed()).isEqualTo(100);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void hasALimitedSize(Kind kind) {
        try (var fixture = start(kind, folder)) {
            var all = new ArrayList<Subscription>();
            for (int n = 0; n < GlanceReader.SUBSCRIPTIONS + 20; n++) {
                all.add(subscribe(fixture, "" + n));
            }
            settle(fixture, kind, all.getFirst(), DeliveryState.FAILED, 60);
            for (int n = 0; n < 40; n++) store(fixture, "order.created");
            for (Subscription each : all.subList(0, 30)) {
                attempt(fixture, each, DeliveryState.PENDING);
            }

            Glance glance = glance(fixture);

            assertThat(glance.subscriptions())
                    .extracting(each -> each.subscription().id())
                    .containsExactlyElementsOf(
                            all.subList(0, GlanceReader.SUBSCRIPTIONS).stream()
                                    .map(Subscription::id)
                                    .toList());
            assertThat(glance.more()).isEqualTo(20);
            assertThat(glance.deliveries()).hasSize(100);
            assertThat(glance.deliveries())
                    .filteredOn(each -> each.entry().delivery().attempts() > 0)
                    .hasSize(20 + 20); // tried again, and failed
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aDeletedSubscriptionHidesNoFailureOfAnother(Kind kind) {
        try (var fixture = start(kind, folder)) {
            Subscription kept = subscribe(fixture, "kept");
            Subscription gone = subscribe(fixture, "gone");
            settle(fixture, kind, kept, DeliveryState.FAILED, 5);
            settle(fixture, kind, gone, DeliveryState.FAILED, 60);
            assertThat(states(glance(fixture), gone)).isNotEmpty();
            fixture.client(PATIENCE).unsubscribe(gone.id());

            assertThat(states(glance(fixture), kept))
                    .filteredOn(each -> each.endsWith("FAILED"))
                    .hasSize(5);
        }
    }

    /** As the databases explain each query. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsReadDoesNotGrowWithWhatIsStored(Kind kind) {
        try (var fixture = start(kind, folder)) {
            Subscription one = subscribe(fixture, "one");
            Subscription two = subscribe(fixture, "two");
            settle(fixture, kind, one, DeliveryState.FAILED, MANY);
            settle(fixture, kind, two, DeliveryState.DELIVERED, 2 * MANY);
            settle(fixture, kind, two, DeliveryState.FAILED, 3 * MANY);
            store(fixture, "order.created");
            attempt(fixture, one, DeliveryState.PENDING);
            var plans = new Plans(fixture.pool);
            var database = new Database(plans, fixture.transactions, new Writes());
            var reader = new LedgerReader(database, fixture.tail, Clock.systemUTC());

            new GlanceReader(database, reader).glance();

            assertThat(plans.plans()).hasSizeGreaterThan(5);
            for (Plans.Plan each : plans.plans()) {
                boolean counts = each.sql().contains("COUNT(*)");
                // H2 counts twice what a query within a query reads
                long most = 2 * (counts ? GlanceReader.COUNTED : 1_000) + 500;
                assertThat(each.read()).as("rows read by\n%s", each).isBetween(1L, most);
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Reads what a person wants to see at once, directly from the database. The work does not depend on
 * how many events and deliveries are kept.
 */
@Repository
public class GlanceReader {
    /** How many subscriptions are shown. */
    public static final int SUBSCRIPTIONS = 100;

    /** How many settled deliveries are counted, the last ones. */
    public static final int COUNTED = 10_000;

    private static final int EVENTS = 40;
    private static final int DELIVERIES = 100;
    private static final int FAILED = 20;

    private static final String LAST =
            "(SELECT * FROM delivery ORDER BY position DESC, subscription_id DESC"
                    + " FETCH FIRST %d ROWS ONLY)";

    private final Database database;
    private final JdbcTemplate jdbc;
    private final LedgerReader reader;

    GlanceReader(Database database, LedgerReader reader) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.reader = reader;
    }

    /** {@return what there is to see now} */
    public Glance glance() {
        return database.reading(this::read);
    }

    private Glance read() {
        long head = head();
        List<SubscriptionStatus> all = reader.subscriptions();
        List<SubscriptionStatus> shown = all.subList(0, Math.min(all.size(), SUBSCRIPTIONS));
        List<Glance.Standing> standings = standings(shown, head);
        return new Glance(standings, all.size() - shown.size(), deliveries(standings, head));
    }

    private long head() {
        return jdbc.queryForList("SELECT position FROM ledger_head WHERE id = 1", Long.class)
                .getFirst();
    }

    private List<Glance.Standing> standings(List<SubscriptionStatus> shown, long head) {
        if (shown.isEmpty()) return List.of();
        Map<String, Next> next = next(shown.stream().map(SubscriptionStatus::id).toList());
        Map<Settled, Long> counts = counts();
        return shown.stream()
                .filter(each -> next.containsKey(each.id()))
                .map(each -> standing(each, next.get(each.id()), counts, head))
                .toList();
    }

    private static Glance.Standing standing(
            SubscriptionStatus shown, Next next, Map<Settled, Long> counts, long head) {
        return new Glance.Standing(
                shown,
                Math.max(0, head - next.progress().position()),
                counts.getOrDefault(new Settled(shown.id(), DeliveryState.DELIVERED), 0L),
                counts.getOrDefault(new Settled(shown.id(), DeliveryState.FAILED), 0L),
                next.progress(),
                next.receivedAt());
    }

    /** A subscription and what became of a delivery to it. */
    private record Settled(String subscriptionId, DeliveryState state) {}

    /**
     * @param receivedAt when the next event was accepted, or null if there is none yet
     */
    private record Next(Progress progress, @Nullable Instant receivedAt) {}

    private Map<String, Next> next(List<String> ids) {
        var found = new HashMap<String, Next>();
        jdbc.query(
                "SELECT "
                        + LedgerReader.PROGRESS
                        + ", e.received_at FROM progress p"
                        + " LEFT JOIN event e ON e.position = p.position + 1"
                        + " WHERE p.subscription_id IN "
                        + Padded.marks(ids),
                row -> {
                    Progress each = LedgerReader.progress(row);
                    found.put(each.subscriptionId(), new Next(each, time(row, "received_at")));
                },
                Padded.values(ids));
        return found;
    }

    private Map<Settled, Long> counts() {
        var found = new HashMap<Settled, Long>();
        jdbc.query(
                "SELECT d.subscription_id, d.state, COUNT(*) AS number FROM "
                        + LAST.formatted(COUNTED)
                        + " d GROUP BY d.subscription_id, d.state",
                row -> {
                    var each =
                            new Settled(
                                    row.getString("subscription_id"),
                                    DeliveryState.of(row.getString("state")));
                    found.put(each, row.getLong("number"));
                });
        return found;
    }

    private List<Glance.Delivery> deliveries(List<Glance.Standing> standings, long head) {
        var found = new ArrayList<>(settled(standings, head));
        found.addAll(pending(standings, head));
        return found.stream()
                .sorted(Comparator.comparingLong(Placed::position).reversed())
                .map(Placed::delivery)
                .toList();
    }

    private record Placed(long position, Glance.Delivery delivery) {}

    /** Those of the last events, and the last ones that failed. */
    private List<Placed> settled(List<Glance.Standing> standings, long head) {
        Set<String> shown = new HashSet<>();
        standings.forEach(standing -> shown.add(standing.subscription().id()));
        return jdbc
                .query(
                        """
                        SELECT d.*, e.id AS event, e.received_at FROM %s d JOIN event e ON e.position = d.position
                        WHERE d.position > ?
                        UNION
                        SELECT d.*, e.id AS event, e.received_at FROM (
                            SELECT * FROM %s l WHERE l.state = 'failed' ORDER BY position DESC FETCH FIRST %d ROWS ONLY
                        ) d JOIN event e ON e.position = d.position
                        """
                                .formatted(
                                        LAST.formatted(DELIVERIES),
                                        LAST.formatted(COUNTED),
                                        FAILED),
                        (row, n) -> settled(row),
                        head - EVENTS)
                .stream()
                .filter(each -> shown.contains(each.delivery().subscriptionId()))
                .toList();
    }

    private static Placed settled(ResultSet row) throws SQLException {
        return new Placed(
                row.getLong("position"),
                new Glance.Delivery(
                        row.getString("event"),
                        row.getString("subscription_id"),
                        DeliveryState.of(row.getString("state")),
                        row.getInt("attempts"),
                        Objects.requireNonNull(time(row, "received_at")),
                        null,
                        row.getObject("last_status", Integer.class),
                        row.getString("last_error")));
    }

    private record Event(long position, String id, Instant receivedAt) {}

    private List<Placed> pending(List<Glance.Standing> standings, long head) {
        var found = new ArrayList<Placed>();
        for (Event event : events(firsts(standings), head)) {
            for (Glance.Standing each : standings) {
                if (event.position() > each.progress().position()) found.add(pending(event, each));
            }
        }
        return found.stream().limit(DELIVERIES).toList();
    }

    private static Placed pending(Event event, Glance.Standing standing) {
        Progress progress = standing.progress();
        boolean next = progress.position() + 1 == event.position();
        return new Placed(
                event.position(),
                new Glance.Delivery(
                        event.id(),
                        standing.subscription().id(),
                        DeliveryState.PENDING,
                        next ? progress.attempts() : 0,
                        event.receivedAt(),
                        next ? progress.nextAt() : null,
                        next ? progress.lastStatus() : null,
                        next ? progress.lastError() : null));
    }

    /** The positions of the deliveries that have failed and are tried again. */
    private static List<Long> firsts(List<Glance.Standing> standings) {
        return standings.stream()
                .map(Glance.Standing::progress)
                .filter(progress -> progress.attempts() > 0)
                .map(progress -> progress.position() + 1)
                .distinct()
                .limit(DELIVERIES)
                .toList();
    }

    /** Those that are tried again first, then the last ones. */
    private List<Event> events(List<Long> firsts, long head) {
        var found = new ArrayList<Event>();
        if (!firsts.isEmpty()) {
            found.addAll(
                    jdbc.query(
                            "SELECT position, id, received_at FROM event WHERE position IN "
                                    + Padded.marks(firsts),
                            (row, n) -> event(row),
                            Padded.values(firsts)));
        }
        found.addAll(
                jdbc.query(
                        """
                        SELECT position, id, received_at FROM event
                        WHERE position > ? AND position <= ? ORDER BY position DESC
                        """,
                        (row, n) -> event(row),
                        head - EVENTS,
                        head));
        return found.stream().distinct().toList();
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                row.getLong("position"),
                row.getString("id"),
                Objects.requireNonNull(time(row, "received_at")));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

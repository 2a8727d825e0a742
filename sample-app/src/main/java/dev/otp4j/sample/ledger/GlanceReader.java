/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final int EVENTS = 25;
    private static final int DELIVERIES = 100;
    private static final int FAILED = 20;

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
                    found.put(each.subscriptionId(), new Next(each, LedgerReader.instantOrNull(row, "received_at")));
                },
                Padded.values(ids));
        return found;
    }

    private Map<Settled, Long> counts() {
        var found = new HashMap<Settled, Long>();
        jdbc.query(
                """
                SELECT d.subscription_id, d.state, COUNT(*) AS number FROM (
                    SELECT subscription_id, state FROM delivery
                    ORDER BY position DESC, subscription_id DESC FETCH FIRST %d ROWS ONLY
                ) d GROUP BY d.subscription_id, d.state
                """
                        .formatted(COUNTED),
                row -> {
                    var each =
                            new Settled(
                                    row.getString("subscription_id"),
                                    DeliveryState.of(row.getString("state")));
                    found.put(each, row.getLong("number"));
                });
        return found;
    }

    /** Each once, in the order of their events. */
    private List<Glance.Delivery> deliveries(List<Glance.Standing> standings, long head) {
        if (standings.isEmpty()) return List.of();
        List<String> ids = standings.stream().map(each -> each.subscription().id()).toList();
        var found = new LinkedHashMap<String, Glance.Delivery>();
        for (Glance.Delivery each : retried(ids)) found.putIfAbsent(each.key(), each);
        for (Glance.Delivery each : failed()) found.putIfAbsent(each.key(), each);
        for (Glance.Delivery each : last(ids, head)) {
            if (found.size() < DELIVERIES) found.putIfAbsent(each.key(), each);
        }
        return found.values().stream()
                .filter(each -> ids.contains(each.entry().delivery().subscriptionId()))
                .sorted(Comparator.comparingLong(Glance.Delivery::position).reversed())
                .toList();
    }

    private List<Glance.Delivery> last(List<String> ids, long head) {
        return query(
                "e.position > %d AND e.position <= %d AND s.id IN %s ORDER BY e.position DESC"
                        .formatted(head - EVENTS, head, Padded.marks(ids)),
                Padded.values(ids));
    }

    private List<Glance.Delivery> retried(List<String> ids) {
        return query(
                "e.position = p.position + 1 AND p.attempts > 0 AND s.id IN " + Padded.marks(ids),
                Padded.values(ids));
    }

    private List<Glance.Delivery> failed() {
        var keys = new HashSet<String>();
        var positions = new ArrayList<Long>();
        jdbc.query(
                """
                SELECT position, subscription_id FROM failed
                ORDER BY position DESC, subscription_id DESC FETCH FIRST %d ROWS ONLY
                """
                        .formatted(FAILED),
                row -> {
                    positions.add(row.getLong("position"));
                    keys.add(row.getLong("position") + " " + row.getString("subscription_id"));
                });
        if (positions.isEmpty()) return List.of();
        return query(
                        "e.position IN " + Padded.marks(positions) + " ORDER BY e.position DESC",
                        Padded.values(positions))
                .stream()
                .filter(each -> keys.contains(each.key()))
                .toList();
    }

    private List<Glance.Delivery> query(String which, Object[] parameters) {
        return jdbc
                .query(
                        "SELECT %s FROM %s WHERE %s"
                                .formatted(DeliveryRow.COLUMNS, DeliveryRow.TABLES, which),
                        (row, n) -> DeliveryRow.of(row),
                        parameters)
                .stream()
                .filter(DeliveryRow::concerns)
                .map(row -> new Glance.Delivery(row.position(), entry(row)))
                .filter(each -> each.entry().delivery().state() != DeliveryState.SKIPPED)
                .toList();
    }

    private static DeliveryPage.Entry entry(DeliveryRow row) {
        return new DeliveryPage.Entry(
                row.eventId(), row.type(), row.receivedAt(), row.delivery());
    }
}

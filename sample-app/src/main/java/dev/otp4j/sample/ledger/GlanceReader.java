/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
    private static final int RETRIED = 20;
    private static final int FAILED = 20;

    /** Among how many, the last ones: others can be of subscriptions that are not shown. */
    private static final int FAILED_LOOKED_AT = 1_000;

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
                    found.put(
                            each.subscriptionId(),
                            new Next(each, LedgerReader.instantOrNull(row, "received_at")));
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
        for (Glance.Delivery each : retried(standings)) found.putIfAbsent(each.key(), each);
        for (Glance.Delivery each : failed(ids)) found.putIfAbsent(each.key(), each);
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

    /** Those that have failed and are tried again. */
    private List<Glance.Delivery> retried(List<Glance.Standing> standings) {
        return at(
                standings.stream()
                        .map(Glance.Standing::progress)
                        .filter(progress -> progress.attempts() > 0)
                        .limit(RETRIED)
                        .map(each -> new Place(each.position() + 1, each.subscriptionId()))
                        .toList());
    }

    /** A deleted subscription keeps its failed deliveries until they are swept. */
    private List<Glance.Delivery> failed(List<String> ids) {
        return at(
                jdbc.query(
                        """
                        SELECT f.position, f.subscription_id FROM (
                            SELECT position, subscription_id FROM failed
                            ORDER BY position DESC, subscription_id DESC FETCH FIRST %d ROWS ONLY
                        ) f WHERE f.subscription_id IN %s
                        ORDER BY f.position DESC, f.subscription_id DESC FETCH FIRST %d ROWS ONLY
                        """
                                .formatted(FAILED_LOOKED_AT, Padded.marks(ids), FAILED),
                        (row, n) ->
                                new Place(
                                        row.getLong("position"), row.getString("subscription_id")),
                        Padded.values(ids)));
    }

    /** An event for a subscription. */
    private record Place(long position, String subscriptionId) {}

    /**
     * Reads each event for each of the subscriptions, and leaves out what was not asked for. A
     * condition on both at once would have the database go through all events.
     */
    private List<Glance.Delivery> at(List<Place> places) {
        if (places.isEmpty()) return List.of();
        List<Long> positions = places.stream().map(Place::position).distinct().toList();
        List<String> ids = places.stream().map(Place::subscriptionId).distinct().toList();
        var parameters = new ArrayList<Object>(List.of(Padded.values(positions)));
        parameters.addAll(List.of(Padded.values(ids)));
        return query(
                        "e.position IN %s AND s.id IN %s"
                                .formatted(Padded.marks(positions), Padded.marks(ids)),
                        parameters.toArray())
                .stream()
                .filter(
                        each ->
                                places.contains(
                                        new Place(
                                                each.position(),
                                                each.entry().delivery().subscriptionId())))
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
        return new DeliveryPage.Entry(row.eventId(), row.type(), row.receivedAt(), row.delivery());
    }
}

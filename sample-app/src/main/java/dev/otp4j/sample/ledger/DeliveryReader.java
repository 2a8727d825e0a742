/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Reads what has become of events, directly from the database. What one call reads is limited.
 * Blocks while it reads; any thread may call it.
 */
@Repository
public class DeliveryReader {
    /** The most attempts that are returned at once. */
    static final int ATTEMPTS = 1_000;

    /** How many events one page looks at, at most. */
    static final int LOOKED_AT = 5_000;

    private static final int STEP = 500;

    private static final String SELECT =
            "SELECT " + DeliveryRow.COLUMNS + " FROM " + DeliveryRow.TABLES;

    private final Database database;
    private final JdbcTemplate jdbc;

    DeliveryReader(Database database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    /** {@return an event and the state of its deliveries; empty if there is no such event} */
    public Optional<EventStatus> event(String id) {
        return database.reading(() -> known(id).map(known -> known.with(deliveries(id))));
    }

    private record Known(String id, @Nullable String type, Instant receivedAt) {
        EventStatus with(List<EventStatus.Delivery> deliveries) {
            return new EventStatus(id, type, receivedAt, deliveries);
        }
    }

    private Optional<Known> known(String id) {
        return jdbc
                .query(
                        "SELECT event_type, received_at FROM event WHERE id = ?",
                        (row, n) ->
                                new Known(
                                        id,
                                        row.getString(1),
                                        LedgerReader.instant(row, "received_at")),
                        id)
                .stream()
                .findFirst();
    }

    private List<EventStatus.Delivery> deliveries(String id) {
        return jdbc
                .query(
                        SELECT + " WHERE e.id = ? ORDER BY s.created_at, s.id",
                        (row, n) -> DeliveryRow.of(row),
                        id)
                .stream()
                .filter(DeliveryRow::concerns)
                .map(DeliveryRow::delivery)
                .toList();
    }

    /**
     * {@return the last attempts to deliver an event, newest first, at most 1,000; empty if there
     * is no such event}
     *
     * @param subscriptionId only those for this subscription; null for all
     */
    public Optional<List<LoggedAttempt>> attempts(String id, @Nullable String subscriptionId) {
        return database.reading(
                () ->
                        jdbc
                                .queryForList(
                                        "SELECT position FROM event WHERE id = ?", Long.class, id)
                                .stream()
                                .findFirst()
                                .map(position -> attempts(position, subscriptionId)));
    }

    /** The row of a delivery has its last attempt, which has no row of its own if all went well. */
    private List<LoggedAttempt> attempts(long position, @Nullable String subscriptionId) {
        return jdbc.query(
                """
                SELECT subscription_id, number, attempted_at, duration_ms, status, error
                FROM attempt WHERE position = ? AND (CAST(? AS VARCHAR(40)) IS NULL OR subscription_id = ?)
                UNION ALL
                SELECT subscription_id, attempts, attempted_at, duration_ms, last_status, last_error
                FROM delivery d WHERE position = ? AND (CAST(? AS VARCHAR(40)) IS NULL OR subscription_id = ?)
                    AND attempted_at IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM attempt a WHERE a.position = d.position
                            AND a.subscription_id = d.subscription_id AND a.number = d.attempts)
                ORDER BY attempted_at DESC, subscription_id, number DESC FETCH FIRST %d ROWS ONLY
                """
                        .formatted(ATTEMPTS),
                (row, n) ->
                        new LoggedAttempt(
                                row.getString(1),
                                row.getInt(2),
                                LedgerReader.instant(row, "attempted_at"),
                                row.getInt(4),
                                row.getObject(5, Integer.class),
                                row.getString(6)),
                position,
                subscriptionId,
                subscriptionId,
                position,
                subscriptionId,
                subscriptionId);
    }

    /**
     * {@return deliveries of a subscription, newest event first; empty if there is no such
     * subscription}
     *
     * @param state only those in this state; null for all that are not skipped
     * @param before where the page begins, as {@link DeliveryPage#next} has it; null for the first
     * @param limit how many the page has at most
     */
    public Optional<DeliveryPage> deliveries(
            String subscriptionId,
            @Nullable DeliveryState state,
            @Nullable Long before,
            int limit) {
        return database.reading(
                () ->
                        first(subscriptionId)
                                .map(
                                        first ->
                                                new Walk(subscriptionId, state, limit, first)
                                                        .from(start(before))));
    }

    /** The position of the first event that a subscription can have. */
    private Optional<Long> first(String subscriptionId) {
        return jdbc
                .queryForList(
                        """
                        SELECT GREATEST(s.first_position + 1, COALESCE((SELECT MIN(position) FROM event), 1))
                        FROM subscription s WHERE s.id = ? AND s.deleted_at IS NULL
                        """,
                        Long.class,
                        subscriptionId)
                .stream()
                .findFirst();
    }

    private long start(@Nullable Long before) {
        return before == null ? end() : Math.min(before, end());
    }

    private long end() {
        return jdbc.queryForList("SELECT position + 1 FROM ledger_head WHERE id = 1", Long.class)
                .getFirst();
    }

    /** Goes back through the events, and collects a page. */
    private final class Walk {
        private final String subscriptionId;
        private final @Nullable DeliveryState state;
        private final int limit;
        private final long first;
        private final List<DeliveryPage.Entry> found = new ArrayList<>();

        Walk(String subscriptionId, @Nullable DeliveryState state, int limit, long first) {
            this.subscriptionId = subscriptionId;
            this.state = state;
            this.limit = limit;
            this.first = first;
        }

        DeliveryPage from(long before) {
            return state == DeliveryState.FAILED ? failed(before) : all(before);
        }

        private DeliveryPage all(long before) {
            long last = Math.max(first, before - LOOKED_AT);
            int step = limit;
            for (long end = before; end > last; end -= step, step = Math.min(STEP, 2 * step)) {
                long full = add(rows(Math.max(last, end - step), end));
                if (full > 0) return page(full);
            }
            return page(last);
        }

        private List<DeliveryRow> rows(long from, long end) {
            return jdbc.query(
                    SELECT
                            + " WHERE s.id = ? AND e.position >= ? AND e.position < ?"
                            + " ORDER BY e.position DESC",
                    (row, n) -> DeliveryRow.of(row),
                    subscriptionId,
                    from,
                    end);
        }

        /** Those that have failed have a table of their own, so nothing else is looked at. */
        private DeliveryPage failed(long before) {
            List<Long> positions =
                    jdbc.queryForList(
                            """
                            SELECT position FROM failed WHERE subscription_id = ? AND position < ?
                            ORDER BY subscription_id DESC, position DESC FETCH FIRST %d ROWS ONLY
                            """
                                    .formatted(limit),
                            Long.class,
                            subscriptionId,
                            before);
            if (positions.isEmpty()) return page(first);
            var parameters = new ArrayList<Object>(List.of(subscriptionId));
            parameters.addAll(List.of(Padded.values(positions)));
            add(
                    jdbc.query(
                            SELECT
                                    + " WHERE s.id = ? AND e.position IN "
                                    + Padded.marks(positions)
                                    + " ORDER BY e.position DESC",
                            (row, n) -> DeliveryRow.of(row),
                            parameters.toArray()));
            return page(positions.size() < limit ? first : positions.getLast());
        }

        /** {@return the position at which the page became full, or 0} */
        private long add(List<DeliveryRow> rows) {
            for (DeliveryRow row : rows) {
                EventStatus.Delivery delivery = row.delivery();
                if (!row.concerns() || !wanted(delivery.state())) continue;
                found.add(
                        new DeliveryPage.Entry(
                                row.eventId(), row.type(), row.receivedAt(), delivery));
                if (found.size() == limit) return row.position();
            }
            return 0;
        }

        private boolean wanted(DeliveryState each) {
            return state == null ? each != DeliveryState.SKIPPED : each == state;
        }

        private DeliveryPage page(long end) {
            return new DeliveryPage(found, end > first ? end : null);
        }
    }
}

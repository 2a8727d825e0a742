/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One step of the sweep: removes events that are old enough and settled for every subscription, and
 * their deliveries and attempts, from the oldest on. A step removes a limited number of rows,
 * however many subscriptions and events there are.
 */
final class SweepStep {
    /** How many events a step removes at most. */
    static final int EVENTS = 200;

    /** How many rows of each other table a step removes at most. */
    static final int ROWS = 2_000;

    private final JdbcTemplate jdbc;
    private final Clock clock;

    SweepStep(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    private record Event(long position, Instant receivedAt) {}

    private record Key(long position, String subscriptionId) {}

    Swept run(Instant olderThan, long head) {
        List<Event> old = oldest(settledByAll(head), olderThan);
        int removed = old.isEmpty() ? 0 : removeUntil(old);
        removeReplays();
        removeSubscriptions(olderThan, head);
        return new Swept(removed, !old.isEmpty() && (old.size() == EVENTS || removed < old.size()));
    }

    /** The position up to which no event is pending for any subscription, nor to be replayed. */
    private long settledByAll(long head) {
        Long first =
                jdbc.queryForObject(
                        """
                        SELECT MIN(place.position) FROM (
                            SELECT subscription_id, position FROM progress
                            UNION ALL SELECT subscription_id, position FROM replay
                        ) place
                        JOIN subscription s ON s.id = place.subscription_id WHERE s.deleted_at IS NULL
                        """,
                        Long.class);
        return first == null ? head : first;
    }

    /**
     * The first events, as far as they are known to be old. A clock that was ahead has given an
     * event a time in the future: it is as old as the events after it.
     */
    private List<Event> oldest(long settled, Instant olderThan) {
        List<Event> first = first(settled);
        Instant now = clock.instant();
        int old = 0;
        for (int n = 0; n < first.size(); n++) {
            Instant receivedAt = first.get(n).receivedAt();
            if (receivedAt.isBefore(olderThan)) old = n + 1;
            else if (!receivedAt.isAfter(now)) return first.subList(0, old);
        }
        boolean all = old == first.size() || isOldAfter(first.getLast(), settled, olderThan);
        return all ? first : first.subList(0, old);
    }

    private List<Event> first(long settled) {
        return jdbc.query(
                """
                SELECT position, received_at FROM event WHERE position <= ?
                ORDER BY position FETCH FIRST %d ROWS ONLY
                """
                        .formatted(EVENTS),
                (row, n) -> event(row),
                settled);
    }

    /** Looks at few of the events after one, further and further away, and at the last one. */
    private boolean isOldAfter(Event event, long settled, Instant olderThan) {
        long at = event.position();
        for (long step = 1; at < settled; step *= 2) {
            at = Math.min(event.position() + step, settled);
            if (isOld(at, olderThan)) return true;
        }
        return false;
    }

    private boolean isOld(long position, Instant olderThan) {
        return jdbc
                .query(
                        "SELECT position, received_at FROM event WHERE position = ?",
                        (row, n) -> event(row),
                        position)
                .stream()
                .anyMatch(each -> each.receivedAt().isBefore(olderThan));
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant());
    }

    /** Removes deliveries first, and the events whose deliveries are all removed. */
    private int removeUntil(List<Event> old) {
        long until = old.getLast().position();
        for (String table : List.of("attempt", "failed", "delivery")) until = trim(table, until);
        return jdbc.update("DELETE FROM event WHERE position <= ?", until);
    }

    /** Removes rows of a table. {@return the position up to which none is left} */
    private long trim(String table, long until) {
        List<Key> last =
                jdbc.query(
                        """
                        SELECT position, subscription_id FROM %s WHERE position <= ?
                        ORDER BY position, subscription_id OFFSET %d ROWS FETCH FIRST 1 ROWS ONLY
                        """
                                .formatted(table, ROWS - 1),
                        (row, n) -> new Key(row.getLong(1), row.getString(2)),
                        until);
        long rest = until;
        if (!last.isEmpty()) {
            Key key = last.getFirst();
            jdbc.update(
                    "DELETE FROM " + table + " WHERE position = ? AND subscription_id <= ?",
                    key.position(),
                    key.subscriptionId());
            rest = key.position() - 1;
        }
        jdbc.update("DELETE FROM " + table + " WHERE position <= ?", rest);
        return rest;
    }

    /** Removes what was to be replayed for subscriptions that are deleted since. */
    private void removeReplays() {
        List<String> ids =
                jdbc.queryForList(
                        """
                        SELECT r.id FROM replay r JOIN subscription s ON s.id = r.subscription_id
                        WHERE s.deleted_at IS NOT NULL FETCH FIRST %d ROWS ONLY
                        """
                                .formatted(ROWS),
                        String.class);
        jdbc.batchUpdate(
                "DELETE FROM replay WHERE id = ?",
                ids.stream().map(id -> new Object[] {id}).toList());
    }

    /** Removes deleted subscriptions that were to get none of the events that are left. */
    private void removeSubscriptions(Instant olderThan, long head) {
        Long first = jdbc.queryForObject("SELECT MIN(position) FROM event", Long.class);
        List<String> ids =
                jdbc.queryForList(
                        """
                        SELECT s.id FROM subscription s WHERE s.deleted_at < ? AND s.last_position < ?
                            AND NOT EXISTS (SELECT 1 FROM replay r WHERE r.subscription_id = s.id)
                        FETCH FIRST %d ROWS ONLY
                        """
                                .formatted(ROWS),
                        String.class,
                        olderThan.atOffset(ZoneOffset.UTC),
                        first == null ? head + 1 : first);
        List<Object[]> rows = ids.stream().map(id -> new Object[] {id}).toList();
        jdbc.batchUpdate("DELETE FROM progress WHERE subscription_id = ?", rows);
        jdbc.batchUpdate("DELETE FROM subscription WHERE id = ?", rows);
    }
}

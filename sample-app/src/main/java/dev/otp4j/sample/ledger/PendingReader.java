/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads the next pending deliveries of one subscription from the database. What it reads at once is
 * limited, however many events are not for the subscription.
 */
final class PendingReader {
    /** How many events are read for one courier at once; their bodies are in memory meanwhile. */
    static final int EVENTS = 16;

    private static final String EVENT =
            "position, id, body, received_at, event_type, target FROM event";

    private final JdbcTemplate jdbc;
    private final Clock clock;

    PendingReader(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A delivery that has failed is read alone, because it will often fail again. */
    Pending after(Subscription subscription, Progress progress) {
        int most = progress.attempts() > 0 ? 1 : EVENTS;
        List<StoredEvent> next =
                jdbc.query(
                        "SELECT "
                                + EVENT
                                + " WHERE position > ? ORDER BY position FETCH FIRST "
                                + most
                                + " ROWS ONLY",
                        (row, n) -> event(row),
                        progress.position());
        boolean some = next.stream().anyMatch(event -> event.isFor(subscription));
        if (some || next.size() < most) return pending(subscription, progress, next);
        return lookFurther(subscription, progress);
    }

    private static Pending pending(
            Subscription subscription, Progress progress, List<StoredEvent> next) {
        long until = next.isEmpty() ? progress.position() : next.getLast().position();
        List<StoredEvent> wanted =
                next.stream().filter(event -> event.isFor(subscription)).toList();
        return new Pending(due(subscription, progress, wanted), until);
    }

    /**
     * The attempts so far are those of the event at the next position, also if it is passed over.
     */
    private static List<Due> due(
            Subscription subscription, Progress progress, List<StoredEvent> events) {
        var due = new ArrayList<Due>();
        long after = progress.position();
        for (StoredEvent each : events) {
            boolean next = each.position() == progress.position() + 1;
            int attempts = next ? progress.attempts() : 0;
            due.add(Due.of(subscription, each, attempts, Turn.inOrder(after)));
            after = each.position();
        }
        return due;
    }

    /** Without the bodies, and then the bodies of those that are for the subscription. */
    private Pending lookFurther(Subscription subscription, Progress progress) {
        List<StoredEvent> known =
                jdbc.query(
                        """
                        SELECT position, id, event_type, target FROM event
                        WHERE position > ? ORDER BY position FETCH FIRST %d ROWS ONLY
                        """
                                .formatted(LedgerReader.LOOKED_AT),
                        (row, n) -> known(row),
                        progress.position());
        List<Long> wanted =
                known.stream()
                        .filter(event -> event.isFor(subscription))
                        .map(StoredEvent::position)
                        .limit(EVENTS)
                        .toList();
        List<Due> due = wanted.isEmpty() ? List.of() : due(subscription, progress, read(wanted));
        return new Pending(
                due, due.isEmpty() ? known.getLast().position() : due.getLast().position());
    }

    private List<StoredEvent> read(List<Long> positions) {
        return jdbc.query(
                "SELECT "
                        + EVENT
                        + " WHERE position IN "
                        + Padded.marks(positions)
                        + " ORDER BY position",
                (row, n) -> event(row),
                Padded.values(positions));
    }

    private static StoredEvent known(ResultSet row) throws SQLException {
        return event(row, new byte[0], 0);
    }

    /** Its age by the wall clock, which may have been set back since. */
    StoredEvent event(ResultSet row) throws SQLException {
        OffsetDateTime received = row.getObject("received_at", OffsetDateTime.class);
        Duration age = Duration.between(received.toInstant(), clock.instant());
        long nanos = age.isNegative() ? 0 : age.toNanos();
        return event(row, row.getBytes("body"), System.nanoTime() - nanos);
    }

    private static StoredEvent event(ResultSet row, byte[] body, long acceptedAt)
            throws SQLException {
        @Nullable String type = row.getString("event_type");
        @Nullable String target = row.getString("target");
        return new StoredEvent(
                row.getLong("position"), row.getString("id"), body, acceptedAt, type, target);
    }
}

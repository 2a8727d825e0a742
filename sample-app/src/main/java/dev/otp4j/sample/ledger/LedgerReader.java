/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Reads directly from the database, without the ledger. */
@Repository
public class LedgerReader {
    static final String PROGRESS =
            "p.subscription_id, p.position, p.attempts, p.attempted_at, p.next_at, p.last_status,"
                    + " p.last_error";

    /** How many events are read for one courier at once; their bodies are in memory meanwhile. */
    private static final int EVENTS = 16;

    private final Database database;
    private final JdbcTemplate jdbc;
    private final Tail tail;
    private final Clock clock;

    LedgerReader(Database database, Tail tail, Clock clock) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.tail = tail;
        this.clock = clock;
    }

    /** {@return all subscriptions, oldest first} */
    public List<SubscriptionStatus> subscriptions() {
        return database.reading(
                () ->
                        jdbc.query(
                                """
                                SELECT id, url, secret, enabled, gone_at FROM subscription
                                WHERE deleted_at IS NULL ORDER BY created_at, id
                                """,
                                (row, n) -> status(row)));
    }

    /** {@return the subscription with this id} */
    public Optional<SubscriptionStatus> subscription(String id) {
        return database.reading(
                () ->
                        jdbc
                                .query(
                                        """
                                        SELECT id, url, secret, enabled, gone_at FROM subscription
                                        WHERE id = ? AND deleted_at IS NULL
                                        """,
                                        (row, n) -> status(row),
                                        id)
                                .stream()
                                .findFirst());
    }

    /** {@return the subscriptions to which deliveries are made: enabled, and without a problem} */
    public Set<String> active() {
        return subscriptions().stream()
                .filter(LedgerReader::isActive)
                .map(SubscriptionStatus::id)
                .collect(Collectors.toSet());
    }

    /** {@return whether deliveries are made to a subscription} */
    public boolean isActive(String id) {
        return subscription(id).filter(LedgerReader::isActive).isPresent();
    }

    private static boolean isActive(SubscriptionStatus subscription) {
        return subscription.enabled() && subscription.problem() == null;
    }

    /**
     * {@return what a courier needs to go on; empty if no deliveries are made to the subscription}
     */
    public Optional<Claim> claim(String subscriptionId) {
        return database.reading(
                () ->
                        jdbc
                                .query(
                                        "SELECT s.id, s.url, s.secret, s.enabled, s.gone_at, "
                                                + PROGRESS
                                                + " FROM subscription s"
                                                + " JOIN progress p ON p.subscription_id = s.id"
                                                + " WHERE s.id = ? AND s.deleted_at IS NULL AND"
                                                + " s.enabled",
                                        (row, n) -> claim(row),
                                        subscriptionId)
                                .stream()
                                .flatMap(Optional::stream)
                                .findFirst());
    }

    private Optional<Claim> claim(ResultSet row) throws SQLException {
        if (status(row).problem() != null) return Optional.empty();
        var subscription =
                new Subscription(
                        row.getString("id"),
                        URI.create(row.getString("url")),
                        Secret.of(row.getString("secret")),
                        true);
        Progress progress = progress(row);
        if (tail.last() == 0) tail.lastIs(head());
        return Optional.of(new Claim(subscription, progress, due(subscription, progress)));
    }

    private long head() {
        return jdbc.queryForList("SELECT position FROM ledger_head WHERE id = 1", Long.class)
                .getFirst();
    }

    /** A delivery that has failed is read alone, because it will often fail again. */
    private List<Due> due(Subscription subscription, Progress progress) {
        int most = progress.attempts() > 0 ? 1 : EVENTS;
        List<StoredEvent> events =
                jdbc.query(
                        """
                        SELECT position, id, body, received_at FROM event
                        WHERE position > ? ORDER BY position FETCH FIRST %d ROWS ONLY
                        """
                                .formatted(most),
                        (row, n) -> event(row),
                        progress.position());
        var due = new ArrayList<Due>();
        for (StoredEvent each : events) {
            due.add(Due.of(subscription, each, due.isEmpty() ? progress.attempts() : 0));
        }
        return due;
    }

    /**
     * {@return up to {@code most} pending deliveries after a position, from memory; none if none is
     * known; empty if they have to be read from the database}
     */
    public Optional<List<Due>> after(Subscription subscription, long position, int most) {
        return tail.after(position, most)
                .map(events -> events.stream().map(e -> Due.of(subscription, e, 0)).toList());
    }

    /** {@return an event and the state of its deliveries} */
    public Optional<EventStatus> event(String id) {
        return database.reading(
                () ->
                        jdbc
                                .query(
                                        "SELECT position, id, received_at FROM event WHERE id = ?",
                                        (row, n) ->
                                                new EventStatus(
                                                        id,
                                                        instant(row, "received_at"),
                                                        deliveries(
                                                                row.getLong("position"),
                                                                instant(row, "received_at"))),
                                        id)
                                .stream()
                                .findFirst());
    }

    private List<EventStatus.Delivery> deliveries(long position, Instant receivedAt) {
        return jdbc.query(
                """
                SELECT s.id AS subscription, s.deleted_at, d.state, d.attempts AS tried, d.last_status AS status,
                    d.last_error AS error, %s
                FROM subscription s
                LEFT JOIN progress p ON p.subscription_id = s.id
                LEFT JOIN delivery d ON d.position = ? AND d.subscription_id = s.id
                WHERE s.first_position < ? AND (s.last_position IS NULL OR s.last_position >= ?)
                ORDER BY s.created_at, s.id
                """
                        .formatted(PROGRESS),
                (row, n) -> delivery(row, position, receivedAt),
                position,
                position,
                position);
    }

    private static EventStatus.Delivery delivery(ResultSet row, long position, Instant receivedAt)
            throws SQLException {
        String id = row.getString("subscription");
        String state = row.getString("state");
        if (state != null) {
            return new EventStatus.Delivery(
                    id,
                    DeliveryState.of(state),
                    row.getInt("tried"),
                    null,
                    row.getObject("status", Integer.class),
                    row.getString("error"));
        }
        Progress progress = progress(row);
        boolean next = progress.position() + 1 == position;
        boolean deleted = row.getObject("deleted_at", OffsetDateTime.class) != null;
        Instant nextAt = next && progress.nextAt() != null ? progress.nextAt() : receivedAt;
        return new EventStatus.Delivery(
                id,
                deleted ? DeliveryState.FAILED : DeliveryState.PENDING,
                next ? progress.attempts() : 0,
                deleted ? null : nextAt,
                next ? progress.lastStatus() : null,
                deleted ? "the subscription was deleted" : next ? progress.lastError() : null);
    }

    private static SubscriptionStatus status(ResultSet row) throws SQLException {
        return new SubscriptionStatus(
                row.getString("id"), row.getString("url"), row.getBoolean("enabled"), problem(row));
    }

    /** A row that cannot be used must not keep the others from being used. */
    private static @Nullable String problem(ResultSet row) throws SQLException {
        if (row.getObject("gone_at") != null) return "the subscriber answered 410";
        try {
            Secret.of(row.getString("secret"));
        } catch (IllegalArgumentException e) {
            return "its secret cannot be read: " + e.getMessage();
        }
        try {
            URI.create(row.getString("url"));
        } catch (IllegalArgumentException e) {
            return "its URL cannot be read";
        }
        return null;
    }

    static Progress progress(ResultSet row) throws SQLException {
        return new Progress(
                row.getString("subscription_id"),
                row.getLong("position"),
                row.getInt("attempts"),
                row.getObject("attempted_at") == null ? null : instant(row, "attempted_at"),
                row.getObject("next_at") == null ? null : instant(row, "next_at"),
                row.getObject("last_status", Integer.class),
                row.getString("last_error"));
    }

    /** Its age by the wall clock, which may have been set back since. */
    private StoredEvent event(ResultSet row) throws SQLException {
        Duration age = Duration.between(instant(row, "received_at"), clock.instant());
        long nanos = age.isNegative() ? 0 : age.toNanos();
        return new StoredEvent(
                row.getLong("position"),
                row.getString("id"),
                row.getBytes("body"),
                System.nanoTime() - nanos);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads directly from the database, without the ledger. */
@Repository
public class LedgerReader {
    private final JdbcClient jdbc;

    LedgerReader(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** {@return all subscriptions, oldest first} */
    public List<Subscription> subscriptions() {
        return jdbc.sql(
                        """
                        SELECT id, url, secret, enabled FROM subscription
                        WHERE deleted_at IS NULL ORDER BY created_at, id
                        """)
                .query((row, n) -> subscription(row))
                .list();
    }

    /** {@return the subscription with this id} */
    public Optional<Subscription> subscription(String id) {
        return jdbc.sql(
                        """
                        SELECT id, url, secret, enabled FROM subscription
                        WHERE id = ? AND deleted_at IS NULL
                        """)
                .param(id)
                .query((row, n) -> subscription(row))
                .optional();
    }

    /** {@return the subscriptions that are disabled because their subscribers answered 410} */
    public Set<String> gone() {
        return jdbc.sql("SELECT id FROM subscription WHERE gone_at IS NOT NULL")
                .query(String.class)
                .set();
    }

    /** {@return whether the subscription exists and is enabled} */
    public boolean isActive(String id) {
        return subscription(id).filter(Subscription::enabled).isPresent();
    }

    /**
     * {@return the next delivery of a subscription, due or not; empty while the subscription is
     * disabled} The inner query's order is that of the index, so H2 reads a single entry of the
     * index, however long the backlog is.
     */
    public Optional<Due> next(String subscriptionId) {
        return jdbc.sql(
                        """
                        SELECT s.id, s.url, s.secret, s.enabled, d.position, e.id AS event_id, e.body, d.attempts, d.due_at
                        FROM delivery d
                        JOIN subscription s ON s.id = d.subscription_id AND s.enabled
                        JOIN event e ON e.position = d.position
                        WHERE d.subscription_id = ? AND d.position = (
                            SELECT position FROM delivery
                            WHERE subscription_id = ? AND state = 'pending'
                            ORDER BY subscription_id, state, position FETCH FIRST ROW ONLY)
                        """)
                .param(subscriptionId)
                .param(subscriptionId)
                .query(
                        (row, n) ->
                                new Due(
                                        subscription(row),
                                        row.getLong("position"),
                                        row.getString("event_id"),
                                        row.getBytes("body"),
                                        row.getInt("attempts"),
                                        instant(row, "due_at")))
                .optional();
    }

    /** {@return an event and the state of its deliveries} */
    public Optional<EventStatus> event(String id) {
        return jdbc.sql("SELECT id, received_at FROM event WHERE id = ?")
                .param(id)
                .query(
                        (row, n) ->
                                new EventStatus(
                                        row.getString("id"),
                                        instant(row, "received_at"),
                                        deliveries(id)))
                .optional();
    }

    private List<EventStatus.Delivery> deliveries(String eventId) {
        return jdbc.sql(
                        """
                        SELECT d.subscription_id, d.state, d.attempts, d.due_at, d.last_status, d.last_error
                        FROM delivery d
                        JOIN event e ON e.position = d.position
                        JOIN subscription s ON s.id = d.subscription_id
                        WHERE e.id = ? ORDER BY s.created_at, s.id
                        """)
                .param(eventId)
                .query((row, n) -> delivery(row))
                .list();
    }

    private static EventStatus.Delivery delivery(ResultSet row) throws SQLException {
        DeliveryState state = DeliveryState.of(row.getString("state"));
        return new EventStatus.Delivery(
                row.getString("subscription_id"),
                state,
                row.getInt("attempts"),
                state == DeliveryState.PENDING ? instant(row, "due_at") : null,
                row.getObject("last_status", Integer.class),
                row.getString("last_error"));
    }

    private static Subscription subscription(ResultSet row) throws SQLException {
        return new Subscription(
                row.getString("id"),
                URI.create(row.getString("url")),
                Secret.of(row.getString("secret")),
                row.getBoolean("enabled"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}

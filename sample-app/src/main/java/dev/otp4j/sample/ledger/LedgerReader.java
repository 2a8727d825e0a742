/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
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
    /** How many events are looked at, at once, whether they are for a subscription. */
    public static final int LOOKED_AT = 500;

    static final String PROGRESS =
            "p.subscription_id, p.position, p.attempts, p.attempted_at, p.next_at, p.last_status,"
                    + " p.last_error";

    private static final String SUBSCRIPTION =
            "s.id, s.url, s.secret, s.enabled, s.event_types, s.old_secrets, s.operational,"
                    + " s.disabled_reason, s.gone_at";

    private final Database database;
    private final JdbcTemplate jdbc;
    private final Tail tail;
    private final PendingReader pending;
    private final ReplayReader replays;
    private final Clock clock;

    LedgerReader(Database database, Tail tail, Clock clock) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.tail = tail;
        this.clock = clock;
        this.pending = new PendingReader(jdbc, clock);
        this.replays = new ReplayReader(jdbc, pending, clock);
    }

    /** {@return all subscriptions, oldest first} */
    public List<SubscriptionStatus> subscriptions() {
        return database.reading(
                () ->
                        jdbc.query(
                                "SELECT "
                                        + SUBSCRIPTION
                                        + " FROM subscription s WHERE s.deleted_at IS NULL"
                                        + " ORDER BY s.created_at, s.id",
                                (row, n) -> status(row)));
    }

    /** {@return the subscription with this id} */
    public Optional<SubscriptionStatus> subscription(String id) {
        return database.reading(
                () ->
                        jdbc
                                .query(
                                        "SELECT "
                                                + SUBSCRIPTION
                                                + " FROM subscription s"
                                                + " WHERE s.id = ? AND s.deleted_at IS NULL",
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
        long seen = tail.changes().of(subscriptionId); // before the database: at worst, once more
        return database.reading(
                () ->
                        jdbc
                                .query(
                                        "SELECT "
                                                + SUBSCRIPTION
                                                + ", "
                                                + PROGRESS
                                                + " FROM subscription s"
                                                + " JOIN progress p ON p.subscription_id = s.id"
                                                + " WHERE s.id = ? AND s.deleted_at IS NULL AND"
                                                + " s.enabled",
                                        (row, n) -> claimant(row),
                                        subscriptionId)
                                .stream()
                                .flatMap(Optional::stream)
                                .findFirst()
                                .map(claimant -> claim(claimant, seen)));
    }

    private record Claimant(Subscription subscription, Progress progress) {}

    private Optional<Claimant> claimant(ResultSet row) throws SQLException {
        if (status(row).problem() != null) return Optional.empty();
        var subscription =
                new Subscription(
                        row.getString("id"),
                        URI.create(row.getString("url")),
                        Secret.of(row.getString("secret")),
                        true,
                        EventTypes.ofText(row.getString("event_types")),
                        OldSecret.parse(row.getString("old_secrets")),
                        row.getBoolean("operational"));
        return Optional.of(new Claimant(subscription, progress(row)));
    }

    private Claim claim(Claimant claimant, long seen) {
        if (tail.last() == 0) tail.lastIs(head());
        Subscription subscription = claimant.subscription();
        Pending next = pending.after(subscription, claimant.progress());
        return new Claim(subscription, claimant.progress(), next, replays.of(subscription), seen);
    }

    private long head() {
        return jdbc.queryForList("SELECT position FROM ledger_head WHERE id = 1", Long.class)
                .getFirst();
    }

    /**
     * {@return up to {@code most} pending deliveries after a position, from memory; none if none is
     * known; empty if they have to be read from the database}
     *
     * @param settled position up to which the courier has reported
     * @param seen the changes that the courier has seen, from its {@link Claim}
     */
    public Optional<Pending> after(
            Subscription subscription, long settled, long position, int most, long seen) {
        if (!isCurrent(subscription.id(), seen)) return Optional.empty();
        return tail.after(position, most, event -> event.isFor(subscription))
                .map(next -> pending(subscription, settled, next));
    }

    /**
     * {@return whether a subscription is as a courier has read it}
     *
     * @param seen the changes that the courier has seen, from its {@link Claim}
     */
    public boolean isCurrent(String subscriptionId, long seen) {
        return tail.changes().of(subscriptionId) == seen;
    }

    private static Pending pending(Subscription subscription, long settled, Tail.Stretch next) {
        var due = new ArrayList<Due>(next.events().size());
        long after = settled;
        for (StoredEvent each : next.events()) {
            due.add(Due.of(subscription, each, 0, Turn.inOrder(after)));
            after = each.position();
        }
        return new Pending(due, next.until());
    }

    private @Nullable Instant oldSecretUntil(ResultSet row) throws SQLException {
        Instant now = clock.instant();
        return OldSecret.parse(row.getString("old_secrets")).stream()
                .filter(old -> old.isValid(now))
                .map(OldSecret::until)
                .max(Instant::compareTo)
                .orElse(null);
    }

    private SubscriptionStatus status(ResultSet row) throws SQLException {
        return new SubscriptionStatus(
                row.getString("id"),
                row.getString("url"),
                row.getBoolean("enabled"),
                EventTypes.ofText(row.getString("event_types")),
                row.getBoolean("operational"),
                oldSecretUntil(row),
                problem(row));
    }

    /** A row that cannot be used must not keep the others from being used. */
    private static @Nullable String problem(ResultSet row) throws SQLException {
        String reason = row.getString("disabled_reason");
        if (reason != null) return reason;
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
                instantOrNull(row, "attempted_at"),
                instantOrNull(row, "next_at"),
                row.getObject("last_status", Integer.class),
                row.getString("last_error"));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

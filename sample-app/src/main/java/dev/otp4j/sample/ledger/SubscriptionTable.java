/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The writes to the table of subscriptions. None of them depends on the number of events. */
final class SubscriptionTable {
    private final JdbcTemplate jdbc;
    private final Clock clock;

    SubscriptionTable(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Adds a subscription that gets the events after {@code head}. */
    boolean add(Subscription subscription, long head) {
        if (has(subscription.id())) return true;
        jdbc.update(
                """
                INSERT INTO subscription (id, url, secret, created_at, first_position, event_types, operational)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                subscription.id(),
                subscription.url().toString(),
                subscription.secret().reveal(),
                now(),
                head,
                subscription.eventTypes().text(),
                subscription.operational());
        jdbc.update(
                "INSERT INTO progress (subscription_id, position) VALUES (?, ?)",
                subscription.id(),
                head);
        return true;
    }

    boolean has(String id) {
        return isMade(id, SubscriptionChange.NONE);
    }

    /** Whether a subscription is there, and is as a change makes it. */
    boolean isMade(String id, SubscriptionChange change) {
        return jdbc.query(
                        """
                        SELECT enabled, event_types, operational FROM subscription
                        WHERE id = ? AND deleted_at IS NULL
                        """,
                        (row, n) ->
                                change.isMadeIn(
                                        row.getBoolean(1),
                                        EventTypes.ofText(row.getString(2)),
                                        row.getBoolean(3)),
                        id)
                .contains(true);
    }

    /** Makes a change. {@return whether there is such a subscription} */
    boolean change(String id, SubscriptionChange change) {
        if (!has(id)) return false;
        if (change.enabled() != null) {
            jdbc.update(
                    """
                    UPDATE subscription SET enabled = ?, enabled_count = enabled_count + ?, gone_at = NULL,
                        disabled_reason = NULL, disabled_at = NULL, notice_due = FALSE
                    WHERE id = ?
                    """,
                    change.enabled(),
                    change.enabled() ? 1 : 0,
                    id);
        }
        if (change.eventTypes() != null) {
            jdbc.update(
                    "UPDATE subscription SET event_types = ? WHERE id = ?",
                    change.eventTypes().text(),
                    id);
        }
        if (change.operational() != null) {
            jdbc.update(
                    "UPDATE subscription SET operational = ? WHERE id = ?",
                    change.operational(),
                    id);
        }
        return true;
    }

    private record Secrets(@Nullable Secret current, List<OldSecret> old) {}

    private Optional<Secrets> secrets(String id) {
        return jdbc
                .query(
                        """
                        SELECT secret, old_secrets FROM subscription
                        WHERE id = ? AND deleted_at IS NULL
                        """,
                        (row, n) ->
                                new Secrets(
                                        readable(row.getString(1)),
                                        OldSecret.parse(row.getString(2))),
                        id)
                .stream()
                .findFirst();
    }

    private static @Nullable Secret readable(String text) {
        try {
            return Secret.of(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Replaces the secret, unless there are too many old ones. */
    Rotation rotate(String id, Secret secret, Duration overlap) {
        Optional<Secrets> before = secrets(id);
        if (before.isEmpty()) return new Rotation.NotFound();
        Rotation result =
                Rotation.decide(
                        before.get().current(),
                        before.get().old(),
                        secret,
                        overlap,
                        clock.instant());
        if (result instanceof Rotation.Done(List<OldSecret> old)) {
            jdbc.update(
                    "UPDATE subscription SET secret = ?, old_secrets = ? WHERE id = ?",
                    secret.reveal(),
                    OldSecret.text(old),
                    id);
        }
        return result;
    }

    /** What came of a rotation; empty if the subscription does not have the secret. */
    Optional<Rotation> rotated(String id, Secret secret) {
        return secrets(id)
                .filter(now -> secret.equals(now.current()))
                .map(now -> new Rotation.Done(now.old()));
    }

    /** Removes a subscription, which gets no event after {@code head}. */
    boolean remove(String id, long head) {
        return jdbc.update(
                        """
                        UPDATE subscription SET deleted_at = ?, last_position = ?
                        WHERE id = ? AND deleted_at IS NULL
                        """,
                        now(),
                        head,
                        id)
                > 0;
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}

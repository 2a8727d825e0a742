/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
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
                INSERT INTO subscription (id, url, secret, created_at, first_position)
                VALUES (?, ?, ?, ?, ?)
                """,
                subscription.id(),
                subscription.url().toString(),
                subscription.secret().reveal(),
                now(),
                head);
        jdbc.update(
                "INSERT INTO progress (subscription_id, position) VALUES (?, ?)",
                subscription.id(),
                head);
        return true;
    }

    boolean has(String id) {
        return enabled(id).isPresent();
    }

    Optional<Boolean> enabled(String id) {
        return jdbc
                .queryForList(
                        "SELECT enabled FROM subscription WHERE id = ? AND deleted_at IS NULL",
                        Boolean.class,
                        id)
                .stream()
                .findFirst();
    }

    boolean enable(String id, boolean enabled) {
        return jdbc.update(
                        """
                        UPDATE subscription SET enabled = ?, gone_at = NULL
                        WHERE id = ? AND deleted_at IS NULL
                        """,
                        enabled,
                        id)
                > 0;
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes for how long subscriptions have failed, and disables them. */
final class FailingTable {
    static final String COLUMNS =
            "p.failing_epoch, p.failing_at, p.failing_ms, p.failing_deliveries, s.enabled_count";

    private static final Logger LOG = LoggerFactory.getLogger(FailingTable.class);
    private static final String COUNT =
            """
            UPDATE progress SET failing_epoch = ?, failing_at = ?, failing_ms = ?, failing_deliveries = ?
            WHERE subscription_id = ?
            """;
    private static final String DISABLE =
            """
            UPDATE subscription SET enabled = FALSE, disabled_reason = ?, disabled_at = ?, gone_at = ?, notice_due = TRUE
            WHERE id = ? AND enabled
            """;

    private final JdbcTemplate jdbc;
    private final Clock clock;

    FailingTable(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    static Failing of(ResultSet row) throws SQLException {
        return new Failing(
                row.getInt("failing_epoch"),
                LedgerReader.instantOrNull(row, "failing_at"),
                Duration.ofMillis(row.getLong("failing_ms")),
                row.getInt("failing_deliveries"));
    }

    void count(Map<String, Failing> counted) {
        List<Map.Entry<String, Failing>> rows = List.copyOf(counted.entrySet());
        jdbc.batchUpdate(
                COUNT,
                rows,
                Math.max(1, rows.size()),
                (row, each) -> {
                    row.setInt(1, each.getValue().epoch());
                    Columns.time(row, 2, each.getValue().lastAt());
                    row.setLong(3, each.getValue().time().toMillis());
                    row.setInt(4, each.getValue().deliveries());
                    row.setString(5, each.getKey());
                });
    }

    /** The subscriber wants no further deliveries. */
    void gone(String subscriptionId) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        disable(subscriptionId, "the subscriber answered 410", now, now);
    }

    /** All deliveries have failed for too long. */
    void failed(String subscriptionId, Failing failing) {
        String reason =
                "all deliveries have failed for %d h %d min, %d of them finally"
                        .formatted(
                                failing.time().toHours(),
                                failing.time().toMinutesPart(),
                                failing.deliveries());
        disable(subscriptionId, reason, clock.instant().atOffset(ZoneOffset.UTC), null);
    }

    /** Once: a courier that has not stopped yet may report further failures. */
    private void disable(
            String subscriptionId,
            String reason,
            OffsetDateTime now,
            @Nullable OffsetDateTime goneAt) {
        if (jdbc.update(DISABLE, reason, now, goneAt, subscriptionId) == 0) return;
        LOG.warn("subscription {} is disabled: {}", subscriptionId, reason);
    }
}

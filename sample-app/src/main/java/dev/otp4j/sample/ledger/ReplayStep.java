/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Starts a replay: adds one row, however many deliveries it is for. The caller holds the lock of
 * the ledger, so no two are started at a time.
 */
final class ReplayStep {
    /** How many replays of a subscription can be under way. */
    static final int MOST = 1_000;

    private final JdbcTemplate jdbc;
    private final ReplayTable table;

    ReplayStep(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.table = new ReplayTable(jdbc);
    }

    /** {@return whether a replay is under way} */
    boolean has(String id) {
        return table.has(id);
    }

    ReplayResult start(ReplayRequest request, long head) {
        if (table.has(request.id())) return ReplayResult.STARTED; // and its answer was lost
        if (!isThere(request.subscriptionId())) return ReplayResult.NO_SUBSCRIPTION;
        if (table.count(request.subscriptionId(), MOST) >= MOST) return ReplayResult.TOO_MANY;
        if (request.eventId() != null) return startSingle(request, request.eventId());
        return request.since() == null
                ? ReplayResult.NOTHING_FAILED
                : startFailed(request, positionBefore(request.since(), head));
    }

    private boolean isThere(String subscriptionId) {
        return !jdbc.queryForList(
                        "SELECT 1 FROM subscription WHERE id = ? AND deleted_at IS NULL",
                        subscriptionId)
                .isEmpty();
    }

    private ReplayResult startSingle(ReplayRequest request, String eventId) {
        Optional<DeliveryRow> found =
                jdbc
                        .query(
                                "SELECT "
                                        + DeliveryRow.COLUMNS
                                        + " FROM "
                                        + DeliveryRow.TABLES
                                        + " WHERE e.id = ? AND s.id = ?",
                                (row, n) -> DeliveryRow.of(row),
                                eventId,
                                request.subscriptionId())
                        .stream()
                        .filter(DeliveryRow::concerns)
                        .findFirst();
        if (found.isEmpty()) return ReplayResult.NO_DELIVERY;
        return switch (found.get().delivery().state()) {
            case PENDING -> ReplayResult.PENDING;
            case SKIPPED -> ReplayResult.SKIPPED;
            case DELIVERED, FAILED -> {
                long position = found.get().position();
                table.add(request.id(), request.subscriptionId(), true, position - 1, position);
                yield ReplayResult.STARTED;
            }
        };
    }

    private ReplayResult startFailed(ReplayRequest request, long after) {
        String id = request.subscriptionId();
        Optional<Long> first = failed(id, after, "ASC");
        if (first.isEmpty()) return ReplayResult.NOTHING_FAILED;
        long last = failed(id, after, "DESC").orElse(first.get());
        if (isCovered(id, first.get(), last)) return ReplayResult.PENDING;
        table.add(request.id(), id, false, first.get() - 1, last);
        return ReplayResult.STARTED;
    }

    /** With all columns of the index in the order, H2 reads one row. */
    private Optional<Long> failed(String subscriptionId, long after, String order) {
        return first(
                "SELECT position FROM failed WHERE subscription_id = ? AND position > ?"
                        + " ORDER BY subscription_id %1$s, position %1$s".formatted(order)
                        + " FETCH FIRST 1 ROWS ONLY",
                subscriptionId,
                after);
    }

    private boolean isCovered(String subscriptionId, long first, long last) {
        return !jdbc.queryForList(
                        """
                        SELECT 1 FROM replay WHERE subscription_id = ?
                            AND position < ? AND until_position >= ? FETCH FIRST 1 ROWS ONLY
                        """,
                        subscriptionId,
                        first,
                        last)
                .isEmpty();
    }

    /**
     * {@return the position of the last event that was accepted before a time} Positions are in the
     * order of time, so few of them are looked at.
     */
    private long positionBefore(Instant since, long head) {
        long before =
                first("SELECT position FROM event ORDER BY position FETCH FIRST 1 ROWS ONLY")
                                .orElse(head + 1)
                        - 1;
        long from = head + 1;
        while (from - before > 1) {
            long middle = before + (from - before) / 2;
            if (isAcceptedBefore(middle, since)) before = middle;
            else from = middle;
        }
        return before;
    }

    private boolean isAcceptedBefore(long position, Instant since) {
        List<OffsetDateTime> found =
                jdbc.query(
                        "SELECT received_at FROM event WHERE position = ?",
                        (row, n) -> row.getObject(1, OffsetDateTime.class),
                        position);
        return !found.isEmpty() && found.getFirst().toInstant().isBefore(since);
    }

    private Optional<Long> first(String sql, Object... parameters) {
        return jdbc.queryForList(sql, Long.class, parameters).stream().findFirst();
    }
}

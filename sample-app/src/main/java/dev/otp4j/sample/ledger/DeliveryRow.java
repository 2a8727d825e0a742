/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that decides how one event stands for one subscription. {@link #COLUMNS} and {@link #TABLES}
 * are the query that reads it.
 *
 * @param settled the delivery as it was settled, or null
 * @param progress the place of the subscription
 * @param replay the place of the first replay that covers the event, or null
 */
record DeliveryRow(
        long position,
        String eventId,
        @Nullable String type,
        @Nullable String target,
        Instant receivedAt,
        String subscriptionId,
        EventTypes eventTypes,
        boolean deleted,
        EventStatus.@Nullable Delivery settled,
        Progress progress,
        @Nullable Progress replay,
        boolean singleReplay) {

    static final String COLUMNS =
            """
            e.position AS at, e.id AS event, e.event_type, e.target, e.received_at,
            s.id AS subscription, s.event_types, s.deleted_at,
            d.state, d.attempts AS tried, d.attempted_at AS ended, d.duration_ms,
            d.last_status AS status, d.last_error AS error,
            r.id AS replay, r.single, r.position AS replayed, r.attempts AS replays,
            r.attempted_at AS replayed_at, r.next_at AS replay_at,
            r.last_status AS replay_status, r.last_error AS replay_error,
            """
                    + LedgerReader.PROGRESS;

    static final String TABLES =
            """
            event e
            JOIN subscription s ON s.first_position < e.position
                AND (s.last_position IS NULL OR s.last_position >= e.position)
            JOIN progress p ON p.subscription_id = s.id
            LEFT JOIN delivery d ON d.position = e.position AND d.subscription_id = s.id
            LEFT JOIN replay r ON r.id = (
                SELECT x.id FROM replay x
                WHERE x.subscription_id = s.id AND x.position < e.position AND x.until_position >= e.position
                ORDER BY %s FETCH FIRST 1 ROWS ONLY)
            """
                    .formatted(ReplayTable.order("x"));

    static DeliveryRow of(ResultSet row) throws SQLException {
        return new DeliveryRow(
                row.getLong("at"),
                row.getString("event"),
                row.getString("event_type"),
                row.getString("target"),
                LedgerReader.instant(row, "received_at"),
                row.getString("subscription"),
                EventTypes.ofText(row.getString("event_types")),
                row.getObject("deleted_at") != null,
                settled(row),
                LedgerReader.progress(row),
                replay(row),
                row.getBoolean("single"));
    }

    private static EventStatus.@Nullable Delivery settled(ResultSet row) throws SQLException {
        String state = row.getString("state");
        if (state == null) return null;
        return new EventStatus.Delivery(
                row.getString("subscription"),
                DeliveryState.of(state),
                row.getInt("tried"),
                null,
                LedgerReader.instantOrNull(row, "ended"),
                row.getObject("duration_ms", Integer.class),
                row.getObject("status", Integer.class),
                row.getString("error"));
    }

    private static @Nullable Progress replay(ResultSet row) throws SQLException {
        String id = row.getString("replay");
        if (id == null) return null;
        return new Progress(
                id,
                row.getLong("replayed"),
                row.getInt("replays"),
                LedgerReader.instantOrNull(row, "replayed_at"),
                LedgerReader.instantOrNull(row, "replay_at"),
                row.getObject("replay_status", Integer.class),
                row.getString("replay_error"));
    }

    /** {@return whether the event is for the subscription or for all} */
    boolean concerns() {
        return target == null || target.equals(subscriptionId);
    }

    EventStatus.Delivery delivery() {
        if (replay != null && !deleted && isReplayed()) return waiting(replay);
        if (settled != null) return settled;
        if (target == null && isPassedOver()) return without(DeliveryState.SKIPPED, null);
        if (deleted || target != null) {
            return without(DeliveryState.FAILED, "the subscription was deleted");
        }
        return waiting(progress);
    }

    private boolean isReplayed() {
        return singleReplay || settled != null && settled.state() == DeliveryState.FAILED;
    }

    private boolean isPassedOver() {
        return position <= progress.position() || !eventTypes.matches(type);
    }

    private EventStatus.Delivery without(DeliveryState state, @Nullable String error) {
        return new EventStatus.Delivery(subscriptionId, state, 0, null, null, null, null, error);
    }

    /** Only the first delivery after a place has attempts there. */
    private EventStatus.Delivery waiting(Progress place) {
        int earlier = settled == null ? 0 : settled.attempts();
        if (place.position() + 1 == position && place.attempts() > 0) {
            return new EventStatus.Delivery(
                    subscriptionId,
                    DeliveryState.PENDING,
                    earlier + place.attempts(),
                    place.nextAt(),
                    place.attemptedAt(),
                    null,
                    place.lastStatus(),
                    place.lastError());
        }
        return new EventStatus.Delivery(
                subscriptionId,
                DeliveryState.PENDING,
                earlier,
                receivedAt,
                settled == null ? null : settled.lastAttemptAt(),
                settled == null ? null : settled.lastDurationMillis(),
                settled == null ? null : settled.lastStatus(),
                settled == null ? null : settled.lastError());
    }
}

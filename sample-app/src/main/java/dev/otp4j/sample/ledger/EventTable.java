/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The table of events, and the position of the last one. */
final class EventTable {
    private static final String INSERT =
            """
            INSERT INTO event (position, id, body, body_digest, idempotency_key, received_at, event_type, target)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private final JdbcTemplate jdbc;
    private final ReplayTable replays;

    EventTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        this.replays = new ReplayTable(jdbc);
    }

    /** An event that is stored, as far as another with its id or key has to know it. */
    record Known(String id, @Nullable String key, byte[] digest) {
        /** {@return the result for an event with the same key} */
        Stored resultFor(NewEvent event) {
            return Arrays.equals(digest, event.digest())
                    ? new Stored.As(id)
                    : new Stored.KeyTaken();
        }
    }

    /** {@return the stored events that have one of these ids} */
    List<Known> withIds(List<String> ids) {
        return with("id", ids);
    }

    /** {@return the stored events that have one of these idempotency keys} */
    List<Known> withKeys(List<String> keys) {
        return with("idempotency_key", keys);
    }

    private List<Known> with(String column, List<String> values) {
        if (values.isEmpty()) return List.of();
        return jdbc.query(
                "SELECT id, idempotency_key, body_digest FROM event WHERE "
                        + column
                        + " IN "
                        + Padded.marks(values),
                (row, n) -> new Known(row.getString(1), row.getString(2), row.getBytes(3)),
                Padded.values(values));
    }

    boolean has(String id) {
        return !withIds(List.of(id)).isEmpty();
    }

    Optional<Stored> sameKey(NewEvent event) {
        String key = event.idempotencyKey();
        if (key == null) return Optional.empty();
        return withKeys(List.of(key)).stream().findFirst().map(known -> known.resultFor(event));
    }

    /** {@return how many replays of a subscription wait, counted up to the most it can have} */
    int waiting(String subscriptionId) {
        return replays.count(subscriptionId, ReplayStep.MOST);
    }

    /**
     * Adds events at the positions after {@code head}, and moves the head. Those for one
     * subscription only are replayed, because deliveries in order pass over them.
     */
    void append(long head, List<NewEvent> added, OffsetDateTime receivedAt) {
        jdbc.update("UPDATE ledger_head SET position = ? WHERE id = 1", head + added.size());
        var position = new long[] {head};
        jdbc.batchUpdate(
                INSERT,
                added,
                added.size(),
                (row, event) -> {
                    row.setLong(1, ++position[0]);
                    row.setString(2, event.id());
                    row.setBytes(3, event.body());
                    row.setBytes(4, event.digest());
                    row.setObject(5, event.idempotencyKey(), Types.VARCHAR);
                    row.setObject(6, receivedAt);
                    row.setObject(7, event.type(), Types.VARCHAR);
                    row.setObject(8, event.target(), Types.VARCHAR);
                });
        long at = head;
        for (NewEvent event : added) {
            at++;
            if (event.target() != null) {
                replays.add(Ids.create("rep_"), event.target(), true, at - 1, at);
            }
        }
    }
}

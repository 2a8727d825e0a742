/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** The table of replays, each of which has a place of its own. */
final class ReplayTable {
    private static final String COLUMNS =
            "r.id, r.single, r.until_position, r.id AS subscription_id, r.position, r.attempts,"
                    + " r.attempted_at, r.next_at, r.last_status, r.last_error";

    private final JdbcTemplate jdbc;

    /**
     * {@return the order in which replays of a subscription have their turn} Single ones come
     * first, and then one that has begun its next delivery: two that are for the same delivery
     * would count the same attempt. An id has the time, so after the clock was set back the last
     * one may have the smallest.
     *
     * @param name name of the table in the statement
     */
    static String order(String name) {
        return "%1$s.single DESC, CASE WHEN %1$s.attempts > 0 THEN 0 ELSE 1 END, %1$s.id"
                .formatted(name);
    }

    ReplayTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A replay.
     *
     * @param single whether it is of one event, at {@code until}, whatever became of it before; if
     *     not, it is of all deliveries that have failed
     * @param place its place; all up to it is done
     * @param until position of the last event
     */
    record Row(String id, boolean single, Progress place, long until) {}

    void add(String id, String subscriptionId, boolean single, long from, long until) {
        jdbc.update(
                """
                INSERT INTO replay (id, subscription_id, single, position, until_position)
                VALUES (?, ?, ?, ?, ?)
                """,
                id,
                subscriptionId,
                single,
                from,
                until);
    }

    boolean has(String id) {
        return !jdbc.queryForList("SELECT 1 FROM replay WHERE id = ?", id).isEmpty();
    }

    /** {@return how many replays of a subscription are under way, counted up to {@code most}} */
    int count(String subscriptionId, int most) {
        return jdbc.queryForList(
                        "SELECT 1 FROM replay WHERE subscription_id = ? FETCH FIRST "
                                + most
                                + " ROWS ONLY",
                        subscriptionId)
                .size();
    }

    /** {@return the first replays of a subscription, in their {@link #order}} */
    List<Row> first(String subscriptionId, int most) {
        return jdbc.query(
                "SELECT "
                        + COLUMNS
                        + " FROM replay r WHERE r.subscription_id = ? ORDER BY "
                        + order("r")
                        + " FETCH FIRST "
                        + most
                        + " ROWS ONLY",
                (row, n) -> row(row),
                subscriptionId);
    }

    /** {@return replays by id, without those that are over or whose subscription is gone} */
    Map<String, Row> with(List<String> ids) {
        var found = new HashMap<String, Row>();
        if (ids.isEmpty()) return found;
        jdbc.query(
                "SELECT "
                        + COLUMNS
                        + " FROM replay r JOIN subscription s ON s.id = r.subscription_id"
                        + " WHERE s.deleted_at IS NULL AND r.id IN "
                        + Padded.marks(ids),
                row -> {
                    Row each = row(row);
                    found.put(each.id(), each);
                },
                Padded.values(ids));
        return found;
    }

    /** Writes a place, or removes the replay if that was its last event. */
    void update(Row replay) {
        Progress place = replay.place();
        if (place.position() >= replay.until()) {
            jdbc.update("DELETE FROM replay WHERE id = ?", replay.id());
            return;
        }
        jdbc.update(
                """
                UPDATE replay SET position = ?, attempts = ?, attempted_at = ?, next_at = ?, last_status = ?, last_error = ?
                WHERE id = ?
                """,
                row -> {
                    Columns.place(row, place);
                    row.setString(7, replay.id());
                });
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString("id"),
                row.getBoolean("single"),
                LedgerReader.progress(row),
                row.getLong("until_position"));
    }
}

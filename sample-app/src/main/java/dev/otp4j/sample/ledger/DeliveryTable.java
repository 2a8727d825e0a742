/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ParameterizedPreparedStatementSetter;

/**
 * The writes to the tables of deliveries and attempts. A delivery that succeeds at the first
 * attempt is one row.
 */
final class DeliveryTable {
    private static final String INSERT =
            """
            INSERT INTO delivery
                (state, attempts, attempted_at, duration_ms, last_status, last_error, position, subscription_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String UPDATE =
            """
            UPDATE delivery SET state = ?, attempts = ?, attempted_at = ?, duration_ms = ?, last_status = ?, last_error = ?
            WHERE position = ? AND subscription_id = ?
            """;
    private static final String ATTEMPT =
            """
            INSERT INTO attempt (number, attempted_at, duration_ms, status, error, position, subscription_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String FAILED =
            "INSERT INTO failed (position, subscription_id) VALUES (?, ?)";
    private static final String NOT_FAILED =
            "DELETE FROM failed WHERE position = ? AND subscription_id = ?";

    private final JdbcTemplate jdbc;

    DeliveryTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Writes attempts, which were applied in this order. */
    void write(List<Attempt> attempts) {
        List<Attempt> settled = those(attempts, each -> each.state() != DeliveryState.PENDING);
        batch(INSERT, those(settled, each -> !isKnown(each)), DeliveryTable::delivery);
        batch(UPDATE, those(settled, DeliveryTable::isKnown), DeliveryTable::delivery);
        batch(ATTEMPT, those(attempts, each -> !isFirstSuccess(each)), DeliveryTable::attempt);
        batch(NOT_FAILED, those(settled, DeliveryTable::isKnown), (row, each) -> key(row, 1, each));
        batch(
                FAILED,
                those(settled, each -> each.state() == DeliveryState.FAILED),
                (row, each) -> key(row, 1, each));
    }

    private static List<Attempt> those(List<Attempt> attempts, Predicate<Attempt> wanted) {
        return attempts.stream().filter(wanted).toList();
    }

    /** Whether the delivery was settled before, and is replayed. */
    private static boolean isKnown(Attempt attempt) {
        return attempt.turn().earlier() > 0;
    }

    private static boolean isFirstSuccess(Attempt attempt) {
        return attempt.numberOfAll() == 1 && attempt.state() == DeliveryState.DELIVERED;
    }

    private void batch(
            String sql, List<Attempt> attempts, ParameterizedPreparedStatementSetter<Attempt> row) {
        if (!attempts.isEmpty()) jdbc.batchUpdate(sql, attempts, attempts.size(), row);
    }

    private static void delivery(PreparedStatement row, Attempt attempt) throws SQLException {
        row.setString(1, attempt.state().text());
        row.setInt(2, attempt.numberOfAll());
        result(row, 3, attempt);
        key(row, 7, attempt);
    }

    private static void attempt(PreparedStatement row, Attempt attempt) throws SQLException {
        row.setInt(1, attempt.numberOfAll());
        result(row, 2, attempt);
        key(row, 6, attempt);
    }

    private static void result(PreparedStatement row, int from, Attempt attempt)
            throws SQLException {
        Columns.time(row, from, attempt.at());
        row.setInt(from + 1, (int) Math.min(Integer.MAX_VALUE, attempt.took().toMillis()));
        row.setObject(from + 2, attempt.status(), Types.INTEGER);
        row.setObject(from + 3, attempt.error(), Types.VARCHAR);
    }

    private static void key(PreparedStatement row, int from, Attempt attempt) throws SQLException {
        row.setLong(from, attempt.due().position());
        row.setString(from + 1, attempt.subscription().id());
    }
}

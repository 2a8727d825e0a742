/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The table of publications, of which Spring Modulith is the owner. It is changed here only if a
 * row is as it was read: status and number of attempts. So of two instances one gets an attempt.
 *
 * <p>Any thread may call it; each method is one short transaction.
 */
final class Publications {
    static final String UNDER_WAY = "STATUS IN ('PUBLISHED', 'PROCESSING', 'RESUBMITTED')";
    static final String SINCE = "COALESCE(LAST_RESUBMISSION_DATE, PUBLICATION_DATE)";

    private static final String COLUMNS =
            "ID, EVENT_TYPE, SERIALIZED_EVENT, STATUS, COMPLETION_ATTEMPTS, PUBLICATION_DATE, "
                    + SINCE
                    + " AS LAST_ATTEMPT";
    private static final String OF_LISTENER = "LISTENER_ID = ? AND COMPLETION_DATE IS NULL";
    private static final String AS_READ =
            "ID = ? AND STATUS = ? AND COMPLETION_ATTEMPTS = ? AND COMPLETION_DATE IS NULL";
    private static final String GIVEN_UP = "STATUS = 'FAILED' AND COMPLETION_ATTEMPTS >= ?";

    private final JdbcTemplate jdbc;
    private final TransactionOperations transactions;
    private final String table;

    Publications(JdbcTemplate jdbc, TransactionOperations transactions, @Nullable String schema) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.table =
                schema == null || schema.isEmpty()
                        ? "EVENT_PUBLICATION"
                        : schema + ".EVENT_PUBLICATION";
    }

    static Timestamp timestamp(Instant time) {
        return Timestamp.from(time);
    }

    /** What is to be tried again, the oldest first. */
    List<Publication> due(String listener, Due due, int limit) {
        var arguments = new ArrayList<Object>();
        arguments.add(listener);
        arguments.addAll(due.arguments());
        return rows(OF_LISTENER + " AND " + due.condition(), arguments, limit);
    }

    /** What was given up after its last attempt, the oldest first. */
    List<Publication> givenUp(String listener, int maxAttempts, int limit) {
        return rows(OF_LISTENER + " AND " + GIVEN_UP, List.of(listener, maxAttempts), limit);
    }

    long countGivenUp(String listener, int maxAttempts) {
        String sql = "SELECT COUNT(*) FROM %s WHERE %s AND %s";
        return Objects.requireNonNull(
                transactions.execute(
                        status ->
                                jdbc.queryForObject(
                                        sql.formatted(table, OF_LISTENER, GIVEN_UP),
                                        Long.class,
                                        listener,
                                        maxAttempts)));
    }

    /** {@return whether the next attempt of this publication is the caller's} */
    boolean claim(Publication read, Instant now) {
        return 1
                == update(
                        "STATUS = 'RESUBMITTED', COMPLETION_ATTEMPTS = COMPLETION_ATTEMPTS + 1, LAST_RESUBMISSION_DATE = ?",
                        AS_READ,
                        timestamp(now),
                        read.key(),
                        read.status(),
                        read.attempts());
    }

    /** An attempt that was claimed has failed. Does nothing if the attempt is over already. */
    void fail(Publication claimed) {
        update("STATUS = 'FAILED'", AS_READ, claimed.key(), claimed.status(), claimed.attempts());
    }

    /** An attempt that was claimed is not made, and does not count. Its claimer gives it up. */
    void giveBack(Publication claimed) {
        update(
                "STATUS = 'FAILED', COMPLETION_ATTEMPTS = COMPLETION_ATTEMPTS - 1",
                AS_READ,
                claimed.key(),
                claimed.status(),
                claimed.attempts());
    }

    /** {@return how many last attempts were lost, and are given up now} */
    int giveUpLost(String listener, int maxAttempts, Instant stale) {
        return update(
                "STATUS = 'FAILED'",
                OF_LISTENER
                        + " AND "
                        + UNDER_WAY
                        + " AND COMPLETION_ATTEMPTS >= ? AND "
                        + SINCE
                        + " < ?",
                listener,
                maxAttempts,
                timestamp(stale));
    }

    /** {@return whether it was given up and has all its attempts again} */
    boolean renew(UUID id, String listener, int maxAttempts) {
        String where = "ID = ? AND " + OF_LISTENER + " AND " + GIVEN_UP;
        return 1 == update("COMPLETION_ATTEMPTS = 0", where, id, listener, maxAttempts);
    }

    /** {@return how many were given up and have all their attempts again} */
    int renewAll(String listener, int maxAttempts) {
        String where = OF_LISTENER + " AND " + GIVEN_UP;
        return update("COMPLETION_ATTEMPTS = 0", where, listener, maxAttempts);
    }

    private int update(String set, String where, Object... arguments) {
        String sql = "UPDATE %s SET %s WHERE %s".formatted(table, set, where);
        return Objects.requireNonNull(transactions.execute(status -> jdbc.update(sql, arguments)));
    }

    private List<Publication> rows(String where, List<?> arguments, int limit) {
        String sql =
                "SELECT %s FROM %s WHERE %s ORDER BY PUBLICATION_DATE"
                        .formatted(COLUMNS, table, where);
        PreparedStatementCallback<List<Publication>> query =
                statement -> {
                    statement.setMaxRows(limit);
                    for (int i = 0; i < arguments.size(); i++) {
                        statement.setObject(i + 1, arguments.get(i));
                    }
                    var found = new ArrayList<Publication>();
                    try (ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) found.add(row(rows));
                    }
                    return found;
                };
        return Objects.requireNonNull(transactions.execute(status -> jdbc.execute(sql, query)));
    }

    private static Publication row(ResultSet row) throws SQLException {
        return new Publication(
                row.getObject("ID"),
                row.getString("EVENT_TYPE"),
                row.getString("SERIALIZED_EVENT"),
                row.getString("STATUS"),
                row.getInt("COMPLETION_ATTEMPTS"),
                row.getTimestamp("PUBLICATION_DATE").toInstant(),
                row.getTimestamp("LAST_ATTEMPT").toInstant());
    }
}

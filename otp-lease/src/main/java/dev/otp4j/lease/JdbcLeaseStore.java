/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Leases in one table of a database, one row for each lease. Works on PostgreSQL and H2; other
 * databases that know {@code UPDATE … WHERE} need a script of their own for the table.
 *
 * {@snippet :
 * JdbcLeaseStore store =
 *         JdbcLeaseStore.of(() -> DriverManager.getConnection(url, user, password));
 * store.initializeSchema();
 * }
 *
 * <p>Each statement is a transaction of its own. A row is changed only by {@code UPDATE … WHERE
 * name = ? AND token = ? AND beat = ?}, and never deleted: delete none by hand either, for its
 * token would begin again at 1. A write that was acknowledged must not be lost: do not switch off
 * {@code synchronous_commit}, and across a fail-over use synchronous replication.
 *
 * <p>Thread-safe; a session is not.
 *
 * @since 0.1.0
 */
public final class JdbcLeaseStore implements LeaseStore {
    /** Name of the table unless said otherwise: {@code otp_lease}. */
    public static final String DEFAULT_TABLE = "otp_lease";

    /** PostgreSQL has made the type of the rows for another one already, but not the table yet. */
    private static final String DUPLICATE_OBJECT = "42710";

    private static final Pattern TABLE = Pattern.compile("\\w+(\\.\\w+)?");

    /** Opens a connection. */
    @FunctionalInterface
    public interface Connections {
        /**
         * Opens a new connection, which the caller closes. It must not come from the application's
         * pool. Give it a time limit for connecting: PostgreSQL's driver has one of 10 s.
         */
        Connection open() throws SQLException;
    }

    private final Connections connections;
    private final String table;

    private JdbcLeaseStore(Connections connections, String table) {
        this.connections = connections;
        this.table = table;
    }

    /** A store in the table {@value #DEFAULT_TABLE}. */
    public static JdbcLeaseStore of(Connections connections) {
        Objects.requireNonNull(connections, "'connections' must not be null");
        return new JdbcLeaseStore(connections, DEFAULT_TABLE);
    }

    /**
     * {@return the same store in another table}
     *
     * @param name letters, digits and underscores; a schema may stand before it, with a dot
     * @throws IllegalArgumentException if {@code name} is anything else
     */
    public JdbcLeaseStore table(String name) {
        if (!TABLE.matcher(Objects.requireNonNull(name, "'name' must not be null")).matches()) {
            throw new IllegalArgumentException(
                    "'name' must be letters, digits and underscores, with at most one dot: \"%s\""
                            .formatted(name));
        }
        return new JdbcLeaseStore(connections, name);
    }

    /**
     * Creates the table unless it exists, by the script {@code
     * dev/otp4j/lease/schema-<database>.sql} of this package. Several instances may do that at the
     * same time. Use your own migrations where you have any.
     *
     * @throws SQLException if the database cannot be reached, or refuses
     * @throws UnsupportedOperationException if there is no script for the database
     */
    public void initializeSchema() throws SQLException {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            create(statement, script(connection.getMetaData().getDatabaseProductName()));
        }
    }

    private static void create(Statement statement, String script) throws SQLException {
        try {
            statement.execute(script);
        } catch (SQLException failed) {
            // PostgreSQL refuses one of two that create it at the same moment
            if (!isConflict(failed) && !DUPLICATE_OBJECT.equals(failed.getSQLState())) throw failed;
            statement.execute(script);
        }
    }

    private String script(String product) {
        String file = "schema-%s.sql".formatted(product.toLowerCase(Locale.ROOT));
        try (InputStream in = JdbcLeaseStore.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new UnsupportedOperationException(
                        "there is no script that creates the table of leases on %s: create it yourself, see schema-postgresql.sql"
                                .formatted(product));
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace(DEFAULT_TABLE, table).replace(";", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Session open(Duration callLimit) throws SQLException {
        Connection connection = connections.open();
        try {
            connection.setAutoCommit(true);
            limitCalls(connection, callLimit);
            return new JdbcSession(connection, table);
        } catch (Throwable failed) {
            closeAfter(failed, connection);
            throw failed;
        }
    }

    /** PostgreSQL knows this limit; in H2 a statement that waits for a lock has one of its own. */
    private static void limitCalls(Connection connection, Duration limit) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) Math.max(1, limit.toMillis()));
        } catch (SQLFeatureNotSupportedException without) {
            // such a call ends when the driver ends it
        }
    }

    private static void closeAfter(Throwable failed, Connection connection) {
        try {
            connection.close();
        } catch (SQLException also) {
            failed.addSuppressed(also);
        }
    }

    /** Whether a row or a table of that name exists already. */
    private static boolean isConflict(SQLException failed) {
        String state = failed.getSQLState();
        return state != null && (state.startsWith("23") || state.equals("42P07"));
    }

    @Override
    public String toString() {
        return "JdbcLeaseStore[" + table + "]";
    }

    private record JdbcSession(Connection connection, String table) implements Session {
        @Override
        public Optional<LeaseRow> read(String name) throws SQLException {
            String sql = "SELECT token, beat, owner, hold_millis, give_ups FROM %s WHERE name = ?";
            try (PreparedStatement select = connection.prepareStatement(sql.formatted(table))) {
                select.setString(1, name);
                try (ResultSet found = select.executeQuery()) {
                    return found.next() ? Optional.of(row(name, found)) : Optional.empty();
                }
            }
        }

        private static LeaseRow row(String name, ResultSet found) throws SQLException {
            return new LeaseRow(
                    name,
                    found.getLong(1),
                    found.getLong(2),
                    found.getString(3),
                    Duration.ofMillis(found.getLong(4)),
                    found.getInt(5));
        }

        @Override
        public boolean insert(LeaseRow first) throws SQLException {
            String sql =
                    "INSERT INTO %s (token, beat, owner, hold_millis, give_ups, name) VALUES (?, ?, ?, ?, ?, ?)";
            try (PreparedStatement insert = connection.prepareStatement(sql.formatted(table))) {
                set(insert, first);
                insert.setString(6, first.name());
                return insert.executeUpdate() == 1;
            } catch (SQLException failed) {
                if (isConflict(failed)) return false;
                throw failed;
            }
        }

        @Override
        public boolean replace(LeaseRow expected, LeaseRow next) throws SQLException {
            String sql =
                    "UPDATE %s SET token = ?, beat = ?, owner = ?, hold_millis = ?, give_ups = ? WHERE name = ? AND token = ? AND beat = ?";
            try (PreparedStatement update = connection.prepareStatement(sql.formatted(table))) {
                set(update, next);
                update.setString(6, expected.name());
                update.setLong(7, expected.token());
                update.setLong(8, expected.beat());
                return update.executeUpdate() == 1;
            }
        }

        private static void set(PreparedStatement statement, LeaseRow row) throws SQLException {
            statement.setLong(1, row.token());
            statement.setLong(2, row.beat());
            statement.setString(3, row.owner());
            statement.setLong(4, row.hold().toMillis());
            statement.setInt(5, row.giveUps());
        }

        @Override
        public void abort() throws SQLException {
            connection.abort(Runnable::run);
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException broken) {
                // it is not used again
            }
        }
    }
}

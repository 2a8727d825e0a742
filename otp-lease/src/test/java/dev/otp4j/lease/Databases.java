/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/** The databases of the tests: H2 in memory, and one PostgreSQL for all test classes. */
final class Databases {
    private static final String H2 = "jdbc:h2:mem:leases;DB_CLOSE_DELAY=-1";

    private Databases() {}

    static JdbcLeaseStore h2() throws SQLException {
        JdbcLeaseStore store = JdbcLeaseStore.of(() -> DriverManager.getConnection(H2));
        store.initializeSchema();
        return store;
    }

    /** Started when it is first asked for, ended with the JVM. */
    private static final class Postgres {
        static final EmbeddedPostgres SERVER = start();
        static final JdbcLeaseStore STORE = initialized();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setPort(0)
                        .setPGStartupWait(Duration.ofMinutes(1))
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static JdbcLeaseStore initialized() {
            JdbcLeaseStore store = JdbcLeaseStore.of(Databases::connectToPostgres);
            try {
                store.initializeSchema();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
            return store;
        }
    }

    static Connection connectToPostgres() throws SQLException {
        return DriverManager.getConnection(Postgres.SERVER.getJdbcUrl("postgres", "postgres"));
    }

    static JdbcLeaseStore postgres() {
        return Postgres.STORE;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/** The databases of the tests: a new one for each test. */
public final class Databases {
    private Databases() {}

    /** An H2 in memory. */
    public static String h2() {
        return "jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID());
    }

    /** Started when it is first asked for, ended with the JVM. */
    private static final class Postgres {
        static final EmbeddedPostgres SERVER = start();

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
    }

    /** A PostgreSQL. */
    public static String postgres() {
        String name = "test_" + UUID.randomUUID().toString().replace('-', '_');
        try (Connection server =
                        DriverManager.getConnection(
                                Postgres.SERVER.getJdbcUrl("postgres", "postgres"));
                var statement = server.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return Postgres.SERVER.getJdbcUrl("postgres", name);
    }
}

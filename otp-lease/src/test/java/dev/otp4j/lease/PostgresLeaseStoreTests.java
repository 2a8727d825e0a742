/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.lease.LeaseStore.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PostgresLeaseStoreTests extends LeaseStoreContract {
    @Override
    JdbcLeaseStore store() {
        return Databases.postgres();
    }

    /** Another transaction has locked the row, and does not end. */
    @Test
    void aCallThatHangsFailsWhenItsLimitIsOver() throws Exception {
        try (Session session = store().open(Duration.ofMillis(500));
                Connection other = Databases.connectToPostgres()) {
            session.insert(first);
            lock(other);
            long begun = System.nanoTime();

            assertThatThrownBy(() -> session.replace(first, first.renewed()))
                    .isInstanceOf(SQLException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(400), Duration.ofSeconds(20));
            other.rollback();
        }
    }

    @Test
    void aCallThatHangsFailsWhenItIsAborted() throws Exception {
        try (Session session = store().open(Duration.ofMinutes(5));
                Connection other = Databases.connectToPostgres()) {
            session.insert(first);
            lock(other);
            Thread.ofPlatform().daemon().start(() -> abort(session));

            assertThatThrownBy(() -> session.replace(first, first.renewed()))
                    .isInstanceOf(SQLException.class);
            other.rollback();
        }
    }

    private void lock(Connection other) throws SQLException {
        other.setAutoCommit(false);
        try (var update =
                other.prepareStatement("UPDATE otp_lease SET give_ups = 9 WHERE name = ?")) {
            update.setString(1, name);
            update.executeUpdate();
        }
    }

    private static void abort(Session session) {
        try {
            session.abort();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

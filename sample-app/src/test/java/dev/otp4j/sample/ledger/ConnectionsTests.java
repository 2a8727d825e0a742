/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pool replaces each connection after some time, also the one that made the tables. */
@Timeout(60)
class ConnectionsTests {
    @TempDir Path folder;

    private static void replaceAll(LedgerFixture fixture) throws SQLException {
        List<Connection> before = all(fixture.pool);
        fixture.pool.getHikariPoolMXBean().softEvictConnections();
        for (Connection each : before) await().until(each::isClosed);
    }

    /** {@return the connections of a pool, as the driver has made them} */
    private static List<Connection> all(HikariDataSource pool) throws SQLException {
        var taken = new ArrayList<Connection>();
        var all = new ArrayList<Connection>();
        try {
            while (taken.size() < pool.getMaximumPoolSize()) taken.add(pool.getConnection());
            for (Connection each : taken) all.add(each.unwrap(Connection.class));
        } finally {
            for (Connection each : taken) each.close();
        }
        return all;
    }

    private static Attempt attempt(LedgerFixture fixture, Subscription to, DeliveryState state) {
        return LedgerFixture.attempt(fixture.next(to), state, 500);
    }

    @ParameterizedTest
    @EnumSource
    void allIsStoredAfterTheConnectionsWereReplaced(Kind kind) throws SQLException {
        String url = kind.url(folder);
        try (var fixture = new LedgerFixture(url);
                var another = Kind.open(url);
                var open = another.getConnection()) {
            assertThat(open.isValid(1)).as("H2 keeps the database open").isTrue();
            replaceAll(fixture);
            LedgerClient client = fixture.client(Duration.ofSeconds(10));
            var subscription = Subscription.of(URI.create("http://localhost/"), Secret.generate());
            client.subscribe(subscription);
            for (int n = 0; n < 2; n++) {
                client.store(NewEvent.of("{}".getBytes(StandardCharsets.UTF_8), null));
            }
            replaceAll(fixture);

            assertThat(client.note(List.of(attempt(fixture, subscription, DeliveryState.FAILED))))
                    .isTrue();
            assertThat(
                            client.note(
                                    List.of(
                                            attempt(
                                                    fixture,
                                                    subscription,
                                                    DeliveryState.DELIVERED))))
                    .isTrue();

            replaceAll(fixture);
            client.change(subscription.id(), SubscriptionChange.enabled(false));
            client.change(subscription.id(), SubscriptionChange.enabled(true));
            client.rotate(subscription.id(), Secret.generate());
            assertThat(client.sweep(Instant.now().plusSeconds(60)).events()).isEqualTo(2);
            client.unsubscribe(subscription.id());
        }
    }

    /** See the migration that drops them. */
    @Test
    void noTableOfH2HasACheck() {
        try (var fixture = new LedgerFixture(Kind.H2.url(folder))) {
            assertThat(fixture.checks()).isEmpty();
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A file of the time when each pending delivery had a row. */
class MigrationTests {
    private static final String SECRET = Secret.generate().reveal();

    @TempDir Path folder;

    private void fill(String url) {
        try (var pool = Kind.open(url)) {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:db/migration/h2", "classpath:db/migration/common")
                    .target("2")
                    .load()
                    .migrate();
            JdbcClient jdbc = JdbcClient.create(pool);
            for (String id : List.of("late", "done", "new", "gone")) {
                jdbc.sql(
                                """
                                INSERT INTO subscription (id, url, secret, created_at, deleted_at)
                                VALUES (?, 'http://localhost/', ?, CURRENT_TIMESTAMP,
                                    CASE WHEN ? = 'gone' THEN CURRENT_TIMESTAMP END)
                                """)
                        .params(id, SECRET, id)
                        .update();
            }
            for (int n = 1; n <= 4; n++) {
                jdbc.sql(
                                """
                                INSERT INTO event (position, id, body, body_digest, received_at)
                                VALUES (?, ?, X'7b7d', X'00', CURRENT_TIMESTAMP)
                                """)
                        .params(n, "evt_" + n)
                        .update();
            }
            delivery(jdbc, "late", 1, "delivered", 1);
            delivery(jdbc, "late", 2, "failed", 8);
            delivery(jdbc, "late", 3, "pending", 2);
            delivery(jdbc, "late", 4, "pending", 0);
            delivery(jdbc, "done", 3, "delivered", 1);
            delivery(jdbc, "done", 4, "delivered", 1);
            delivery(jdbc, "gone", 1, "delivered", 1);
            delivery(jdbc, "gone", 2, "failed", 3);
            jdbc.sql("UPDATE ledger_head SET position = 4").update();
        }
    }

    private static void delivery(
            JdbcClient jdbc, String id, int position, String state, int attempts) {
        jdbc.sql(
                        """
                        INSERT INTO delivery (subscription_id, position, state, attempts, due_at, last_error)
                        VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP, 'why')
                        """)
                .params(id, position, state, attempts)
                .update();
    }

    private static String states(LedgerFixture fixture, String event) {
        return fixture.deliveries.event(event).orElseThrow().deliveries().stream()
                .map(d -> d.subscriptionId() + " " + d.state().text() + " " + d.attempts())
                .sorted()
                .toList()
                .toString();
    }

    @Test
    void nothingThatWasPendingIsLostAndNothingIsDeliveredAgain() {
        String url = Kind.H2.url(folder);
        fill(url);
        try (var fixture = new LedgerFixture(url)) {
            assertThat(fixture.checks()).isEmpty();
            assertThat(states(fixture, "evt_1")).isEqualTo("[gone delivered 1, late delivered 1]");
            assertThat(states(fixture, "evt_2")).isEqualTo("[gone failed 3, late failed 8]");
            assertThat(states(fixture, "evt_3")).isEqualTo("[done delivered 1, late pending 2]");
            assertThat(states(fixture, "evt_4")).isEqualTo("[done delivered 1, late pending 0]");

            Claim late = fixture.reader.claim("late").orElseThrow();
            assertThat(late.progress().position()).isEqualTo(2);
            assertThat(late.pending().due()).extracting(Due::eventId).containsExactly("evt_3");
            assertThat(fixture.reader.claim("done").orElseThrow().pending().due()).isEmpty();
            assertThat(fixture.reader.claim("new").orElseThrow().progress().position())
                    .isEqualTo(4);
            assertThat(fixture.reader.claim("gone")).isEmpty();
        }
    }
}

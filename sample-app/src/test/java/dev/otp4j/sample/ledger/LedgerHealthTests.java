/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** A table that is away stands for a database that answers and yet cannot be written. */
@Timeout(60)
class LedgerHealthTests {
    @TempDir Path folder;

    private final Subscription subscription =
            Subscription.of(URI.create("http://localhost/"), Secret.generate());
    private LedgerFixture fixture;
    private LedgerClient client;

    @BeforeEach
    void open() {
        fixture = new LedgerFixture(Kind.H2.url(folder));
        client = fixture.client(Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Health health() {
        return new LedgerHealthIndicator(fixture.writes).health();
    }

    private void passes(Duration time) {
        fixture.nanoTime.addAndGet(time.toNanos());
    }

    private void rename(String from, String to) {
        fixture.jdbc.sql("ALTER TABLE %s RENAME TO %s".formatted(from, to)).update();
    }

    private void event() {
        client.store(NewEvent.of("{}".getBytes(StandardCharsets.UTF_8), null));
    }

    private boolean result() {
        Due due = fixture.next(subscription);
        return client.note(List.of(LedgerFixture.attempt(due, DeliveryState.DELIVERED, 204)));
    }

    @Test
    void isDownWhileResultsCannotBeStored() {
        client.subscribe(subscription);
        event();
        rename("delivery", "away");
        assertThat(result()).isFalse();
        assertThat(health().getStatus()).isEqualTo(Status.UP);
        passes(Duration.ofSeconds(11));
        assertThat(result()).isFalse();

        assertThat(health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(health().getDetails()).containsEntry("requests", "written");
        assertThat(health().getDetails().get("results"))
                .asString()
                .startsWith("all writes of the last 11 s have failed: Table \"DELIVERY\" not found")
                .doesNotContain("SQL statement");

        rename("away", "delivery");
        assertThat(result()).isTrue();
        assertThat(health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void isDownWhileNothingCanBeAccepted() {
        rename("event", "away");
        fails();
        passes(Duration.ofSeconds(11));
        fails();

        assertThat(health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(health().getDetails()).containsEntry("results", "written");

        rename("away", "event");
        event();
        assertThat(health().getDetails())
                .isEqualTo(Map.of("requests", "written", "results", "written"));
    }

    private void fails() {
        assertThatThrownBy(this::event).isInstanceOf(LedgerUnavailableException.class);
    }
}

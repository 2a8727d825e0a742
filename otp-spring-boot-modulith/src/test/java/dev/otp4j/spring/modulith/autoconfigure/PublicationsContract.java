/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.supervisor.Backoff;
import dev.otp4j.testkit.Rule;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionTemplate;

/** The rows of the table of publications, as two instances change them. */
@Timeout(60)
abstract class PublicationsContract {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123456Z");
    private static final int MOST = 5;

    private JdbcTemplate jdbc;
    private Publications publications;

    abstract String database();

    abstract String platform();

    @BeforeEach
    @Timeout(60) // the first one starts a server
    void createTable() {
        var source = new DriverManagerDataSource(database());
        String script =
                "org/springframework/modulith/events/jdbc/schemas/v2/schema-%s.sql"
                        .formatted(platform());
        new ResourceDatabasePopulator(new ClassPathResource(script)).execute(source);
        jdbc = new JdbcTemplate(source);
        publications =
                new Publications(
                        jdbc,
                        new TransactionTemplate(new DataSourceTransactionManager(source)),
                        null);
    }

    private UUID row(String status, int attempts, Duration ago) {
        UUID id = UUID.randomUUID();
        Timestamp then = Timestamp.from(NOW.minus(ago));
        jdbc.update(
                "INSERT INTO EVENT_PUBLICATION (ID, LISTENER_ID, EVENT_TYPE, SERIALIZED_EVENT, PUBLICATION_DATE, STATUS, COMPLETION_ATTEMPTS, LAST_RESUBMISSION_DATE, COMPLETION_DATE) VALUES (?, 'otp:a', 'type', 'event', ?, ?, ?, ?, ?)",
                id,
                Timestamp.from(NOW.minusSeconds(100_000)),
                status,
                attempts,
                then,
                status.equals("COMPLETED") ? then : null);
        return id;
    }

    private List<UUID> due() {
        var backoff = Backoff.exponential(Duration.ofSeconds(10), Duration.ofSeconds(40)).jitter(0);
        Due due = Due.at(NOW, Duration.ofMinutes(2), backoff, MOST);
        return publications.due("otp:a", due, 100).stream().map(Publication::id).toList();
    }

    private Publication read(UUID id) {
        Due all = new Due(NOW.plusSeconds(1), List.of(NOW.plusSeconds(1)), 1_000);
        return publications.due("otp:a", all, 100).stream()
                .filter(found -> found.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private @Nullable String status(UUID id) {
        return jdbc.queryForObject(
                "SELECT STATUS FROM EVENT_PUBLICATION WHERE ID = ?", String.class, id);
    }

    @Test
    @Rule("DD-04")
    void whatFailedIsDueAfterADelayThatGrowsWithItsAttempts() {
        List<UUID> due = new ArrayList<>();
        row("FAILED", 1, Duration.ofSeconds(9));
        due.add(row("FAILED", 1, Duration.ofSeconds(11)));
        row("FAILED", 2, Duration.ofSeconds(19));
        due.add(row("FAILED", 2, Duration.ofSeconds(21)));
        row("FAILED", 4, Duration.ofSeconds(39));
        due.add(row("FAILED", 4, Duration.ofSeconds(41)));
        row("FAILED", MOST, Duration.ofDays(1));
        due.add(row("FAILED", 0, Duration.ZERO));

        assertThat(due()).containsExactlyInAnyOrderElementsOf(due);
    }

    @Test
    @Rule("DD-05")
    void anAttemptWithoutAnOutcomeIsDueWhenItIsStaleCountedFromItsOwnBegin() {
        List<UUID> due = new ArrayList<>();
        for (String status : List.of("PUBLISHED", "PROCESSING", "RESUBMITTED")) {
            row(status, 1, Duration.ofSeconds(119)); // published long before
            due.add(row(status, 1, Duration.ofSeconds(121)));
        }
        row("COMPLETED", 1, Duration.ofDays(1));

        assertThat(due()).containsExactlyInAnyOrderElementsOf(due);
    }

    @Test
    @Rule("DD-06")
    void oneOfManyGetsAnAttempt() throws Exception {
        for (int round = 0; round < 20; round++) {
            Publication read = read(row("FAILED", 1, Duration.ofMinutes(1)));
            var winners = new AtomicInteger();
            Callable<Void> contender =
                    () -> {
                        if (publications.claim(read, NOW)) winners.incrementAndGet();
                        return null;
                    };
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var contenders =
                        IntStream.range(0, 4).mapToObj(n -> contender).collect(Collectors.toList());
                for (Future<Void> done : threads.invokeAll(contenders)) done.get();
            }
            assertThat(winners).hasValue(1);
            assertThat(status(read.id())).isEqualTo("RESUBMITTED");
        }
    }

    @Test
    @Rule("DD-06")
    void whatWasHandledMeanwhileCannotBeClaimed() {
        Publication read = read(row("FAILED", 1, Duration.ofMinutes(1)));
        jdbc.update(
                "UPDATE EVENT_PUBLICATION SET STATUS = 'COMPLETED', COMPLETION_DATE = ?",
                Timestamp.from(NOW));

        assertThat(publications.claim(read, NOW)).isFalse();
        assertThat(status(read.id())).isEqualTo("COMPLETED");
    }

    @Test
    @Rule("DD-06")
    void anAttemptThatAnotherInstanceHasTakenOverCannotFailItsSuccessor() {
        Publication read = read(row("FAILED", 1, Duration.ofMinutes(1)));
        assertThat(publications.claim(read, NOW)).isTrue();
        Publication mine = read.claimed(NOW);
        assertThat(publications.claim(read(read.id()), NOW)).as("taken over").isTrue();

        publications.fail(mine);

        assertThat(status(read.id())).isEqualTo("RESUBMITTED");
        publications.fail(mine.claimed(NOW));
        assertThat(status(read.id())).isEqualTo("FAILED");
    }

    @Test
    @Rule("DD-06")
    void anAttemptThatIsGivenBackDoesNotCountAndChangesNoSuccessor() {
        Publication read = read(row("FAILED", 1, Duration.ofMinutes(1)));
        assertThat(publications.claim(read, NOW)).isTrue();
        Publication mine = read.claimed(NOW);

        publications.giveBack(mine);

        Publication free = read(read.id());
        assertThat(free.status()).isEqualTo("FAILED");
        assertThat(free.attempts()).isEqualTo(1);
        assertThat(publications.claim(free, NOW)).isTrue();
        Publication next = free.claimed(NOW);
        assertThat(publications.claim(next, NOW)).as("it was lost").isTrue();
        publications.giveBack(next);
        assertThat(status(read.id())).isEqualTo("RESUBMITTED");
    }

    @Test
    @Rule("DD-07")
    void aLastAttemptThatIsLostIsGivenUp() {
        UUID lost = row("RESUBMITTED", MOST, Duration.ofMinutes(3));
        UUID underWay = row("RESUBMITTED", MOST, Duration.ofMinutes(1));

        assertThat(publications.giveUpLost("otp:a", MOST, NOW.minusSeconds(120))).isEqualTo(1);

        assertThat(status(underWay)).isEqualTo("RESUBMITTED");
        assertThat(publications.countGivenUp("otp:a", MOST)).isEqualTo(1);
        assertThat(publications.givenUp("otp:a", MOST, 10))
                .extracting(Publication::id)
                .containsExactly(lost);
        assertThat(publications.renew(underWay, "otp:a", MOST)).isFalse();
        assertThat(publications.renewAll("otp:a", MOST)).isEqualTo(1);
        assertThat(due()).containsExactly(lost);
    }
}

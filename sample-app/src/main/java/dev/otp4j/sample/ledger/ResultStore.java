/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.sample.ledger.Database.Lock;
import dev.otp4j.sample.ledger.ResultMessage.Note;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Writes the results of attempts: settled deliveries, and the progress of subscriptions. */
@Repository
class ResultStore {
    private static final String DELIVERY =
            """
            INSERT INTO delivery (position, subscription_id, state, attempts, last_status, last_error)
            VALUES (?, ?, ?, ?, ?, ?)
            """;
    private static final String PROGRESS =
            """
            UPDATE progress SET position = ?, attempts = ?, attempted_at = ?, next_at = ?, last_status = ?, last_error = ?
            WHERE subscription_id = ?
            """;

    private final Database database;
    private final JdbcTemplate jdbc;
    private final Clock clock;

    ResultStore(Database database, Clock clock) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.clock = clock;
    }

    /** {@return the progress of the subscriptions after it, except those that are gone} */
    Map<String, Progress> note(List<Note> notes) {
        return database.locking(
                Lock.RESULTS,
                row -> {
                    Map<String, Progress> before =
                            progress(notes.stream().map(Note::subscriptionId).distinct().toList());
                    var settlement = new Settlement(before, clock.instant());
                    notes.forEach(settlement::add);
                    insert(settlement.settled());
                    update(settlement.changed());
                    settlement.gone().forEach(this::disable);
                    return settlement.progress();
                });
    }

    void force() {
        database.force();
    }

    private Map<String, Progress> progress(List<String> ids) {
        var found = new HashMap<String, Progress>();
        jdbc.query(
                "SELECT "
                        + LedgerReader.PROGRESS
                        + " FROM progress p JOIN subscription s ON s.id = p.subscription_id"
                        + " WHERE s.deleted_at IS NULL AND p.subscription_id IN "
                        + Padded.marks(ids),
                row -> {
                    Progress each = LedgerReader.progress(row);
                    found.put(each.subscriptionId(), each);
                },
                Padded.values(ids));
        return found;
    }

    private void insert(List<Attempt> settled) {
        jdbc.batchUpdate(
                DELIVERY,
                settled,
                Math.max(1, settled.size()),
                (row, attempt) -> {
                    row.setLong(1, attempt.due().position());
                    row.setString(2, attempt.due().subscription().id());
                    row.setString(3, attempt.state().text());
                    row.setInt(4, attempt.number());
                    row.setObject(5, attempt.status(), Types.INTEGER);
                    row.setObject(6, attempt.error(), Types.VARCHAR);
                });
    }

    private void update(List<Progress> changed) {
        jdbc.batchUpdate(
                PROGRESS,
                changed,
                Math.max(1, changed.size()),
                (row, progress) -> {
                    row.setLong(1, progress.position());
                    row.setInt(2, progress.attempts());
                    time(row, 3, progress.attemptedAt());
                    time(row, 4, progress.nextAt());
                    row.setObject(5, progress.lastStatus(), Types.INTEGER);
                    row.setObject(6, progress.lastError(), Types.VARCHAR);
                    row.setString(7, progress.subscriptionId());
                });
    }

    private void disable(String subscriptionId) {
        jdbc.update(
                "UPDATE subscription SET enabled = FALSE, gone_at = ? WHERE id = ?",
                clock.instant().atOffset(ZoneOffset.UTC),
                subscriptionId);
    }

    private static void time(PreparedStatement row, int index, @Nullable Instant time)
            throws SQLException {
        row.setObject(
                index,
                Optional.ofNullable(time).map(t -> t.atOffset(ZoneOffset.UTC)).orElse(null),
                Types.TIMESTAMP_WITH_TIMEZONE);
    }

    /** What results change, in memory. */
    private static final class Settlement {
        private final Map<String, Progress> progress;
        private final Map<String, Progress> changed = new LinkedHashMap<>();
        private final List<Attempt> settled = new ArrayList<>();
        private final Instant now;

        Settlement(Map<String, Progress> before, Instant now) {
            this.progress = before;
            this.now = now;
        }

        void add(Note note) {
            for (Attempt attempt : note.attempts()) {
                Progress before = progress.get(note.subscriptionId());
                if (before != null)
                    before.after(attempt, now).ifPresent(next -> add(attempt, next));
            }
        }

        private void add(Attempt attempt, Progress next) {
            progress.put(next.subscriptionId(), next);
            changed.put(next.subscriptionId(), next);
            if (attempt.state() != DeliveryState.PENDING) settled.add(attempt);
        }

        Map<String, Progress> progress() {
            return progress;
        }

        List<Progress> changed() {
            return List.copyOf(changed.values());
        }

        List<Attempt> settled() {
            return settled;
        }

        /** The subscriptions whose subscribers want no further deliveries. */
        List<String> gone() {
            return settled.stream()
                    .filter(Attempt::isGone)
                    .map(attempt -> attempt.due().subscription().id())
                    .toList();
        }
    }
}

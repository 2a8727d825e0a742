/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.sample.ledger.Database.Lock;
import dev.otp4j.sample.ledger.ResultMessage.Note;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Writes outcomes: attempts, settled deliveries, and the progress of subscriptions and replays. */
@Repository
class ResultStore {
    private static final String PROGRESS =
            """
            UPDATE progress SET position = ?, attempts = ?, attempted_at = ?, next_at = ?, last_status = ?, last_error = ?
            WHERE subscription_id = ?
            """;

    private final Database database;
    private final JdbcTemplate jdbc;
    private final DeliveryTable deliveries;
    private final ReplayTable replays;
    private final FailingTable failing;
    private final Duration disableAfter;
    private final Clock clock;

    ResultStore(Database database, SubscriptionProperties properties, Clock clock) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.deliveries = new DeliveryTable(jdbc);
        this.replays = new ReplayTable(jdbc);
        this.failing = new FailingTable(jdbc, clock);
        this.disableAfter = properties.disableAfter();
        this.clock = clock;
    }

    /** {@return the progress of the subscriptions after it, except those that are gone} */
    Map<String, Progress> note(List<Note> notes) {
        return database.locking(
                Lock.RESULTS,
                row -> {
                    var settlement =
                            new Settlement(
                                    standings(subscriptionsOf(notes)),
                                    replays.with(replaysOf(notes)),
                                    disableAfter,
                                    clock.instant());
                    notes.forEach(note -> note.outcomes().forEach(settlement::add));
                    deliveries.write(settlement.attempts());
                    update(settlement.moved());
                    settlement.replayed().forEach(replays::update);
                    failing.count(settlement.failing());
                    settlement.gone().forEach(failing::gone);
                    settlement.tooLong().forEach(failing::failed);
                    return settlement.places();
                });
    }

    private static List<String> subscriptionsOf(List<Note> notes) {
        return notes.stream().map(Note::subscriptionId).distinct().toList();
    }

    private static List<String> replaysOf(List<Note> notes) {
        return notes.stream()
                .flatMap(note -> note.outcomes().stream())
                .map(outcome -> outcome.turn().replayId())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    void force() {
        database.force();
    }

    private Map<String, Settlement.Standing> standings(List<String> ids) {
        var found = new HashMap<String, Settlement.Standing>();
        jdbc.query(
                "SELECT "
                        + LedgerReader.PROGRESS
                        + ", s.event_types, "
                        + FailingTable.COLUMNS
                        + " FROM progress p"
                        + " JOIN subscription s ON s.id = p.subscription_id"
                        + " WHERE s.deleted_at IS NULL AND p.subscription_id IN "
                        + Padded.marks(ids),
                row -> {
                    Progress place = LedgerReader.progress(row);
                    EventTypes types = EventTypes.ofText(row.getString("event_types"));
                    var standing =
                            new Settlement.Standing(
                                    place,
                                    types,
                                    FailingTable.of(row),
                                    row.getInt("enabled_count"));
                    found.put(place.subscriptionId(), standing);
                },
                Padded.values(ids));
        return found;
    }

    private void update(List<Progress> moved) {
        jdbc.batchUpdate(
                PROGRESS,
                moved,
                Math.max(1, moved.size()),
                (row, place) -> {
                    Columns.place(row, place);
                    row.setString(7, place.subscriptionId());
                });
    }
}

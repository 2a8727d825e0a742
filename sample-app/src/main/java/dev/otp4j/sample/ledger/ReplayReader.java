/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads what is to be replayed next. Single replays go before those of all that has failed, and
 * these one after another: so no delivery is in two of them at a time.
 */
final class ReplayReader {
    /** How many deliveries are replayed at once; then those in order have their turn. */
    static final int DELIVERIES = 8;

    /** How many replays can wait for their next attempts before others wait for them. */
    private static final int REPLAYS = 64;

    private static final String EVENT =
            "e.position, e.id, e.body, e.received_at, e.event_type, e.target, d.attempts";

    private final JdbcTemplate jdbc;
    private final PendingReader events;
    private final ReplayTable table;
    private final Clock clock;

    ReplayReader(JdbcTemplate jdbc, PendingReader events, Clock clock) {
        this.jdbc = jdbc;
        this.events = events;
        this.table = new ReplayTable(jdbc);
        this.clock = clock;
    }

    /** An event, and how often its delivery was tried before. */
    private record Again(StoredEvent event, int earlier) {}

    Replays of(Subscription subscription) {
        List<ReplayTable.Row> replays = next(subscription);
        Instant now = clock.instant();
        @Nullable Duration least = null;
        for (ReplayTable.Row each : replays) {
            Duration wait = wait(each.place(), now);
            if (wait.isZero()) return due(subscription, each);
            if (least == null || wait.compareTo(least) < 0) least = wait;
        }
        return least == null ? Replays.NONE : new Replays(List.of(), null, least);
    }

    /** The single ones, and the first of the others. */
    private List<ReplayTable.Row> next(Subscription subscription) {
        List<ReplayTable.Row> all = table.first(subscription.id(), REPLAYS);
        return Stream.concat(
                        all.stream().filter(ReplayTable.Row::single),
                        all.stream().filter(each -> !each.single()).limit(1))
                .toList();
    }

    /** A clock that was set back ends the wait: after the next attempt it is right again. */
    private static Duration wait(Progress place, Instant now) {
        boolean setBack = place.attemptedAt() != null && now.isBefore(place.attemptedAt());
        return setBack ? Duration.ZERO : place.waitAt(now);
    }

    private Replays due(Subscription subscription, ReplayTable.Row replay) {
        List<Again> again = replay.single() ? single(subscription, replay) : failed(subscription, replay);
        Progress place = replay.place();
        if (again.isEmpty()) {
            var turn = new Turn(replay.id(), place.position(), 0);
            return new Replays(List.of(), new Passed(subscription, turn, replay.until()), null);
        }
        var due = new ArrayList<Due>();
        long after = place.position();
        for (Again each : again) {
            boolean next = each.event().position() == place.position() + 1;
            var turn = new Turn(replay.id(), after, each.earlier());
            due.add(Due.of(subscription, each.event(), next ? place.attempts() : 0, turn));
            after = each.event().position();
        }
        return new Replays(due, null, null);
    }

    private List<Again> single(Subscription subscription, ReplayTable.Row replay) {
        return jdbc.query(
                "SELECT "
                        + EVENT
                        + " FROM event e LEFT JOIN delivery d"
                        + " ON d.position = e.position AND d.subscription_id = ?"
                        + " WHERE e.position = ?",
                (row, n) -> again(row),
                subscription.id(),
                replay.until());
    }

    /** Without those that a single replay is for. */
    private List<Again> failed(Subscription subscription, ReplayTable.Row replay) {
        int most = replay.place().attempts() > 0 ? 1 : DELIVERIES;
        return jdbc.query(
                "SELECT "
                        + EVENT
                        + " FROM failed f JOIN event e ON e.position = f.position"
                        + " JOIN delivery d"
                        + " ON d.position = f.position AND d.subscription_id = f.subscription_id"
                        + " WHERE f.subscription_id = ? AND f.position > ? AND f.position <= ?"
                        + " AND NOT EXISTS (SELECT 1 FROM replay r"
                        + " WHERE r.subscription_id = f.subscription_id AND r.single"
                        + " AND r.until_position = f.position)"
                        + " ORDER BY f.position FETCH FIRST "
                        + most
                        + " ROWS ONLY",
                (row, n) -> again(row),
                subscription.id(),
                replay.place().position(),
                replay.until());
    }

    private Again again(ResultSet row) throws SQLException {
        return new Again(events.event(row), row.getInt("attempts"));
    }
}

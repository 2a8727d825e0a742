/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
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

    /** The single ones, the first of each delivery, and the first of the others. */
    private List<ReplayTable.Row> next(Subscription subscription) {
        List<ReplayTable.Row> all = table.first(subscription.id(), REPLAYS);
        var deliveries = new HashSet<Long>();
        return Stream.concat(
                        all.stream()
                                .filter(ReplayTable.Row::single)
                                .filter(each -> deliveries.add(each.until())),
                        all.stream().filter(each -> !each.single()).limit(1))
                .toList();
    }

    /** A clock that was set back ends the wait: after the next attempt it is right again. */
    private static Duration wait(Progress place, Instant now) {
        boolean setBack = place.attemptedAt() != null && now.isBefore(place.attemptedAt());
        return setBack ? Duration.ZERO : place.waitAt(now);
    }

    private Replays due(Subscription subscription, ReplayTable.Row replay) {
        List<Long> positions =
                replay.single() ? List.of(replay.until()) : failed(subscription, replay);
        List<Again> again = read(subscription, positions);
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

    /** Positions first: with all columns of the index in the order, H2 reads no more rows. */
    private List<Long> failed(Subscription subscription, ReplayTable.Row replay) {
        int most = replay.place().attempts() > 0 ? 1 : DELIVERIES;
        return jdbc.queryForList(
                """
                SELECT f.position FROM failed f
                WHERE f.subscription_id = ? AND f.position > ? AND f.position <= ?
                    AND NOT EXISTS (
                        SELECT 1 FROM replay r WHERE r.subscription_id = f.subscription_id
                            AND r.single AND r.until_position = f.position)
                ORDER BY f.subscription_id, f.position FETCH FIRST %d ROWS ONLY
                """
                        .formatted(most),
                Long.class,
                subscription.id(),
                replay.place().position(),
                replay.until());
    }

    private List<Again> read(Subscription subscription, List<Long> positions) {
        if (positions.isEmpty()) return List.of();
        var parameters = new ArrayList<Object>(List.of(subscription.id()));
        parameters.addAll(List.of(Padded.values(positions)));
        return jdbc.query(
                """
                SELECT e.position, e.id, e.body, e.received_at, e.event_type, e.target, d.attempts
                FROM event e
                LEFT JOIN delivery d ON d.position = e.position AND d.subscription_id = ?
                WHERE e.position IN %s ORDER BY e.position
                """
                        .formatted(Padded.marks(positions)),
                (row, n) -> again(row),
                parameters.toArray());
    }

    private Again again(ResultSet row) throws SQLException {
        return new Again(events.event(row), row.getInt("attempts"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the events that tell operational subscriptions which others the relay has disabled. Each
 * goes to one subscription only, beside the order of the others.
 */
final class Notices {
    static final String TYPE = "relay.subscription.disabled";

    /** How many events a step makes at most, unless a single subscription leads to more. */
    private static final int EVENTS = 1_000;

    private final JdbcTemplate jdbc;

    Notices(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    private record Disabled(String id, String cause, String reason, Instant at) {
        static Disabled of(ResultSet row) throws SQLException {
            return new Disabled(
                    row.getString("id"),
                    row.getObject("gone_at") == null ? "failing" : "gone",
                    row.getString("disabled_reason"),
                    LedgerReader.instant(row, "disabled_at"));
        }

        byte[] body() {
            var body = JsonMapper.shared().createObjectNode();
            body.put("type", TYPE).put("timestamp", at.toString());
            body.putObject("data")
                    .put("subscription", id)
                    .put("cause", cause)
                    .put("reason", reason);
            return body.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    /** {@return the next events, which are not due any more} */
    List<NewEvent> take() {
        List<Disabled> disabled = disabled();
        if (disabled.isEmpty()) return List.of();
        List<String> listeners = listeners();
        var events = new ArrayList<NewEvent>();
        for (Disabled each : disabled) {
            if (!events.isEmpty() && events.size() + listeners.size() > EVENTS) break;
            listeners.stream()
                    .filter(listener -> !listener.equals(each.id()))
                    .map(listener -> NewEvent.of(each.body(), null, TYPE).only(listener))
                    .forEach(events::add);
            jdbc.update("UPDATE subscription SET notice_due = FALSE WHERE id = ?", each.id());
        }
        return events;
    }

    /** A subscription that was enabled again meanwhile has no reason any more. */
    private List<Disabled> disabled() {
        return jdbc.query(
                """
                SELECT id, gone_at, disabled_reason, disabled_at FROM subscription
                WHERE notice_due AND disabled_reason IS NOT NULL AND deleted_at IS NULL
                ORDER BY disabled_at, id FETCH FIRST 100 ROWS ONLY
                """,
                (row, n) -> Disabled.of(row));
    }

    private List<String> listeners() {
        return jdbc.queryForList(
                "SELECT id FROM subscription WHERE operational AND deleted_at IS NULL ORDER BY id",
                String.class);
    }
}

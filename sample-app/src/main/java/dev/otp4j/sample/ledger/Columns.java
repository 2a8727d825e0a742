/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Sets parameters of statements that several tables have in common. */
final class Columns {
    private Columns() {}

    /** Sets the first six parameters to a place. */
    static void place(PreparedStatement row, Progress place) throws SQLException {
        row.setLong(1, place.position());
        row.setInt(2, place.attempts());
        time(row, 3, place.attemptedAt());
        time(row, 4, place.nextAt());
        row.setObject(5, place.lastStatus(), Types.INTEGER);
        row.setObject(6, place.lastError(), Types.VARCHAR);
    }

    static void time(PreparedStatement row, int index, @Nullable Instant time) throws SQLException {
        row.setObject(
                index,
                time == null ? null : time.atOffset(ZoneOffset.UTC),
                Types.TIMESTAMP_WITH_TIMEZONE);
    }
}

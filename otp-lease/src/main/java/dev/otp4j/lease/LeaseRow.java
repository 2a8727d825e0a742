/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A lease as it is stored. Immutable.
 *
 * <p>Token and beat together name one write: no two rows that were ever stored for a lease have
 * both in common. So a row with the token and the beat that were read before has not been changed
 * since.
 *
 * @param name which lease it is
 * @param token the fencing token of the present holder, or of the last one; one more for each
 *     holder, never less; at least 1
 * @param beat how many times the row has been written; at least 1
 * @param owner the instance that holds the lease, or null if it is free
 * @param hold how long another instance has to see the row unchanged, on its own clock, before it
 *     may take the lease; zero if it may do so at once
 * @param giveUps how many holders in a row have given up
 * @since 0.1.0
 */
public record LeaseRow(
        String name, long token, long beat, @Nullable String owner, Duration hold, int giveUps) {
    /** Refuses what is out of range. */
    public LeaseRow {
        Objects.requireNonNull(name, "'name' must not be null");
        Objects.requireNonNull(hold, "'hold' must not be null");
        if (token < 1) throw new IllegalArgumentException("'token' must be positive: " + token);
        if (beat < 1) throw new IllegalArgumentException("'beat' must be positive: " + beat);
        if (hold.isNegative()) {
            throw new IllegalArgumentException("'hold' must not be negative: " + hold);
        }
        if (giveUps < 0) {
            throw new IllegalArgumentException("'giveUps' must not be negative: " + giveUps);
        }
    }

    /** The first row of a lease. */
    static LeaseRow first(String name, String owner, Duration ttl) {
        return new LeaseRow(name, 1, 1, owner, ttl, 0);
    }

    /** The row once another instance has taken the lease. */
    LeaseRow taken(String newOwner, Duration ttl) {
        return new LeaseRow(name, token + 1, beat + 1, newOwner, ttl, giveUps);
    }

    /** The row after one more sign of life of its holder. */
    LeaseRow renewed() {
        return new LeaseRow(name, token, beat + 1, owner, hold, giveUps);
    }

    /** The free row; it keeps its token, so that the next one is larger. */
    LeaseRow released(Duration pause, int newGiveUps) {
        return new LeaseRow(name, token, beat + 1, null, pause, newGiveUps);
    }

    /** Whether both are the outcome of one write. */
    boolean isSameWrite(LeaseRow other) {
        return token == other.token && beat == other.beat;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.time.Duration;

/**
 * A child that has no process and is started again later, as it is at the moment at which it was
 * looked at; {@link #toString} says {@code restarting in 3.2 s, attempt 4}.
 *
 * <p>Components may be added in any release: do not call the constructor, and do not match with a
 * record pattern.
 *
 * @param attempt how many-th restart in a row it is, from 1; always 1 for a child without a {@link
 *     Backoff}
 * @param dueIn how long it takes until the restart, at the most; zero if it is due
 * @since 0.1.0
 */
public record PendingRestart(int attempt, Duration dueIn) {
    @Override
    public String toString() {
        return "restarting %s, attempt %d".formatted(when(), attempt);
    }

    private String when() {
        if (dueIn.isZero()) return "now";
        if (dueIn.compareTo(Duration.ofSeconds(1)) < 0) return "in " + dueIn.toMillis() + " ms";
        long tenths = dueIn.plusMillis(50).toMillis() / 100;
        return "in %d.%d s".formatted(tenths / 10, tenths % 10);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The restarts in a row of a child with a {@link Backoff}. Pure: times come as arguments. A child
 * that has not failed has none.
 *
 * @param last how many-th restart in a row the last one was
 * @param running whether the child was started again since
 * @param since when it was
 */
record Attempts(int last, boolean running, long since) {
    /** What they are when the child fails. */
    static Attempts next(@Nullable Attempts before, Backoff backoff, long now) {
        if (before == null) return new Attempts(backoff.attemptAfter(0, null), false, 0);
        Duration ran = before.running ? Duration.ofNanos(now - before.since) : null;
        return new Attempts(backoff.attemptAfter(before.last, ran), false, 0);
    }

    /**
     * What they are when the child was started. A child that is started again because of a sibling
     * has not failed: that changes nothing.
     */
    Attempts started(long now) {
        return running ? this : new Attempts(last, true, now);
    }
}

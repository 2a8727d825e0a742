/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.sample.ledger.Claim;
import dev.otp4j.sample.ledger.Passed;
import dev.otp4j.sample.ledger.Subscription;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a courier goes on from memory.
 *
 * @param settled everything up to here has a result
 * @param position no event between {@code settled} and here is for the subscription
 * @param seen the changes to the subscription that the courier knows
 * @param replayAt when a replay is due, as {@link System#nanoTime} counts, or null
 */
record Place(
        Subscription subscription,
        long settled,
        long position,
        long seen,
        @Nullable Long replayAt) {

    static Place of(Claim claim) {
        Duration wait = claim.replays().due().isEmpty() ? claim.replays().dueIn() : Duration.ZERO;
        Long replayAt = wait == null ? null : System.nanoTime() + wait.toNanos();
        long position = claim.progress().position();
        return new Place(claim.subscription(), position, position, claim.seen(), replayAt);
    }

    Place settledAt(long next) {
        return new Place(subscription, next, next, seen, replayAt);
    }

    Place passedTo(long next) {
        return new Place(subscription, settled, next, seen, replayAt);
    }

    /** {@return what was passed over since the last result} */
    Optional<Passed> passed() {
        return position > settled
                ? Optional.of(Passed.inOrder(subscription, settled, position))
                : Optional.empty();
    }

    boolean isReplayDue() {
        return replayAt != null && System.nanoTime() - replayAt >= 0;
    }

    /** {@return the shorter one of a delay and the time until a replay is due} */
    Duration orReplay(Duration delay) {
        if (replayAt == null) return delay;
        Duration wait = Duration.ofNanos(Math.max(0, replayAt - System.nanoTime()));
        return wait.compareTo(delay) < 0 ? wait : delay;
    }
}

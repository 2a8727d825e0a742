/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * For how long all attempts to deliver to a subscription have failed.
 *
 * <p>The time is the sum of the times between one failed attempt and the next. No more than a fifth
 * of {@code relay.disable-after} is counted between two of them. So neither a clock that jumps, nor
 * a time in which the relay did not run or had nothing to deliver, disables a subscription.
 *
 * @param epoch how many times the subscription had been enabled when this was counted
 * @param lastAt when the last attempt failed, or null
 * @param time the time that is counted
 * @param deliveries number of deliveries that were given up
 */
record Failing(int epoch, @Nullable Instant lastAt, Duration time, int deliveries) {
    /** How many deliveries must have been given up at least. */
    static final int LEAST_DELIVERIES = 3;

    private static final int STEPS = 5;

    static Failing none(int epoch) {
        return new Failing(epoch, null, Duration.ZERO, 0);
    }

    /**
     * {@return what is counted after an attempt}
     *
     * @param now time of the attempt
     * @param enabled how many times the subscription has been enabled: what was counted before the
     *     last time does not count any more
     * @param limit {@code relay.disable-after}
     */
    Failing after(DeliveryState state, Instant now, int enabled, Duration limit) {
        if (state == DeliveryState.DELIVERED) return none(enabled);
        Failing before = epoch == enabled ? this : none(enabled);
        int failed = state == DeliveryState.FAILED ? 1 : 0;
        return new Failing(
                enabled,
                now,
                before.time().plus(before.step(now, limit)),
                before.deliveries() + failed);
    }

    private Duration step(Instant now, Duration limit) {
        if (lastAt == null || now.isBefore(lastAt)) return Duration.ZERO;
        Duration step = Duration.between(lastAt, now);
        Duration most = limit.dividedBy(STEPS);
        return step.compareTo(most) < 0 ? step : most;
    }

    /** {@return whether the subscription is to be disabled; never with a limit of zero} */
    boolean isTooLong(Duration limit) {
        return limit.isPositive() && deliveries >= LEAST_DELIVERIES && time.compareTo(limit) >= 0;
    }
}

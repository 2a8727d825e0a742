/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the {@link Backlog} knows of one courier. A lane counts if its subscriber is healthy:
 *
 * <ul>
 *   <li>its last request was answered with success;
 *   <li>it has not kept a request waiting for long;
 *   <li>at its fastest it could take events at a quarter of the rate at which they come in, or came
 *       in before the intake was slowed. A slower subscriber falls behind whatever the relay does,
 *       and must not slow the relay for all.
 * </ul>
 *
 * <p>When a lane begins to count, it may have a backlog, from the time when its subscriber was
 * down. So it is measured by how much its lag, and the number of its pending deliveries, grow over
 * the smallest ones since then.
 *
 * <p>{@code position}, {@code next} and {@code failed} are written by the courier; {@code
 * requestedAt} and {@code fastest} by the process that makes its requests, of which there is one at
 * a time, as is {@code service}; {@code bestLag} and {@code bestPending} by {@link Backlog} alone,
 * in one thread at a time, which reads all of them.
 */
public final class Lane {
    /** How many times slower than the events come in a subscriber may be at its fastest. */
    private static final int TOLERANCE = 4;

    /** How long the fastest answer is remembered at least. */
    private static final long EPOCH = Duration.ofSeconds(5).toNanos();

    /** How many deliveries may be pending while it is not known how long one takes. */
    private static final long UNMEASURED = 32;

    /** How much of the average is the last measurement, as a divisor. */
    private static final int WEIGHT = 8;

    private static final long NOTHING = Long.MIN_VALUE;

    private volatile long position = NOTHING;
    private volatile long next;
    private volatile boolean failed;

    private volatile long requestedAt = NOTHING;
    private volatile long fastest = Long.MAX_VALUE;
    private volatile long service;
    private long epochStart = System.nanoTime();
    private long epochFastest = Long.MAX_VALUE;

    private long bestLag = Long.MAX_VALUE;
    private long bestPending = Long.MAX_VALUE;

    Lane() {}

    /** The courier has read the database. */
    public void claimed(Claim claim) {
        List<Due> due = claim.pending().due();
        next = due.isEmpty() ? System.nanoTime() : due.getFirst().acceptedAt();
        failed = claim.progress().attempts() > 0;
        position = claim.progress().position();
    }

    /** All up to a position is settled; {@code delivered} tells whether the last was a success. */
    public void settled(long settledPosition, boolean delivered) {
        failed = !delivered;
        position = settledPosition;
    }

    /** No event up to a position is for the subscription. */
    public void passed(long passedPosition) {
        position = passedPosition;
    }

    /** An attempt has failed, and there will be another one. */
    public void failed() {
        failed = true;
    }

    /** A request begins. */
    public void requesting() {
        requesting(System.nanoTime());
    }

    void requesting(long now) {
        requestedAt = now;
    }

    /** The request has ended. */
    public void answered(boolean success) {
        answered(success, System.nanoTime());
    }

    void answered(boolean success, long now) {
        if (success) measure(now - requestedAt, now);
        requestedAt = NOTHING;
    }

    private void measure(long duration, long now) {
        service = service == 0 ? duration : service + (duration - service) / WEIGHT;
        if (now - epochStart > EPOCH) {
            fastest = epochFastest;
            epochFastest = Long.MAX_VALUE;
            epochStart = now;
        }
        epochFastest = Math.min(epochFastest, duration);
        if (epochFastest < fastest) fastest = epochFastest;
    }

    /**
     * {@return how many more events may come in so that the last of them lags by no more than
     * {@code limit} nanoseconds; no limit if the lane does not count}
     *
     * @param rate events that come in, per second, as far as the intake is not slowed
     * @param coming events that are let in, and perhaps not stored yet
     */
    long room(long now, Tail tail, double rate, long limit, long coming) {
        if (failed || position == NOTHING || isTooSlow(rate)) {
            bestLag = Long.MAX_VALUE;
            bestPending = Long.MAX_VALUE;
            return Long.MAX_VALUE;
        }
        if (isWaiting(now, limit)) return Long.MAX_VALUE; // and measured as before if it answers
        long lag = lag(now, tail);
        long pending = Math.max(0, tail.last() - position);
        bestLag = Math.min(bestLag, lag);
        bestPending = Math.min(bestPending, pending);
        // while an old backlog is worked off, its lag can grow without any event that comes in
        if (lag - bestLag > limit && pending > bestPending) return 0;
        long each = service;
        long most = each == 0 ? UNMEASURED : Math.max(1, limit / each);
        return Math.max(0, most - (pending - bestPending) - coming);
    }

    private boolean isTooSlow(double rate) {
        long answer = fastest;
        return answer != Long.MAX_VALUE && answer * rate / 1e9 > TOLERANCE;
    }

    /** Whether a request takes much longer than is usual: on a busy machine, all take long. */
    private boolean isWaiting(long now, long limit) {
        long since = requestedAt;
        return since != NOTHING && now - since > Math.max(limit, WEIGHT * service);
    }

    private long lag(long now, Tail tail) {
        long settled = position;
        OptionalLong acceptedAt = tail.acceptedAt(settled + 1);
        if (acceptedAt.isPresent()) return Math.max(0, now - acceptedAt.getAsLong());
        return settled >= tail.last() ? 0 : Math.max(0, now - next);
    }
}

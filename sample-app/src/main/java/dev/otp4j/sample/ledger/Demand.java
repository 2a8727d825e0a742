/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;

/**
 * At which rate events come in as far as the relay does not slow its intake: the highest rate of
 * the last minute or two. The present rate is no measure of it: clients that wait for their answers
 * send no more than is let in, so the slowest subscriber would set the pace of all.
 *
 * <p>Used under the lock of {@link Backlog}.
 */
final class Demand {
    /** A short burst is no demand: rates are averages over so long. */
    private static final long AVERAGED = Duration.ofSeconds(5).toNanos();

    /** How long a rate is remembered at least. */
    private static final long EPOCH = Duration.ofMinutes(1).toNanos();

    private long since;
    private long from;
    private long epoch;
    private double before;
    private double highest;

    Demand(long now) {
        since = now;
        epoch = now;
    }

    /** Adds what is known now. */
    void add(long now, long last) {
        long elapsed = now - since;
        if (elapsed >= AVERAGED) {
            double rate = from == 0 ? 0 : (last - from) * 1e9 / elapsed;
            from = last;
            since = now;
            remember(now, rate);
        }
    }

    private void remember(long now, double rate) {
        long age = now - epoch;
        if (age > EPOCH) {
            before = age > 2 * EPOCH ? 0 : highest;
            highest = 0;
            epoch = now;
        }
        highest = Math.max(highest, rate);
    }

    /** {@return events per second} */
    double rate() {
        return Math.max(before, highest);
    }
}

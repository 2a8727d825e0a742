/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts changes to subscriptions, so that a courier that goes on from memory notices that it has
 * to read the database. Several subscriptions share a counter: so their number needs no limit, and
 * one that is counted for another costs its courier one more read.
 *
 * <p>Any thread may call it.
 */
final class Changes {
    private static final int COUNTERS = 1 << 10;

    private final AtomicLongArray counters = new AtomicLongArray(COUNTERS);

    void count(String subscriptionId) {
        counters.incrementAndGet(index(subscriptionId));
    }

    /** {@return a number that is another one after a change} */
    long of(String subscriptionId) {
        return counters.get(index(subscriptionId));
    }

    private static int index(String subscriptionId) {
        return Math.floorMod(subscriptionId.hashCode(), COUNTERS);
    }
}

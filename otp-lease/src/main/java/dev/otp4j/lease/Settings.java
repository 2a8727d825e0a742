/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.supervisor.Backoff;
import java.time.Duration;

/**
 * What a keeper was told.
 *
 * @param instance the owner that it writes into rows
 * @param ttl how long others leave a lease alone after its last renewal
 * @param margin how long before that the holder ends what it runs
 * @param poll how often it looks at a lease that another instance has
 * @param pause how long all instances leave a lease alone whose holder has given up
 */
record Settings(String instance, Duration ttl, Duration margin, Duration poll, Backoff pause) {
    /** A lease is renewed so many times before it would be lost. */
    private static final int RENEWALS = 4;

    Settings {
        positive("ttl", ttl);
        positive("margin", margin);
        positive("pollInterval", poll);
        if (instance.isBlank() || instance.length() > 200) {
            throw new IllegalArgumentException(
                    "'instance' must have from 1 to 200 characters: \"%s\"".formatted(instance));
        }
        if (ttl.toMillis() < 100 || ttl.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("'ttl' must be from 100 ms to one day: " + ttl);
        }
        if (margin.multipliedBy(2).compareTo(ttl) > 0) {
            throw new IllegalArgumentException(
                    "'margin' must be at most half of 'ttl' (%s): %s".formatted(ttl, margin));
        }
        if (poll.compareTo(ttl) > 0) {
            throw new IllegalArgumentException(
                    "'pollInterval' must not be longer than 'ttl' (%s): %s".formatted(ttl, poll));
        }
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("'%s' must be positive: %s".formatted(name, value));
        }
    }

    /** For how long after it was sent a renewal lets this instance run what needs the lease. */
    long validNanos() {
        return ttl.toNanos() - margin.toNanos();
    }

    long renewNanos() {
        return Math.max(1, validNanos() / RENEWALS);
    }

    long pollNanos() {
        return poll.toNanos();
    }
}

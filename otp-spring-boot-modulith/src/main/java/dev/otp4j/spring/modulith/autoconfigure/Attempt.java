/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One try to have an event handled.
 *
 * @param event the event; the registry knows a first attempt by this very object
 * @param begun {@code System.nanoTime()} of the publication, or of the claim
 * @param claimed the row of a further attempt, or null for one that the registry has begun
 */
record Attempt(Object event, long begun, @Nullable Publication claimed) {
    Duration age(long now) {
        return Duration.ofNanos(now - begun);
    }

    /** The how many-th attempt it is. One that Modulith's own resubmission began counts as 1. */
    int number() {
        return claimed == null ? 1 : claimed.attempts();
    }

    @Override
    public String toString() {
        return "attempt %d of %s".formatted(number(), event.getClass().getName());
    }
}

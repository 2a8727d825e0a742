/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.time.Duration;

/** Durations as nanoseconds: what is longer than 292 years counts as that. */
final class Nanos {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Nanos() {}

    static long of(Duration duration) {
        return duration.compareTo(LONGEST) < 0 ? duration.toNanos() : Long.MAX_VALUE;
    }
}

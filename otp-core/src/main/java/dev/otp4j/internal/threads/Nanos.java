/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.time.Duration;

/** Durations in nanoseconds. A duration longer than 292 years counts as 292 years. */
public final class Nanos {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Nanos() {}

    public static long of(Duration duration) {
        return duration.compareTo(LONGEST) < 0 ? duration.toNanos() : Long.MAX_VALUE;
    }
}

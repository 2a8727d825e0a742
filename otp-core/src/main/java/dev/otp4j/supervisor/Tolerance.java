/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.threads.Nanos;
import java.time.Duration;
import java.util.Objects;

/**
 * How many restarts a supervisor tolerates before it gives up.
 *
 * @param intensity at most so many restarts
 * @param period within any time of this length
 * @since 0.1.0
 */
public record Tolerance(int intensity, Duration period) {
    /** What supervisors tolerate unless said otherwise: 2 restarts in 5 s, as in gleam_otp. */
    public static final Tolerance DEFAULT = new Tolerance(2, Duration.ofSeconds(5));

    /** Refuses a negative intensity and a period that is not positive. */
    public Tolerance {
        Objects.requireNonNull(period, "'period' must not be null");
        if (intensity < 0) {
            throw new IllegalArgumentException("'intensity' must not be negative: " + intensity);
        }
        if (!period.isPositive()) {
            throw new IllegalArgumentException("'period' must be positive: " + period);
        }
    }

    RestartWindow window() {
        return new RestartWindow(intensity, Nanos.of(period));
    }
}

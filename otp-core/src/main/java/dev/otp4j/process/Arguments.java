/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.Nanos;
import java.time.Duration;
import java.util.Objects;

/** Checks of arguments that users pass, with messages in one wording. */
final class Arguments {
    private Arguments() {}

    static <T> T notNull(String name, T value) {
        return Objects.requireNonNull(value, () -> "'" + name + "' must not be null");
    }

    /** {@link #nanos} of a duration that must be longer than zero. */
    static long positiveNanos(String name, Duration duration) {
        if (!notNull(name, duration).isPositive()) {
            throw new IllegalArgumentException("'" + name + "' must be positive: " + duration);
        }
        return nanos(name, duration);
    }

    /** The duration in nanoseconds; {@link Long#MAX_VALUE} if it is longer than that. */
    static long nanos(String name, Duration duration) {
        notNull(name, duration);
        if (duration.isNegative()) {
            throw new IllegalArgumentException("'" + name + "' must not be negative: " + duration);
        }
        return Nanos.of(duration);
    }
}

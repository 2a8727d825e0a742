/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.time.Duration;
import java.util.Objects;

/**
 * How a supervisor stops a child.
 *
 * @since 0.1.0
 */
public sealed interface Shutdown {
    /**
     * Ask it with {@code shutdown}, kill it if it lives after that time.
     *
     * @param limit how long it may take; zero asks and kills right after
     */
    record After(Duration limit) implements Shutdown {
        /** Refuses null and a negative limit. */
        public After {
            Objects.requireNonNull(limit, "'shutdown' must not be null");
            if (limit.isNegative()) {
                throw new IllegalArgumentException("'shutdown' must not be negative: " + limit);
            }
        }

        @Override
        public String toString() {
            return limit.toString();
        }
    }

    /** Kill it without asking. */
    record BrutalKill() implements Shutdown {
        @Override
        public String toString() {
            return "brutal_kill";
        }
    }

    /** Ask it and wait as long as it takes. */
    record Infinity() implements Shutdown {
        @Override
        public String toString() {
            return "infinity";
        }
    }
}

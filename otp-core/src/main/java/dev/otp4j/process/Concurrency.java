/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * Which limit a process takes permits of, and which one it passes on to the processes that it
 * starts.
 *
 * @param own the limit of the process itself, or null for the one that it inherits
 * @param below the limit of the processes that it starts, or null for the one that it inherits
 * @param exempt whether it takes no permit without a limit of its own, as a supervisor does
 */
record Concurrency(
        @Nullable ConcurrencyLimit own, @Nullable ConcurrencyLimit below, boolean exempt) {
    static final Concurrency INHERITED = new Concurrency(null, null, false);

    Concurrency own(@Nullable ConcurrencyLimit limit) {
        return new Concurrency(limit, below, exempt);
    }

    /** With a limit for the processes that it starts; it takes no permit itself. */
    Concurrency below(@Nullable ConcurrencyLimit limit) {
        return new Concurrency(own, limit, true);
    }

    /** The limit that the process takes permits of, or null. */
    @Nullable ConcurrencyLimit taken(@Nullable ConcurrencyLimit inherited) {
        return limiting(own != null || exempt ? own : inherited);
    }

    /** The limit that the processes inherit which it starts, or null. */
    @Nullable ConcurrencyLimit passedOn(@Nullable ConcurrencyLimit inherited) {
        return limiting(below == null ? inherited : below);
    }

    private static @Nullable ConcurrencyLimit limiting(@Nullable ConcurrencyLimit limit) {
        return limit == ConcurrencyLimit.none() ? null : limit;
    }
}

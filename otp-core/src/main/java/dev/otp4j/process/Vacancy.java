/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Name} does with messages while no process holds it.
 *
 * @since 0.1.0
 */
public sealed interface Vacancy {
    /**
     * Sends and calls fail in the sender, as in OTP. The default of a new name.
     *
     * @param why a sentence for the exception, or null for the usual one
     */
    record Failing(@Nullable String why) implements Vacancy {
        private static final Failing PLAIN = new Failing(null);
    }

    /**
     * Messages wait, in order, for the process that adopts the name next.
     *
     * @param limit how many at most; one more is dropped and counted ({@link Subject#trySend}:
     *     {@code FULL}, a call: {@link CallException.Rejected})
     * @param callRefusal null if calls wait as well, each within its own time limit; otherwise
     *     calls fail at once with the sentence that this supplier returns; it runs on the caller's
     *     thread
     */
    record Holding(int limit, @Nullable Supplier<String> callRefusal) implements Vacancy {
        /** Refuses a limit below one. */
        public Holding {
            if (limit < 1) throw new IllegalArgumentException("'limit' must be positive: " + limit);
        }
    }

    /**
     * The supplier decides at each send and call that finds no process: for an owner that has
     * states of its own, such as a system that is stopped and started.
     *
     * @param now asked by the sender's thread, under no lock; must return at once, must not throw,
     *     and must not return another {@code Varying}
     */
    record Varying(Supplier<? extends Vacancy> now) implements Vacancy {
        /** Refuses null. */
        public Varying {
            Arguments.notNull("now", now);
        }
    }

    /** {@return sends and calls fail} */
    static Vacancy failing() {
        return Failing.PLAIN;
    }

    /** {@return sends and calls fail with {@code why}} */
    static Vacancy failing(String why) {
        return new Failing(why);
    }

    /** {@return sends and calls wait} */
    static Vacancy holding(int limit) {
        return new Holding(limit, null);
    }

    /** {@return what {@code now} says at each send and call} */
    static Vacancy varying(Supplier<? extends Vacancy> now) {
        return new Varying(now);
    }

    /** {@return sends wait, calls fail at once with what {@code why} gives to each caller} */
    static Vacancy holdingSends(int limit, Supplier<String> why) {
        return new Holding(limit, why);
    }

    /** {@return sends wait, calls fail at once with {@code why}} */
    static Vacancy holdingSends(int limit, String why) {
        return holdingSends(limit, () -> why);
    }
}

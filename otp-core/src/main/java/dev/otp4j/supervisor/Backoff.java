/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.threads.Nanos;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long a supervisor waits before it starts a failed child again: longer with each failure in a
 * row, up to a limit. Immutable: each method with an argument returns a new value.
 *
 * {@snippet :
 * ChildSpecification.worker("feed", feed::start)
 *         .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30)));
 * }
 *
 * <p>The delay before the first restart is {@code first}, before each further one {@code factor}
 * times the last, and never longer than {@code longest}. From each delay a random part is taken
 * off, at most the share {@code jitter}, so that children that failed together do not come back
 * together. When the child has run for {@code resetAfter} since its last restart, the delays begin
 * again at {@code first}.
 *
 * <p>A failure counts against the restart tolerance when it happens, not when the child is started
 * again. So the tolerance must leave room for the delays: a supervisor is not started if {@code
 * intensity} restarts that are {@code longest} apart take longer than the period, because it could
 * never give up then.
 *
 * <p>While the child waits, its supervisor serves requests and can be stopped. Its name holds
 * messages as in any restart. Calls wait too, unless {@code callsFailFast} is set.
 *
 * <p>Counterpart: none; a supervisor of OTP restarts at once.
 *
 * @param first delay before the first restart in a row; positive
 * @param longest no delay is longer; at least {@code first}
 * @param factor each delay is so many times as long as the one before; at least 1
 * @param jitter largest share by which a delay is shortened at random, from 0 to 1
 * @param resetAfter after so long without a failure the delays begin again; positive
 * @param callsFailFast whether calls to the name of the child fail while it waits, with {@link
 *     dev.otp4j.process.CallException.Restarting}
 * @since 0.1.0
 */
public record Backoff(
        Duration first,
        Duration longest,
        double factor,
        double jitter,
        Duration resetAfter,
        boolean callsFailFast) {
    /** Factor of an exponential back-off unless said otherwise: each delay is twice the last. */
    public static final double DEFAULT_FACTOR = 2;

    /** Jitter unless said otherwise: up to a fifth is taken off. */
    public static final double DEFAULT_JITTER = 0.2;

    /** Refuses what is out of range. */
    public Backoff {
        positive("first", first);
        positive("longest", longest);
        positive("resetAfter", resetAfter);
        if (longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "'longest' must not be shorter than 'first' (%s): %s"
                            .formatted(first, longest));
        }
        if (!(factor >= 1) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException("'factor' must be finite and at least 1: " + factor);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("'jitter' must be from 0 to 1: " + jitter);
        }
    }

    private static void positive(String name, Duration value) {
        Objects.requireNonNull(value, "'" + name + "' must not be null");
        if (!value.isPositive()) {
            throw new IllegalArgumentException("'" + name + "' must be positive: " + value);
        }
    }

    /**
     * {@return delays that double from {@code first} to {@code longest}, with a jitter of {@value
     * #DEFAULT_JITTER}} They begin again when the child has run for {@code longest}. Calls wait.
     *
     * @throws IllegalArgumentException if {@code first} is not positive, or {@code longest} is
     *     shorter
     */
    public static Backoff exponential(Duration first, Duration longest) {
        return new Backoff(first, longest, DEFAULT_FACTOR, DEFAULT_JITTER, longest, false);
    }

    /**
     * {@return the same delay before each restart, with a jitter of {@value #DEFAULT_JITTER}} Calls
     * wait.
     *
     * @throws IllegalArgumentException if {@code delay} is not positive
     */
    public static Backoff fixed(Duration delay) {
        return new Backoff(delay, delay, 1, DEFAULT_JITTER, delay, false);
    }

    /** Factor by which each delay is longer than the one before; defaults to 2. */
    public Backoff factor(double newFactor) {
        return new Backoff(first, longest, newFactor, jitter, resetAfter, callsFailFast);
    }

    /** Largest share by which a delay is shortened at random; defaults to 0.2. */
    public Backoff jitter(double share) {
        return new Backoff(first, longest, factor, share, resetAfter, callsFailFast);
    }

    /**
     * After how long without a failure the delays begin again; defaults to the longest delay. It is
     * counted from the last restart, so the delay itself is no part of it.
     */
    public Backoff resetAfter(Duration time) {
        return new Backoff(first, longest, factor, jitter, time, callsFailFast);
    }

    /**
     * Whether calls to the name of the child fail at once while it waits for its restart, with
     * {@link dev.otp4j.process.CallException.Restarting}; defaults to false: then they wait, each
     * within its own time limit.
     */
    public Backoff callsFailFast(boolean fail) {
        return new Backoff(first, longest, factor, jitter, resetAfter, fail);
    }

    /**
     * {@return the delay before a restart} Pure.
     *
     * @param attempt how many-th restart in a row it is, from 1
     * @param random from 0 to 1: which part of the jitter is taken off
     * @throws IllegalArgumentException if {@code attempt} is not positive, or {@code random} out of
     *     range
     */
    public Duration delay(int attempt, double random) {
        if (attempt < 1) {
            throw new IllegalArgumentException("'attempt' must be positive: " + attempt);
        }
        if (!(random >= 0 && random <= 1)) {
            throw new IllegalArgumentException("'random' must be from 0 to 1: " + random);
        }
        double limit = Nanos.of(longest);
        double full = Math.min(limit, Nanos.of(first) * Math.pow(factor, attempt - 1d));
        return Duration.ofNanos(Math.max(1, (long) (full - full * jitter * random)));
    }

    /**
     * {@return how many-th restart in a row the next one is}
     *
     * @param last how many-th the last one was; 0 if there was none
     * @param ran how long the child has run since then, or null if that start has failed
     */
    int attemptAfter(int last, @Nullable Duration ran) {
        boolean reset = last == 0 || ran != null && ran.compareTo(resetAfter) >= 0;
        if (reset) return 1;
        return last == Integer.MAX_VALUE ? last : last + 1;
    }
}

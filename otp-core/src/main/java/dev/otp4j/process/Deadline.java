/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A moment until which an answer is wanted: the end of a caller's time limit.
 *
 * {@snippet :
 * case Order(Item item, var replyTo) -> { // in a handler
 *     int left = stock.call(replyTo.deadline(), to -> new Reserve(item, to)); // ends with the caller's limit
 *     replyTo.send(left);
 * }
 * }
 *
 * <p>A nested call has a time limit of its own unless it is given the deadline: nothing is
 * inherited silently. {@link #atMost} gives it less than what is left.
 *
 * <p>It is a moment on the monotonic clock of one runtime, so it is right under {@link
 * VirtualClock} and {@link Simulation} too. It may be passed on to other processes and other
 * runtimes of this JVM. Immutable; any thread may use it.
 *
 * <p>Counterpart: none; in OTP a request does not say how long its caller waits.
 *
 * @since 0.1.0
 */
public final class Deadline {
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);
    private static final Deadline NONE = new Deadline(null, 0);

    private final @Nullable Engine runtime; // null: none
    private final long at;

    Deadline(@Nullable Engine runtime, long at) {
        this.runtime = runtime;
        this.at = at;
    }

    /** {@return no deadline: it never passes} */
    public static Deadline none() {
        return NONE;
    }

    /**
     * {@return the moment that is so far from now} On the clock of {@link ProcessRuntime#current}.
     *
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public static Deadline in(Duration time) {
        return in(ProcessRuntime.current(), Arguments.nanos("time", time));
    }

    private static Deadline in(Engine runtime, long nanos) {
        return nanos == Long.MAX_VALUE
                ? NONE
                : new Deadline(runtime, runtime.scheduler.nanoTime() + nanos);
    }

    /**
     * {@return this deadline, or the moment that is {@code limit} from now if that comes first}
     *
     * @throws IllegalArgumentException if {@code limit} is negative
     */
    public Deadline atMost(Duration limit) {
        Engine clock = runtime;
        if (clock == null) return in(limit);
        return nanosLeft(clock) <= Arguments.nanos("limit", limit)
                ? this
                : in(clock, Arguments.nanos("limit", limit));
    }

    /** {@return how much time is left} Zero once it has passed; empty if there is no deadline. */
    public Optional<Duration> timeLeft() {
        Engine clock = runtime;
        return clock == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, nanosLeft(clock))));
    }

    /** {@return whether it has passed} */
    public boolean hasPassed() {
        Engine clock = runtime;
        return clock != null && nanosLeft(clock) <= 0;
    }

    /** The time limit of a call that begins now. */
    Duration limit() {
        return timeLeft().orElse(FOREVER);
    }

    /** For how long it has passed. */
    Duration passedFor() {
        Engine clock = runtime;
        return clock == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, -nanosLeft(clock)));
    }

    private long nanosLeft(Engine clock) {
        return at - clock.scheduler.nanoTime();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Deadline that && that.runtime == runtime && that.at == at;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(at);
    }

    @Override
    public String toString() {
        return timeLeft().map(left -> "Deadline[in " + left + "]").orElse("Deadline[none]");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A child waits for its restart: until a time, and until code of killed processes has returned or
 * its time is over. The supervisor is woken by messages to itself, and looks then whether the wait
 * {@linkplain #end is over}. A message for another wait than that of the child is void.
 *
 * <p>The supervisor's process alone uses it, but for {@link #wake}, and {@link #pending}, which
 * tools call.
 */
final class Waiting {
    private final ProcessRuntime runtime;
    private final int attempt;
    private final long due;
    private final List<Lingering> lingering;

    /** Why the child has ended, or could not be started. */
    final ExitReason reason;

    private @Nullable Function<Duration, Timer> alarm;
    private volatile @Nullable Runnable wakeUp;
    private @Nullable Timer timer;

    /**
     * @param delay how long it waits at the least, or null
     */
    Waiting(
            ProcessRuntime runtime,
            ExitReason reason,
            @Nullable Delay delay,
            List<Lingering> lingering) {
        this.runtime = runtime;
        this.reason = reason;
        this.attempt = delay == null ? 1 : delay.attempt();
        this.due = delay == null ? runtime.nanoTime() : delay.due();
        this.lingering = List.copyOf(lingering);
    }

    /**
     * The wait begins.
     *
     * @param later has the supervisor woken after a time
     * @param now has it woken at once; any thread calls it
     */
    void begin(Function<Duration, Timer> later, Runnable now) {
        alarm = later;
        wakeUp = now;
        arm();
        for (Lingering each : lingering) each.tell(this);
        if (!lingering.isEmpty()) wake(); // one of them may have returned before
    }

    /** Has the supervisor look again. */
    void wake() {
        Runnable to = wakeUp;
        if (to != null) to.run();
    }

    /** Whether the wait is over; if it is not, the supervisor is woken again. */
    boolean end() {
        if (last(runtime.nanoTime()) <= 0) return true;
        arm();
        return false;
    }

    /** The supervisor is woken when the next of the times is reached. */
    private void arm() {
        cancel();
        long now = runtime.nanoTime();
        long next = due - now;
        for (Lingering each : lingering) {
            long left = each.end(now) - now;
            if (next <= 0 || left > 0 && left < next) next = left;
        }
        var delay = Duration.ofNanos(Math.max(0, next));
        timer = Objects.requireNonNull(alarm, "not begun").apply(delay);
    }

    /** The wait has ended, or is given up: the supervisor is not woken any more by the clock. */
    void cancel() {
        if (timer != null) timer.cancel();
        timer = null;
    }

    /** How many nanoseconds are left at the most. */
    private long last(long now) {
        long left = due - now;
        for (Lingering each : lingering) left = Math.max(left, each.end(now) - now);
        return left;
    }

    int attempt() {
        return attempt;
    }

    /** How long it still takes at the most. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, last(runtime.nanoTime())));
    }

    /** What tools see of it. */
    PendingRestart pending() {
        return new PendingRestart(attempt, left());
    }
}

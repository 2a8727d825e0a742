/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A message that will be sent later, once ({@link Subject#sendAfter}) or again and again ({@link
 * Subject#sendEvery}).
 *
 * {@snippet :
 * Timer timer = self.sendAfter(Duration.ofSeconds(30), new Tick());
 * timer.cancel();
 * }
 *
 * <p>For a message that is sent once: either it is sent or {@link #cancel} says {@link
 * Cancelled.TimerCancelled}, never both. Any thread may cancel.
 *
 * <p>A timer is void from the instant at which the process it belongs to ends: it sends nothing,
 * and {@link #cancel} says {@link Cancelled.TimerNotFound}.
 *
 * <p>Counterpart: {@code gleam/erlang/process.Timer}.
 *
 * @since 0.1.0
 */
public abstract class Timer {
    final Timers timers;

    /** The timer is void when this process ends; null if there is none. */
    private final @Nullable ProcessPort life;

    private final Watch watch = new Watch();

    Timer(Timers timers, @Nullable ProcessPort life) {
        this.timers = timers;
        this.life = life;
    }

    /**
     * Cancels the timer, unless it has sent its only message, was cancelled before, or is void.
     * Releases its message at once. After this has returned the timer sends nothing; a message that
     * is queued already stays.
     *
     * @return how much of the delay or of the current period was left, or that there is nothing to
     *     cancel
     * @throws ProcessExit if the calling process has ended; the timer is not cancelled
     */
    public final Cancelled cancel() {
        ProcessCell self = Current.process();
        return self == null ? cancelled() : self.withinCall(this::cancelled);
    }

    private Cancelled cancelled() {
        boolean alive = !isVoid(); // before: a process that ends meanwhile ended after the cancel
        long left = stop();
        return left < 0 || !alive
                ? new Cancelled.TimerNotFound()
                : new Cancelled.TimerCancelled(Duration.ofNanos(left));
    }

    /**
     * Ends it, if it has not ended, and releases everything.
     *
     * @return how many nanoseconds were left until it would have fired, or -1 if it had ended
     */
    abstract long stop();

    /** Whether no process can receive what it sends any more. */
    boolean isVoid() {
        return life != null && !life.alive();
    }

    /**
     * Sets this timer.
     *
     * @param by the current process, or null
     * @throws ProcessExit if that has ended; no timer is set
     */
    final Timer set(@Nullable ProcessCell by) {
        var unused = by == null ? begin() : by.withinCall(this::begin);
        bind(); // may wait until its process has finished an engine call: must not run in one
        return this;
    }

    private boolean begin() {
        timers.add(this);
        arm();
        return true;
    }

    /** Has the scheduler let it fire. */
    abstract void arm();

    /**
     * Makes the timer stop when its process ends, so that it releases message and process. Must not
     * be called in an engine call: it waits until a dead process has finished its own.
     */
    void bind() {
        bind(life, watch);
    }

    final void bind(@Nullable ProcessPort to, Watcher by) {
        if (to == null) return;
        if (!to.watch(by)) stop();
        else if (hasEnded()) to.unwatch(by); // it ended before it was listed
    }

    abstract boolean hasEnded();

    /** It has ended: nothing refers to it any more. */
    void letGo() {
        timers.remove(this);
        if (life != null) life.unwatch(watch);
    }

    /** Stops the timer when a process ends. */
    final class Watch extends Watcher {
        @Override
        void targetEnded(ProcessCell ended, ExitReason reason) {
            stop();
        }
    }
}

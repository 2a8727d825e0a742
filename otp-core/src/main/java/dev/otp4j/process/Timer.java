/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A message that will be sent later.
 *
 * {@snippet :
 * Timer timer = self.sendAfter(Duration.ofSeconds(30), new Tick());
 * timer.cancel();
 * }
 *
 * <p>Either the message is sent or {@link #cancel} says {@link Cancelled.TimerCancelled}, never
 * both. Any thread may cancel.
 *
 * <p>Counterpart: {@code gleam/erlang/process.Timer}.
 *
 * @since 0.1.0
 */
public final class Timer {
    private final AtomicReference<@Nullable Runnable> pending;
    private final Scheduler scheduler;
    private final long deadline;
    private final @Nullable ProcessPort target;
    private final Watch watch = new Watch();
    private Scheduler.@Nullable Alarm alarm;

    private Timer(Scheduler scheduler, long nanos, @Nullable ProcessPort target, Runnable task) {
        this.scheduler = scheduler;
        this.target = target;
        this.pending = new AtomicReference<>(task);
        this.deadline = scheduler.nanoTime() + nanos;
    }

    static Timer start(
            Scheduler scheduler, long nanos, @Nullable ProcessPort target, Runnable task) {
        Timer timer = armed(scheduler, nanos, target, task);
        timer.bind();
        return timer;
    }

    /** A timer that runs already; its target's end does not cancel it before it is bound. */
    static Timer armed(
            Scheduler scheduler, long nanos, @Nullable ProcessPort target, Runnable task) {
        var timer = new Timer(scheduler, nanos, target, task);
        timer.arm(nanos);
        return timer;
    }

    private synchronized void arm(long nanos) {
        alarm = scheduler.schedule(nanos, this::fire);
    }

    /**
     * The timer is void when its target ends: message and process are let go at once. Not to be
     * called in an engine call: it waits for the end of a dead target's one.
     */
    void bind() {
        ProcessPort to = target;
        if (to == null) return;
        if (!to.watch(watch)) cancel();
        else if (pending.get() == null) to.unwatch(watch); // it fired before it was listed
    }

    private final class Watch extends Watcher {
        @Override
        void targetEnded(ProcessCell ended, ExitReason reason) {
            cancel();
        }
    }

    private void fire() {
        Runnable task = pending.getAndSet(null);
        if (task == null) return;
        if (target != null) target.unwatch(watch);
        task.run();
    }

    /**
     * Cancels the timer, unless it has fired or was cancelled before. Frees its message at once.
     */
    public Cancelled cancel() {
        if (pending.getAndSet(null) == null) return new Cancelled.TimerNotFound();
        if (target != null) target.unwatch(watch);
        synchronized (this) {
            if (alarm != null) alarm.cancel();
        }
        long left = Math.max(0, deadline - scheduler.nanoTime());
        return new Cancelled.TimerCancelled(Duration.ofNanos(left));
    }
}

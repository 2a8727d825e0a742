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
    private Scheduler.@Nullable Alarm alarm;

    private Timer(Scheduler scheduler, long nanos, Runnable task) {
        this.scheduler = scheduler;
        this.pending = new AtomicReference<>(task);
        this.deadline = scheduler.nanoTime() + nanos;
    }

    static Timer start(Scheduler scheduler, long nanos, Runnable task) {
        var timer = new Timer(scheduler, nanos, task);
        timer.arm(nanos);
        return timer;
    }

    private synchronized void arm(long nanos) {
        alarm = scheduler.schedule(nanos, this::fire);
    }

    private void fire() {
        Runnable task = pending.getAndSet(null);
        if (task != null) task.run();
    }

    /**
     * Cancels the timer, unless it has fired or was cancelled before. Frees its message at once.
     */
    public Cancelled cancel() {
        if (pending.getAndSet(null) == null) return new Cancelled.TimerNotFound();
        synchronized (this) {
            if (alarm != null) alarm.cancel();
        }
        long left = Math.max(0, deadline - scheduler.nanoTime());
        return new Cancelled.TimerCancelled(Duration.ofNanos(left));
    }
}

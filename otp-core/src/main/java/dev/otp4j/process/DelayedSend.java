/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.Scheduler;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A timer that fires once.
 *
 * <p>{@code pending} decides: the first thread that exchanges it for null lets the timer fire, or
 * has stopped it. {@code alarm} is written and read under the monitor.
 */
class DelayedSend extends Timer {
    private final AtomicReference<@Nullable Runnable> pending;
    private final long nanos;
    private final long deadline;
    private Scheduler.@Nullable Alarm alarm;

    DelayedSend(Timers timers, long nanos, @Nullable ProcessPort life, Runnable task) {
        super(timers, life);
        this.nanos = nanos;
        this.pending = new AtomicReference<>(task);
        this.deadline = timers.scheduler.nanoTime() + nanos;
    }

    @Override
    synchronized void arm() {
        alarm = timers.scheduler.schedule(nanos, this::fire);
    }

    private void fire() {
        Runnable task = pending.getAndSet(null);
        if (task == null) return;
        letGo();
        if (!isVoid()) task.run();
    }

    @Override
    long stop() {
        if (pending.getAndSet(null) == null) return -1;
        letGo();
        synchronized (this) {
            if (alarm != null) alarm.cancel();
        }
        return Math.max(0, deadline - timers.scheduler.nanoTime());
    }

    @Override
    boolean hasEnded() {
        return pending.get() == null;
    }
}

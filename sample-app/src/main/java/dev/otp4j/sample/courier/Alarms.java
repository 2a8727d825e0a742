/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs something at a time, unless it is called off. One thread serves all. */
final class Alarms implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("relay-alarms").factory());

    Alarms() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** An alarm that is set. Closing it calls it off. */
    interface Alarm extends AutoCloseable {
        @Override
        void close();
    }

    /** Runs {@code action} on a virtual thread when {@link System#nanoTime} reaches {@code at}. */
    Alarm at(long at, Runnable action) {
        ScheduledFuture<?> alarm =
                timer.schedule(
                        () -> Thread.ofVirtual().start(action),
                        at - System.nanoTime(),
                        TimeUnit.NANOSECONDS);
        return () -> alarm.cancel(false);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}

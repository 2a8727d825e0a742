/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Does what another scheduler does; a subclass overrides what is to be different. */
public class ForwardingScheduler implements Scheduler {
    private final Scheduler real;

    /** Forwards to {@code real}. */
    protected ForwardingScheduler(Scheduler real) {
        this.real = real;
    }

    @Override
    public void start(String name, Runnable body) {
        real.start(name, body);
    }

    @Override
    public void turnUsedUp() {
        real.turnUsedUp();
    }

    @Override
    public boolean turnsAreShort() {
        return real.turnsAreShort();
    }

    @Override
    public void park(Object blocker, long nanos) {
        real.park(blocker, nanos);
    }

    @Override
    public void linger(BooleanSupplier awaited) {
        real.linger(awaited);
    }

    @Override
    public void yield() {
        real.yield();
    }

    @Override
    public void unpark(@Nullable Thread thread) {
        real.unpark(thread);
    }

    @Override
    public @Nullable Object blocker(Thread thread) {
        return real.blocker(thread);
    }

    @Override
    public void interrupt(Thread thread) {
        real.interrupt(thread);
    }

    @Override
    public boolean watchHandOvers() {
        return real.watchHandOvers();
    }

    @Override
    public boolean watchDebts() {
        return real.watchDebts();
    }

    @Override
    public void outOfMemory() {
        real.outOfMemory();
    }

    @Override
    public void point() {
        real.point();
    }

    @Override
    public void adopt(Runnable body) {
        real.adopt(body);
    }

    @Override
    public long nanoTime() {
        return real.nanoTime();
    }

    @Override
    public Alarm schedule(long nanos, Runnable task) {
        return real.schedule(nanos, task);
    }

    @Override
    public int pending() {
        return real.pending();
    }

    @Override
    public void close() {
        real.close();
    }
}

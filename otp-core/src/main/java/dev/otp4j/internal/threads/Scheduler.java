/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a runtime threads, waits and a clock: everything in which a deterministic runtime differs
 * from the real one. Every wait of the engine goes through {@link #park}.
 */
public interface Scheduler {
    /** Runs an activation or a process body on a thread of its own, named {@code name}. */
    void start(String name, Runnable body);

    /**
     * Says that a process, or a chain of them, has used up its turn, and goes to the end of the
     * queue with the messages that are left, so that others get their turns.
     */
    void turnUsedUp();

    /**
     * Whether a turn has to end with the next message, because other threads did not get theirs.
     */
    boolean turnsAreShort();

    /**
     * Waits for {@link #unpark}, an interrupt, or {@code nanos} to pass ({@link Long#MAX_VALUE}: no
     * limit).
     */
    void park(Object blocker, long nanos);

    /**
     * Waits a moment without parking, if that is likely to pay. Returns when {@code over} says true
     * or the moment is over.
     */
    void linger(BooleanSupplier over);

    /** Lets other threads run, if that costs little. */
    void yield();

    void unpark(@Nullable Thread thread);

    /** The object that a thread is {@link #park parked} for now, or null. */
    @Nullable Object blocker(Thread thread);

    /** Interrupts a thread, which ends its {@link #park}. */
    void interrupt(Thread thread);

    /**
     * Says that a hand-over cell was filled: from now on the sentry looks whether the process in it
     * waits for too long. False if there is no sentry.
     */
    boolean watchHandOvers();

    /**
     * Says that a thread owes something that it may fail to pay: from now on the sentry looks
     * whether it pays. False if there is no sentry.
     */
    boolean watchDebts();

    /**
     * Says that an {@link OutOfMemoryError} was seen: the scheduler may lose threads. Allocates
     * nothing.
     */
    void outOfMemory();

    /** Says that a process was ended: another process may run first. */
    void point();

    /**
     * Runs {@code body} on the calling thread, which belongs to the application, as if the
     * scheduler had made the thread.
     */
    void adopt(Runnable body);

    /** The time of a monotonic clock. */
    long nanoTime();

    /**
     * Runs {@code task} once, not before {@code nanos} have passed, on a thread that it must not
     * block.
     */
    Alarm schedule(long nanos, Runnable task);

    /** How many scheduled tasks have neither run nor been cancelled. */
    int pending();

    void close();

    /** A scheduled task. */
    interface Alarm {
        /** Cancels the task and frees its memory; the task may be running already. */
        void cancel();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a runtime gets threads, waits and tells the time: everything in which a deterministic runtime
 * differs from the real one. Every wait of the engine goes through {@link #park}.
 */
public interface Scheduler {
    /** Runs an activation or a process body on a thread of its own, named {@code name}. */
    void start(String name, Runnable body);

    /**
     * A process, or a chain of them, has used up its turn, and goes to the end of the line with
     * what is left: others have to get theirs.
     */
    void turnUsedUp();

    /** Whether turns are to end with the next message, because others did not get theirs. */
    boolean turnsAreShort();

    /**
     * Waits for {@link #unpark}, an interrupt, or {@code nanos} to pass ({@link Long#MAX_VALUE}: no
     * limit).
     */
    void park(Object blocker, long nanos);

    /**
     * Waits a moment without parking, if that is likely to pay; returns when {@code over} says
     * true, or did not at once.
     */
    void linger(BooleanSupplier over);

    /** Lets other threads run, if that costs little. */
    void yield();

    void unpark(@Nullable Thread thread);

    /** What a thread is {@link #park parked} for now, or null. */
    @Nullable Object blocker(Thread thread);

    /** Interrupts a thread, which ends its {@link #park}. */
    void interrupt(Thread thread);

    /**
     * A hand-over cell was filled: from now on the sentry looks whether its process waits for too
     * long. False if there is no sentry.
     */
    boolean watchHandOvers();

    /**
     * A thread owes something that it may fail to pay: from now on the sentry looks whether it
     * does. False if there is no sentry.
     */
    boolean watchDebts();

    /**
     * An {@link OutOfMemoryError} was seen: the threads of a scheduler may get lost. Allocates
     * nothing.
     */
    void outOfMemory();

    /** A moment at which another process may run first, because one was killed. */
    void point();

    /**
     * Runs {@code body} on the calling thread, which belongs to the application, as one of the
     * scheduler's own.
     */
    void adopt(Runnable body);

    /** Monotonic. */
    long nanoTime();

    /**
     * Runs {@code task} once, not before {@code nanos} have passed, on a thread that it must not
     * block.
     */
    Alarm schedule(long nanos, Runnable task);

    /** How many tasks are scheduled and neither ran nor were cancelled. */
    int pending();

    void close();

    /** A task that was scheduled. */
    interface Alarm {
        /** Frees the task's memory; it may be running already. */
        void cancel();
    }
}

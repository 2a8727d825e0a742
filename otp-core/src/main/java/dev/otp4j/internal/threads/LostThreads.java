/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings back virtual threads that the JDK's scheduler has lost. A carrier thread can die when
 * memory is exhausted. The virtual threads in its queue, those that have not begun and those that
 * were about to continue, are then lost without any report.
 *
 * <p>From the moment at which the engine sees an {@link OutOfMemoryError} until some time after the
 * last one, each thread that the engine starts is tracked until it begins.
 *
 * <ul>
 *   <li>A thread that has not begun although others begin is started again.
 *   <li>If a thread that runs a process is on no carrier and makes no progress, the engine reads
 *       its stack: this makes the JDK put the thread back into its queue.
 *   <li>If a thread has ended without leaving its process, the process is ended. This happens
 *       because an error leaves a compiled method without running its handlers if there is no
 *       memory to go back to the interpreter.
 * </ul>
 *
 * <pre>
 * on        set by any thread that sees an OutOfMemoryError (volatile); cleared by the sentry
 * alarmed   set likewise: the time of the last such error; a lost update harms nothing
 * open      starters add to it; a started thread removes its entry, and so does a starter after a failed start
 * reader    used by the sentry only
 * </pre>
 */
final class LostThreads {
    /** A tracked thread that has not begun after this time, while others begin, counts as lost. */
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(2);

    /** How long after the last error threads are tracked. */
    private static final long AFTERMATH = TimeUnit.SECONDS.toNanos(30);

    private final SentryDuties duties;
    private final @Nullable ClassLoader classLoader;
    private final Consumer<Runnable> starter;
    private final Set<Start> open = ConcurrentHashMap.newKeySet();
    private volatile boolean on;
    private volatile long alarmed;
    private @Nullable Thread reader;

    /**
     * @param starter starts a virtual thread
     */
    LostThreads(
            SentryDuties duties, @Nullable ClassLoader classLoader, Consumer<Runnable> starter) {
        this.duties = duties;
        this.classLoader = classLoader;
        this.starter = starter;
    }

    /** A body that runs once, on the first thread that begins with it. */
    private final class Start implements Runnable {
        final Runnable body;
        final AtomicBoolean begun = new AtomicBoolean();
        long since = System.nanoTime();

        Start(Runnable body) {
            this.body = body;
        }

        @Override
        public void run() {
            if (!begun.compareAndSet(false, true)) return;
            open.remove(this);
            body.run();
        }
    }

    /**
     * Says that an {@link OutOfMemoryError} was seen: the scheduler may lose threads. Allocates
     * nothing.
     */
    void alarm() {
        alarmed = System.nanoTime();
        on = true;
    }

    /** Whether the scheduler may have lost threads lately. */
    boolean isOn() {
        return on;
    }

    /** The runnable that a new thread has to run in place of {@code body}. */
    Runnable tracked(Runnable body) {
        if (!on) return body;
        var start = new Start(body);
        open.add(start);
        return start;
    }

    /**
     * Says that the start of a runnable from {@link #tracked} has failed: the sentry then does not
     * start it again.
     *
     * @return false if it has begun all the same
     */
    boolean takesBack(Runnable tracked) {
        if (!(tracked instanceof Start start)) return true;
        if (!start.begun.compareAndSet(false, true)) return false;
        open.remove(start);
        return true;
    }

    /**
     * Brings back lost threads. The sentry calls this once in a while.
     *
     * @param begins whether threads that are started now begin
     */
    void look(long now, boolean begins) {
        if (!on) return;
        if (begins) {
            for (Start start : open) {
                if (now - start.since < LONGEST_WAIT) continue;
                start.since = now;
                starter.accept(start);
            }
            List<Thread> stalled = duties.stalledThreads();
            if (!stalled.isEmpty()) bringBack(stalled);
        }
        if (now - alarmed > AFTERMATH && open.isEmpty()) {
            duties.forgetStalledThreads();
            on = false;
        }
    }

    /**
     * Reads the stacks of threads, which puts a thread that is on no carrier back into the
     * scheduler's queue. While a thread is being switched the JDK waits for it, and waits for ever
     * if the carrier died in the middle of the switch. Therefore another thread than the sentry
     * reads the stacks.
     */
    private void bringBack(List<Thread> threads) {
        Thread before = reader;
        if (before != null && before.isAlive()) return;
        Thread next =
                ThreadContext.platform(
                        "otp-stacks",
                        classLoader,
                        () -> {
                            for (Thread thread : threads) {
                                StackTraceElement[] unused = thread.getStackTrace();
                            }
                        });
        next.start();
        reader = next;
    }
}

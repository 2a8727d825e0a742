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
 * Brings back virtual threads that the JDK's scheduler has lost. When memory is exhausted a carrier
 * thread can die, and what stood in its queue is dropped: threads that have not begun yet, and
 * threads that were to go on. Nothing says so.
 *
 * <p>From the moment at which the engine sees an {@link OutOfMemoryError} until some time after the
 * last one, each thread that it starts is tracked until it begins. One that has not begun although
 * others begin is started again. A process that runs, but is on no carrier and makes no progress,
 * has its stack read: the JDK puts a thread back into its queue when it does that. A process whose
 * thread has ended without leaving it is ended: an error leaves a compiled method without its
 * handlers when there is no memory to go back to the interpreter.
 *
 * <pre>
 * on        set by any thread that sees an OutOfMemoryError (volatile); cleared by the sentry
 * alarmed   likewise: when the last one was seen; a lost update harms nothing
 * open      entered by starters, removed by the started thread or the sentry
 * reader    the sentry's own
 * </pre>
 */
final class LostThreads {
    /** A thread that has not begun for so long, while others begin, does not. */
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(2);

    /** For so long after the last error threads are tracked. */
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

    /** A body that is run once, by the first thread that begins with it. */
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

    /** An {@link OutOfMemoryError} was seen: threads may get lost. Allocates nothing. */
    void alarm() {
        alarmed = System.nanoTime();
        on = true;
    }

    /** Whether threads may have got lost lately. */
    boolean isOn() {
        return on;
    }

    /** What a thread is to run for {@code body}. */
    Runnable tracked(Runnable body) {
        if (!on) return body;
        var start = new Start(body);
        open.add(start);
        return start;
    }

    /**
     * The start of what {@link #tracked} has returned has failed: it is not started again from
     * here.
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
     * The sentry's look, once in a while.
     *
     * @param begins whether threads that are started begin
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
     * Reads the stacks, which puts a thread back into the scheduler's queue if it is on no carrier.
     * The JDK waits for a thread that is just being switched, for ever if its carrier died amid
     * that; so the sentry does not do it itself.
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

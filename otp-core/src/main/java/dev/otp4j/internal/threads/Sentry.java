/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread of a runtime that watches what virtual threads cannot see of themselves.
 *
 * <ul>
 *   <li>At each look: debts and reports that their own threads could not deal with.
 *   <li>Each millisecond, while hand-over cells are in use: whether a process waits in one.
 *   <li>Every few milliseconds, while processes are started: whether a virtual thread that the
 *       sentry starts begins, and whether carriers look at all queues; see {@link Diversion}.
 *   <li>Once a second: whether virtual threads begin at all, which handlers are running, and which
 *       processes have been zombies for too long.
 * </ul>
 *
 * <p>The sentry exists only while there is something to watch: it ends after a second in which
 * nothing was started or handed over, and the next start brings it back. For this, a start or a
 * hand-over makes one or two volatile reads.
 *
 * <pre>
 * active    a thread that starts an activation sets it, the sentry clears it with each probe (volatile)
 * watching  whether the sentry looks at the cells (volatile). A thread that fills a cell and then finds it unset sets it.
 *           The sentry clears it, or a thread that finds that there can be no sentry; the thread that clears it then looks
 *           at the cells once more: one of the two sees the other
 * diversion keeps starts by processes: processes fill it, the sentry empties it, and so does the thread that ends the
 *           sentry
 * thread    the sentry, or null. The sentry clears it, then looks at the other fields once more; a starter sets active or
 *           watching, or gives a start to the diversion, then looks at thread: one of the two sees the other
 * closed    set once (volatile)
 * starving, idleLooks, handOversDue, nudged   used by the sentry only
 * </pre>
 */
final class Sentry implements Runnable {
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);

    /** How often the sentry looks at the hand-over cells. */
    static final long HAND_OVER_TICK = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long the sentry sleeps when nothing was started lately. */
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(50);

    /** After so many looks that found no filled cell the sentry stops to look at cells. */
    private static final int IDLE_LOOKS = 20;

    private final String name;
    private final @Nullable ClassLoader classLoader;
    private final SentryDuties duties;
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private final Diversion diversion;
    private final LostThreads lost;
    private volatile boolean active;
    private volatile boolean watching;
    private volatile boolean closed;
    private boolean starving;
    private int idleLooks;
    private long handOversDue;
    private long nudged = System.nanoTime();

    /**
     * @param node name of the runtime's node
     * @param classLoader context class loader of the threads it starts
     */
    Sentry(
            String node,
            @Nullable ClassLoader classLoader,
            SentryDuties duties,
            DiversionSettings diverting) {
        this.name = "otp-sentry:" + node;
        this.classLoader = classLoader;
        this.duties = duties;
        this.handOversDue = System.nanoTime();
        this.diversion =
                new Diversion(
                        diverting,
                        probe -> start("otp-probe", probe),
                        duties::endTurns,
                        System::nanoTime);
        this.lost = new LostThreads(duties, classLoader, body -> start("otp-again", body));
    }

    private void start(String threadName, Runnable body) {
        ThreadContext.virtual(threadName, classLoader, body).start();
    }

    /** Says that an {@link OutOfMemoryError} was seen. */
    void outOfMemory() {
        lost.alarm();
    }

    /**
     * The runnable that a new thread has to run in place of {@code body}: the sentry then notices
     * if the thread gets lost.
     */
    Runnable tracked(Runnable body) {
        return lost.tracked(body);
    }

    /**
     * Says that the start of a runnable from {@link #tracked} has failed. False if it has begun all
     * the same.
     */
    boolean takesBack(Runnable tracked) {
        return lost.takesBack(tracked);
    }

    /** Says that something is started: the sentry watches for a while. */
    void touch() {
        if (active) return;
        active = true;
        wake();
    }

    /** Says that a process has used up its turn and wants another one. */
    void press() {
        diversion.press();
    }

    /** Whether a start by a virtual thread has to be {@linkplain #divert diverted} now. */
    boolean diverts() {
        return diversion.isOn();
    }

    /** Keeps a start until the diversion ends. */
    void divert(Runnable start) {
        diversion.keep(start);
        if (thread.get() == null) wake();
        if (closed || thread.get() == null)
            diversion.release(); // the sentry ended meanwhile, or could not begin
    }

    /**
     * Says that a thread has entered a debtor. False if there is no sentry and there can be none.
     */
    boolean watchDebts() {
        Thread sentry = thread.get();
        if (sentry == null) return wake();
        if (sentry.getState() != Thread.State.TERMINATED) return true;
        thread.compareAndSet(sentry, null); // an error has ended its thread
        return wake();
    }

    /** Says that a hand-over cell was filled. False if no sentry can look at it. */
    boolean watch() {
        return watching || beginToWatch();
    }

    private boolean beginToWatch() {
        if (closed) return false;
        watching = true;
        Thread sentry = thread.get();
        if (sentry == null && !wake()) {
            stopWatching(); // closed meanwhile; another thread may have relied on the flag
            return false;
        }
        LockSupport.unpark(sentry);
        return true;
    }

    /**
     * Ends the look at cells: a runner that hands over from now on finds that out, and the
     * processes that wait in cells are launched.
     */
    private void stopWatching() {
        watching = false;
        duties.freeHandOvers();
    }

    boolean watches() {
        return watching;
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread.get());
    }

    /** Starts the sentry if there is none. False if there is none and none can be started. */
    private boolean wake() {
        if (closed) return false;
        if (thread.get() != null) return true;
        StackRoom.ensure();
        boolean ours = false;
        try {
            Thread sentry = ThreadContext.platform(name, classLoader, this);
            ours = thread.compareAndSet(null, sentry);
            if (ours) sentry.start();
            return true;
        } catch (Throwable noThread) {
            // this must not harm the process that was started; the next start tries again
            if (ours) thread.set(null);
            stopWatching();
            active = false; // last: until then what is launched here starts no sentry
            return false;
        }
    }

    @Override
    public void run() {
        boolean failed;
        do {
            failed = !looksAround();
            thread.set(null);
        } while (!closed
                && (failed || busy())
                && thread.compareAndSet(null, Thread.currentThread()));
        if (closed) stopWatching(); // after the thread is unset: see the table
        diversion.release();
    }

    /**
     * Looks until there is nothing to watch. False if a look failed: the caller has to look again,
     * for the sentry alone helps what waits for it.
     */
    private boolean looksAround() {
        try {
            lookAround();
            diversion.stop();
            return true;
        } catch (Throwable failed) {
            goOnAfter(failed);
            return false;
        }
    }

    private void goOnAfter(Throwable failed) {
        if (failed instanceof OutOfMemoryError) lost.alarm();
        try {
            duties.lookFailed(failed);
        } catch (Throwable again) {
            // most likely there is no memory
        }
        LockSupport.parkNanos(this, NAP);
    }

    private boolean busy() {
        return active || watching || !diversion.isEmpty() || duties.isAnythingOwed() || lost.isOn();
    }

    /** Looks until there was nothing to watch for a second. */
    private void lookAround() {
        long now = System.nanoTime();
        long lastActive = now;
        long due = now;
        while (!closed) {
            duties.payWhatIsOwed(now);
            if (watching && now - handOversDue >= 0) lookAtHandOvers(now);
            lookAtProbe(now);
            if (busy() || diversion.isProbing() || duties.hasZombies()) lastActive = now;
            if (!diversion.isProbing() && (busy() || duties.hasZombies())) {
                active = false;
                diversion.begin(now);
            }
            if (now - due >= 0) {
                lost.look(now, diversion.waiting(now).toNanos() < TICK);
                duties.lookAtProcesses();
                due = now + TICK;
            }
            if (now - lastActive >= TICK && !duties.isAnyHandlerRunning()) return;
            if (now - lastActive >= TICK) lastActive = now; // a handler runs: look on
            LockSupport.parkNanos(this, nap(now, now - lastActive));
            now = System.nanoTime();
        }
    }

    private long nap(long now, long idle) {
        long nap = diversion.isProbing() || idle < NAP ? diversion.nap(now) : NAP;
        return watching ? Math.min(nap, Math.max(handOversDue - now, 1)) : nap;
    }

    private void lookAtHandOvers(long now) {
        handOversDue = now + HAND_OVER_TICK;
        idleLooks = duties.lookAtHandOvers() ? 0 : idleLooks + 1;
        if (idleLooks < IDLE_LOOKS) return;
        idleLooks = 0;
        watching = false;
        if (duties.lookAtHandOvers()) watching = true;
    }

    private void lookAtProbe(long now) {
        diversion.look(now);
        Duration late = diversion.waiting(now);
        if (late.toNanos() >= TICK && now - nudged >= TICK) nudge(now);
        if (!starving && late.toNanos() >= TICK) {
            starving = true;
            duties.carriersStarved(late);
        } else if (starving && late.isZero()) {
            starving = false;
            duties.carriersFree();
        }
    }

    /**
     * Helps the JDK's scheduler if no virtual thread begins although processors are free. The
     * scheduler may have lost its carrier threads: it replaces one that dies for want of memory,
     * but not if there is no memory for the replacement either. It makes new carriers when a
     * virtual thread is started from outside through an empty queue. Almost every platform thread
     * has a queue of its own, so a fresh platform thread makes that start. Without memory this
     * would be in vain.
     */
    private void nudge(long now) {
        nudged = now;
        if (!duties.isMemoryLeft()) return;
        Thread empty = ThreadContext.virtual("otp-nudge", classLoader, () -> {});
        ThreadContext.platform("otp-nudge", classLoader, empty::start).start();
    }
}

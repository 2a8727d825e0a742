/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread that watches over what virtual threads cannot see of themselves.
 *
 * <ul>
 *   <li>Each millisecond, while hand-over cells are in use: whether a process waits in one.
 *   <li>Every few milliseconds, while processes are started: whether a virtual thread that is
 *       started from outside begins, and that carriers look at all lines; see {@link Diversion}.
 *   <li>Once a second: whether virtual threads begin at all, which handlers are running, and which
 *       processes have been zombies for too long.
 * </ul>
 *
 * <p>It exists only while there is something to watch: it ends after a second in which nothing was
 * started or handed over, and the next start brings it back. Between two looks it costs a start or
 * a hand-over one or two volatile reads.
 *
 * <pre>
 * active    set by whoever starts an activation, cleared by the sentry with each probe (volatile)
 * watching  whether the cells are looked at: set by whoever fills one and finds it unset, after filling; cleared by
 *           the sentry, or by who finds that there can be none; whoever clears it then looks at the cells once more
 *           (volatile): one of the two sees the other
 * diversion what processes started and it keeps: filled by them, emptied by the sentry; who ends the sentry empties it
 *           too
 * thread    the sentry, or null: it clears it, then looks at the others once more; a starter sets active or watching,
 *           or gives a start to the diversion, then looks at thread: one of the two sees the other
 * closed    set once (volatile)
 * starving, idleLooks, handOversDue, nudged   the sentry's own
 * </pre>
 */
final class Sentry implements Runnable {
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);

    /** How often the sentry looks at the hand-over cells. */
    static final long HAND_OVER_TICK = TimeUnit.MILLISECONDS.toNanos(1);

    /** How long the sentry sleeps when nothing was started lately. */
    private static final long NAP = TimeUnit.MILLISECONDS.toNanos(50);

    /** So many looks that found no filled cell, and they are looked at no more. */
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

    /** An {@link OutOfMemoryError} was seen. */
    void outOfMemory() {
        lost.alarm();
    }

    /** What a new thread is to run for {@code body}, so that it is missed if it gets lost. */
    Runnable tracked(Runnable body) {
        return lost.tracked(body);
    }

    /**
     * The start of what {@link #tracked} has returned has failed. False if it begins all the same.
     */
    boolean takesBack(Runnable tracked) {
        return lost.takesBack(tracked);
    }

    /** Something is to be started: watch for a while. */
    void touch() {
        if (active) return;
        active = true;
        wake();
    }

    /** A process has used up its turn and wants another one. */
    void press() {
        diversion.press();
    }

    /** Whether what a virtual thread starts is to be {@linkplain #divert diverted}. */
    boolean diverts() {
        return diversion.isOn();
    }

    /** Takes over a start. */
    void divert(Runnable start) {
        diversion.keep(start);
        if (thread.get() == null) wake();
        if (closed || thread.get() == null)
            diversion.release(); // it ended meanwhile, or could not begin
    }

    /** A thread has entered a debtor. False if there is no sentry and there can be none. */
    boolean watchDebts() {
        Thread sentry = thread.get();
        if (sentry == null) return wake();
        if (sentry.getState() != Thread.State.TERMINATED) return true;
        thread.compareAndSet(sentry, null); // an error has ended it without its handlers
        return wake();
    }

    /** A hand-over cell was filled. False if nobody can watch it. */
    boolean watch() {
        return watching || beginToWatch();
    }

    private boolean beginToWatch() {
        if (closed) return false;
        watching = true;
        Thread sentry = thread.get();
        if (sentry == null && !wake()) {
            stopWatching(); // closed meanwhile; somebody else may have relied on the flag
            return false;
        }
        LockSupport.unpark(sentry);
        return true;
    }

    /** Nobody watches any more: whoever hands over from now on finds that, the others are freed. */
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

    /** False if there is no sentry and there can be none. */
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
            // the process that was started must not suffer for it; the next start tries again
            if (ours) thread.set(null);
            stopWatching();
            active = false; // not before: what that starts does not try again for a thread
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

    /** False if it failed: what waits for a look has no other help. */
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
            if (now - lastActive >= TICK) return;
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
     * Where no virtual thread begins although processors are free, the JDK's scheduler may have
     * lost its threads: one that dies for want of memory is replaced, but not if there is no memory
     * for that either. The scheduler makes new ones when a thread is started from outside by way of
     * a queue that is empty. Each platform thread has a queue of its own, or almost, so it takes a
     * fresh one; while there is no memory it would be in vain.
     */
    private void nudge(long now) {
        nudged = now;
        if (!duties.isMemoryLeft()) return;
        Thread empty = ThreadContext.virtual("otp-nudge", classLoader, () -> {});
        ThreadContext.platform("otp-nudge", classLoader, empty::start).start();
    }
}

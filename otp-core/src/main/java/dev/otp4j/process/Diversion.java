/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets carriers come to the end of their lines, so that whoever stands in another one is not
 * forgotten.
 *
 * <p>The JDK's scheduler has several lines; in which one a start, or the waking of a thread, stands
 * is decided by who does it. A carrier stays with a line for as long as there is something in it,
 * and what its own virtual threads start goes to one and the same. A few flooded processes, which
 * go to the end of the line after each turn, would keep it there, and whatever comes from platform
 * threads, timers and sockets would wait for ever.
 *
 * <p>So what processes start is now and then <em>diverted</em>: it is kept, and turns end with the
 * next message, until a <em>probe</em>, a virtual thread that the sentry starts, has begun, and a
 * moment longer, in which carriers that have found their line empty look around. That is done
 *
 * <ul>
 *   <li>every 10 ms while processes use up their turns,
 *   <li>every 50 ms while processes are started at all,
 *   <li>when the probe of an ordinary look, one every 5 ms, has not begun after that.
 * </ul>
 *
 * A probe that begins at once proves nothing: it may stand in the very line with which a carrier
 * stays.
 *
 * <pre>
 * state       edge         cause                                                     by
 * at rest     -> probing   something was started                                     the sentry
 *             -> diverting the same, and it is time again                            the sentry
 * probing     -> at rest   the probe has begun                                       the sentry
 *             -> diverting it has not, for 5 ms                                      the sentry
 * diverting   -> at rest   the probe began a moment ago                              the sentry
 *             -> probing   it has not, for 20 ms; -> diverting after 20 more, for    the sentry
 *                          40 ms, and so on
 *
 * field       written by                                     read by
 * on          the sentry (volatile), then it looks for       whoever starts something; a runner, after it
 *             runners                                        can be found: one sees the other
 * pressed     whoever's turn is used up, and the sentry,     the sentry
 *             which clears it (volatile)
 * kept        filled by starters, emptied by the sentry,     the same
 *             by starters that find on unset then, and by
 *             who ends the sentry or finds that it has ended
 * probe       the sentry; its begun flag the virtual thread  the sentry
 *             (volatile, after began)
 * begun       when a probe was last found to have begun:     the sentry
 *             the sentry
 * ended       when starts were last diverted: the sentry     the sentry
 * due, span   until when the state lasts if the probe does   the sentry
 *             not begin, and how long the next diversion:
 *             the sentry
 * </pre>
 */
final class Diversion {
    /** How long a probe may take to begin before starts are diverted. */
    static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(5);

    /**
     * How long starts are diverted while the probe does not begin, at first; and not diverted then,
     * since that did not help.
     */
    private static final long SPAN = TimeUnit.MILLISECONDS.toNanos(20);

    /** Each time it does not help twice as long, up to this. */
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(160);

    /** How often starts are diverted while processes use up their turns. */
    private static final long OFTEN = TimeUnit.MILLISECONDS.toNanos(10);

    /** How often starts are diverted while there are any. */
    private static final long SELDOM = TimeUnit.MILLISECONDS.toNanos(50);

    /** A carrier that has run the probe looks around by then. */
    private static final long MOMENT = TimeUnit.MICROSECONDS.toNanos(20);

    /** How often the sentry looks while it waits for that; later not so often. */
    private static final long GLANCE = TimeUnit.MICROSECONDS.toNanos(50);

    private static final long LATER = TimeUnit.MILLISECONDS.toNanos(1);

    private final Consumer<Runnable> virtualThreads;
    private final Runnable turns;
    private final LongSupplier clock;
    private final ConcurrentLinkedQueue<Runnable> kept = new ConcurrentLinkedQueue<>();
    private volatile boolean on;
    private volatile boolean pressed;
    private @Nullable Probe probe;
    private long ended;
    private long begun;
    private long due;
    private long span = SPAN;

    /**
     * @param virtualThreads starts a virtual thread that is no process
     * @param turns ends the turns of the processes that run
     */
    Diversion(Consumer<Runnable> virtualThreads, Runnable turns, LongSupplier clock) {
        this.virtualThreads = virtualThreads;
        this.turns = turns;
        this.clock = clock;
        this.ended = clock.getAsLong();
        this.begun = ended;
    }

    private final class Probe implements Runnable {
        final long since;
        long began;
        volatile boolean begun;

        Probe(long since) {
            this.since = since;
        }

        @Override
        public void run() {
            began = clock.getAsLong();
            begun = true;
        }
    }

    /** Whether what a process starts is to be {@linkplain #keep kept}. Any thread. */
    boolean isOn() {
        return on;
    }

    /** A process has used up its turn and wants another one. Any thread. */
    void press() {
        if (!pressed) pressed = true;
    }

    /** Takes over a start. Any thread; the sentry has to be there, or be woken. */
    void keep(Runnable start) {
        kept.add(start);
        if (!on) release(); // it was switched off meanwhile: whoever comes second sees the other
    }

    /** Whether no start is kept. Any thread. */
    boolean isEmpty() {
        return kept.isEmpty();
    }

    /** Starts what was kept; what fails, for want of memory, is kept still. Any thread. */
    void release() {
        for (Runnable next; (next = kept.poll()) != null; ) {
            try {
                next.run();
            } catch (Throwable failed) {
                keepAgain(next); // the sentry tries again at its next look
                return;
            }
        }
    }

    /** Does not return before the start is kept, or done: without memory it waits for some. */
    private void keepAgain(Runnable start) {
        for (; ; ) {
            try {
                kept.add(start);
                return;
            } catch (OutOfMemoryError none) {
                Thread.yield();
            }
        }
    }

    // ---- the sentry's

    /** Whether a probe is on its way. */
    boolean isProbing() {
        return probe != null;
    }

    /** How long the probe has been on its way, or zero. */
    Duration waiting(long now) {
        Probe sent = probe;
        return sent == null || sent.begun ? Duration.ZERO : Duration.ofNanos(now - sent.since);
    }

    /** Sends a probe, and diverts starts until it has begun if it is time again. */
    void begin(long now) {
        if (now - begun > SELDOM) ended = now; // a pause: carriers have looked around
        if (now - ended >= (pressed ? OFTEN : SELDOM)) divert(now);
        else due = now + PATIENCE;
        var next = new Probe(now);
        virtualThreads.accept(next);
        probe = next; // not before: one that could not be sent would be waited for for ever
    }

    private void divert(long now) {
        due = now + span;
        on = true;
        // partner: Current.enter in Runner.run, after which the runner looks whether this is on
        VarHandle.fullFence();
        turns.run();
    }

    /** Looks after the probe. */
    void look(long now) {
        if (!on) release(); // what failed
        Probe sent = probe;
        if (sent == null) return;
        if (!sent.begun) bear(now);
        else if (!on) rest(now);
        else if (now - sent.began >= MOMENT) end(now);
    }

    private void bear(long now) {
        if (now - due < 0) return;
        if (on) {
            stop();
            due = now + SPAN;
            span = Math.min(2 * span, LONGEST);
        } else {
            divert(now);
        }
    }

    private void end(long now) {
        ended = now;
        pressed = false;
        stop();
        rest(now);
    }

    private void rest(long now) {
        probe = null;
        begun = now;
        span = SPAN;
    }

    /** Diverts no more, and starts what was kept. */
    void stop() {
        on = false; // before the release: what that starts is not to be diverted again
        release();
    }

    /** How long the sentry may sleep. */
    long nap(long now) {
        Probe sent = probe;
        if (sent == null || !on) return PATIENCE;
        return sent.begun || now - sent.since < LATER ? GLANCE : LATER;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps flooded processes from starving other virtual threads: from time to time it holds back new
 * starts until carriers have emptied their current queue and look at the others.
 *
 * <p>The JDK's scheduler has several queues. The thread that starts or wakes a virtual thread
 * decides in which queue it stands. A carrier stays with a queue for as long as there is something
 * in it, and what its own virtual threads start goes to one and the same queue. A few flooded
 * processes, which go to the end of the queue after each turn, would keep the carrier there, and
 * what comes from platform threads, timers and sockets would wait for ever.
 *
 * <p>So starts by processes are now and then <em>diverted</em>: they are kept, and turns end with
 * the next message, until a <em>probe</em>, a virtual thread that the sentry starts, has begun, and
 * a moment longer, in which carriers that have found their queue empty look around. That is done
 *
 * <ul>
 *   <li>every 10 ms while processes use up their turns,
 *   <li>every 50 ms while processes are started at all,
 *   <li>when the probe of an ordinary look, one every 5 ms, has not begun after that.
 * </ul>
 *
 * A probe that begins at once proves nothing: it may stand in the very queue with which a carrier
 * stays. All durations are in {@link DiversionSettings}.
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
 * on          the sentry (volatile), then it looks for       a thread that starts something; a runner, after
 *             runners                                        it can be found: one sees the other
 * pressed     a process whose turn is used up; the sentry    the sentry
 *             clears it (volatile)
 * kept        filled by starters; emptied by the sentry, by  the same
 *             starters that then find on unset, and by the
 *             thread that ends the sentry or finds it ended
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
public final class Diversion {
    private final DiversionSettings settings;
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
    private long span;

    /**
     * @param settings how long and how often; with {@link DiversionSettings#enabled} false starts
     *     are never diverted, and probes only measure
     * @param virtualThreads starts a virtual thread that runs no process
     * @param turns ends the turns of the processes that run
     */
    public Diversion(
            DiversionSettings settings,
            Consumer<Runnable> virtualThreads,
            Runnable turns,
            LongSupplier clock) {
        this.settings = settings;
        this.span = settings.firstSpan();
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
    public boolean isOn() {
        return on;
    }

    /** A process has used up its turn and wants another one. Any thread. */
    public void press() {
        if (!pressed) pressed = true;
    }

    /** Takes over a start. Any thread; the sentry has to be there, or be woken. */
    public void keep(Runnable start) {
        kept.add(start);
        if (!on) release(); // it was switched off meanwhile: the second of the two sees the other
    }

    /** Whether no start is kept. Any thread. */
    public boolean isEmpty() {
        return kept.isEmpty();
    }

    /** Starts what was kept; what fails, for want of memory, is kept still. Any thread. */
    public void release() {
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
    public boolean isProbing() {
        return probe != null;
    }

    /** How long the probe has been on its way, or zero. */
    public Duration waiting(long now) {
        Probe sent = probe;
        return sent == null || sent.begun ? Duration.ZERO : Duration.ofNanos(now - sent.since);
    }

    /** Sends a probe, and diverts starts until it has begun if it is time again. */
    public void begin(long now) {
        if (now - begun > settings.seldom()) ended = now; // a pause: carriers have looked around
        if (now - ended >= (pressed ? settings.often() : settings.seldom())) divert(now);
        else due = now + settings.patience();
        var next = new Probe(now);
        virtualThreads.accept(next);
        probe = next; // not before: one that could not be sent would be waited for for ever
    }

    private void divert(long now) {
        due = now + span;
        if (!settings.enabled()) return;
        on = true;
        // partner: Current.enter in Runner.run, after which the runner looks whether this is on
        VarHandle.fullFence();
        turns.run();
    }

    /** Looks after the probe. */
    public void look(long now) {
        if (!on) release(); // what failed
        Probe sent = probe;
        if (sent == null) return;
        if (!sent.begun) bear(now);
        else if (!on) rest(now);
        else if (now - sent.began >= settings.lookAround()) end(now);
    }

    private void bear(long now) {
        if (now - due < 0) return;
        if (on) {
            stop();
            due = now + settings.firstSpan();
            span = Math.min(2 * span, settings.longestSpan());
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
        span = settings.firstSpan();
    }

    /** Diverts no more, and starts what was kept. */
    public void stop() {
        on = false; // before the release: what that starts is not to be diverted again
        release();
    }

    /** How long the sentry may sleep. */
    public long nap(long now) {
        Probe sent = probe;
        if (sent == null || !on) return settings.patience();
        return sent.begun || now - sent.since < settings.lateGlance()
                ? settings.glance()
                : settings.lateGlance();
    }
}

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
 * decides into which queue it goes. A carrier serves one queue for as long as there is something in
 * it, and what the carrier's own virtual threads start goes into one and the same queue. A few
 * flooded processes, which go to the end of the queue after each turn, would keep the carrier
 * there. Virtual threads that platform threads, timers and sockets start or wake would wait for
 * ever.
 *
 * <p>So starts by processes are now and then <em>diverted</em>: they are kept, and running
 * processes end their turns with the next message. The sentry starts a <em>probe</em>, which is a
 * virtual thread. Starts are diverted until the probe has begun, and a moment longer, in which
 * carriers that have found their queue empty look at other queues. The sentry diverts starts
 *
 * <ul>
 *   <li>every 10 ms while processes use up their turns,
 *   <li>every 50 ms while processes are started at all,
 *   <li>when a probe that was sent without a diversion has not begun after 5 ms; the sentry sends
 *       such a probe every 5 ms.
 * </ul>
 *
 * A probe that begins at once proves nothing: it may be in the very queue that a carrier keeps
 * serving. All durations are in {@link DiversionSettings}.
 *
 * <pre>
 * The sentry makes all changes of state:
 *
 * state       edge         cause
 * at rest     -> probing   something was started
 *             -> diverting something was started, and the last diversion is long enough ago
 * probing     -> at rest   the probe has begun
 *             -> diverting the probe has not begun for 5 ms
 * diverting   -> at rest   the probe began a moment ago
 *             -> probing   the probe has not begun for 20 ms; -> diverting after 20 ms more, for 40 ms, and so on
 *
 * field       written by                                     read by
 * on          the sentry (volatile), then it looks for       a thread that starts something; a runner, after
 *             runners                                        it has entered the table: one sees the other
 * pressed     a process that has used up its turn sets it;   the sentry
 *             the sentry clears it (volatile)
 * kept        starters fill it; it is emptied by the sentry, the same threads
 *             by starters that then find on unset, and by
 *             the thread that ends the sentry or finds it
 *             ended
 * probe       the sentry; the virtual thread sets its begun  the sentry
 *             flag (volatile, after began)
 * begun       the sentry: when it last found that a probe    the sentry
 *             had begun
 * ended       the sentry: when starts were last diverted     the sentry
 * due, span   the sentry: until when the state lasts if the  the sentry
 *             probe does not begin; how long the next
 *             diversion lasts
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
     * @param settings how long and how often starts are diverted; if {@link
     *     DiversionSettings#enabled} is false they never are, and probes only measure
     * @param virtualThreads starts a virtual thread that runs no process
     * @param turns makes the running processes end their turns with the next message
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

    /** Whether a start by a process has to be {@linkplain #keep kept} now. Any thread. */
    public boolean isOn() {
        return on;
    }

    /** Says that a process has used up its turn and wants another one. Any thread. */
    public void press() {
        if (!pressed) pressed = true;
    }

    /** Keeps a start for later. Any thread; the caller makes sure that there is a sentry. */
    public void keep(Runnable start) {
        kept.add(start);
        if (!on) release(); // on was unset meanwhile: one of the two threads sees the other
    }

    /** Whether no start is kept. Any thread. */
    public boolean isEmpty() {
        return kept.isEmpty();
    }

    /**
     * Makes the starts that were kept. One that fails, for want of memory, is kept again. Any
     * thread.
     */
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

    /** Keeps a start again. Does not return before it is kept: without memory it waits for some. */
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

    // ---- for the sentry only

    /** Whether a probe is on its way. */
    public boolean isProbing() {
        return probe != null;
    }

    /** How long the probe has waited to begin, or zero if none waits. */
    public Duration waiting(long now) {
        Probe sent = probe;
        return sent == null || sent.begun ? Duration.ZERO : Duration.ofNanos(now - sent.since);
    }

    /**
     * Sends a probe. If the last diversion is long enough ago, also diverts starts until the probe
     * has begun.
     */
    public void begin(long now) {
        if (now - begun > settings.seldom()) ended = now; // carriers have looked around meanwhile
        if (now - ended >= (pressed ? settings.often() : settings.seldom())) divert(now);
        else due = now + settings.patience();
        var next = new Probe(now);
        virtualThreads.accept(next);
        probe = next; // only a probe that was sent: the sentry waits for it
    }

    private void divert(long now) {
        due = now + span;
        if (!settings.enabled()) return;
        on = true;
        // partner: Current.enter in Runner.run, after which the runner looks whether this is on
        VarHandle.fullFence();
        turns.run();
    }

    /** Looks whether the probe has begun, and changes the state accordingly. */
    public void look(long now) {
        if (!on) release(); // the starts that failed
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

    /** Ends the diversion and makes the starts that were kept. */
    public void stop() {
        on = false; // first: what the started threads start must not be diverted
        release();
    }

    /** How long the sentry may sleep before its next look. */
    public long nap(long now) {
        Probe sent = probe;
        if (sent == null || !on) return settings.patience();
        return sent.begun || now - sent.since < settings.lateGlance()
                ? settings.glance()
                : settings.lateGlance();
    }
}

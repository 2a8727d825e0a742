/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.LimitedMailbox;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.OwnerThread;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Observes the handlers of one process: it shows each message to a tool, and times handlers. A
 * process that is not observed has no watch. Only that process uses it.
 *
 * <p>If all messages are timed, the end of one handler is the beginning of the next one on the same
 * {@link Runner}, which keeps that time as its <em>lap</em>: so the clock is read once for each
 * message. Anything that comes in between and may take time clears the lap: a yield, an observer, a
 * system request, a message that no handler takes, a process that is not timed, code that cleans
 * the thread.
 */
final class HandlerWatch {
    @Nullable Consumer<Object> observer;

    /** The mailbox of the process if that has a limit. */
    private final @Nullable LimitedMailbox limited;

    private final CallRules calls;
    private HandlerTiming.@Nullable Recorder recorder;
    private final int oneIn;

    /** How many messages are not measured before the next one is. */
    private int unmeasured;

    /** Whether the current message is measured, as far as is known. */
    private boolean measuring;

    private long began;

    /** Whether the process had answered in this activation before it took its message. */
    private boolean answeredBefore;

    private HandlerWatch(
            @Nullable LimitedMailbox limited,
            CallRules calls,
            HandlerTiming.@Nullable Recorder recorder,
            int oneIn,
            int unmeasured) {
        this.limited = limited;
        this.calls = calls;
        this.recorder = recorder;
        this.oneIn = oneIn;
        this.unmeasured = unmeasured;
    }

    /**
     * The watch of a process after its initialiser has returned; null if the process is not to be
     * timed, its mailbox has no limit, and nothing is asked of its calls.
     */
    @OwnerThread
    static @Nullable HandlerWatch ofStarted(ProcessCell process, CallRules calls) {
        Timing timing = process.runtime.timing();
        HandlerTiming.Recorder recorder = timing == null ? null : recorder(timing, process);
        LimitedMailbox limited = process.mailbox instanceof LimitedMailbox own ? own : null;
        if (timing == null || recorder == null) {
            boolean unneeded = limited == null && calls.isEmpty();
            return unneeded ? null : new HandlerWatch(limited, calls, null, 1, 0);
        }
        int phase = (int) (process.serial() % timing.oneIn()); // measures short lives as often
        return new HandlerWatch(limited, calls, recorder, timing.oneIn(), phase);
    }

    private static HandlerTiming.@Nullable Recorder recorder(Timing timing, ProcessCell process) {
        try {
            return timing.sink().recorder(process);
        } catch (Throwable thrown) {
            process.runtime.timingFailed(process, thrown);
            return null;
        }
    }

    /** A watch without a recorder. */
    static HandlerWatch untimed() {
        return new HandlerWatch(null, CallRules.NONE, null, 1, 0);
    }

    boolean isTimed() {
        return recorder != null;
    }

    /** Whether it has a use while no tool observes the process. */
    boolean isNeeded() {
        return recorder != null || limited != null || !calls.isEmpty();
    }

    /** Called when the process has taken a node, before its handler gets that. */
    @OwnerThread
    void taken(Runner runner, Node node) {
        if (limited != null) limited.left(node, runner.isUsedUp());
    }

    /** Whether a message is a request whose call is over, and the process drops such requests. */
    @OwnerThread
    boolean refuses(Node node) {
        return calls.dropsExpired() && node instanceof Envelope request && request.isExpired();
    }

    /** Called when a message joins the batch of the one in hand. */
    @OwnerThread
    void joined(Runner runner, Node node) {
        taken(runner, node);
        if (observer != null) observer.accept(node.item);
    }

    /** Whether the next message is not measured and no tool observes it. */
    @OwnerThread
    boolean passes() {
        if (recorder == null && observer == null) return !calls.failsCircles();
        if (unmeasured <= 0 || observer != null || calls.failsCircles()) return false;
        unmeasured--;
        return true;
    }

    /** Called before the handler gets a message. */
    @OwnerThread
    void begin(Runner runner, Node node) {
        if (calls.failsCircles()) {
            answeredBefore = runner.answered;
            runner.answered = false;
            runner.countActs(runner);
        }
        if (observer != null) {
            observer.accept(node.item);
            runner.lapped = false;
        }
        measuring = recorder != null && --unmeasured < 0;
        if (!measuring) return;
        unmeasured = oneIn - 1;
        announce(runner.cell(), node.item);
        began = oneIn == 1 && runner.lapped ? runner.lap : runner.runtime.scheduler.nanoTime();
        Long queued = node instanceof Envelope message ? message.queued() : null;
        if (queued != null) waited(runner.cell(), Math.max(0, began - queued));
    }

    /** Called when no handler takes the message. */
    @OwnerThread
    void unhandled() {
        measuring = false;
    }

    /** Called when the handler has returned or thrown. */
    @OwnerThread
    void end(Runner runner, ProcessCell process, boolean failed) {
        if (calls.failsCircles()) {
            runner.stopCounting();
            runner.answered |= answeredBefore;
        }
        runner.lapped = measuring;
        if (!measuring) return;
        long now = runner.runtime.scheduler.nanoTime();
        runner.lap = now;
        record(process, now - began, failed);
    }

    private void announce(ProcessCell process, Object message) {
        HandlerTiming.Recorder told = recorder;
        if (told == null) return;
        try {
            told.begins(message);
        } catch (Throwable e) {
            failed(process, e);
        }
    }

    private void waited(ProcessCell process, long nanos) {
        HandlerTiming.Recorder told = recorder;
        if (told == null) return;
        try {
            told.waited(nanos);
        } catch (Throwable e) {
            failed(process, e);
        }
    }

    private void record(ProcessCell process, long nanos, boolean failed) {
        HandlerTiming.Recorder told = recorder;
        if (told == null) return;
        try {
            told.handled(nanos, failed);
        } catch (Throwable e) {
            failed(process, e);
        }
    }

    private void failed(ProcessCell process, Throwable thrown) {
        recorder = null;
        process.runtime.timingFailed(process, thrown);
    }
}

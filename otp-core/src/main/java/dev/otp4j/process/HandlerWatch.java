/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.OwnerThread;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who looks on while a process handles its messages: a tool that is told of each, and who wants to
 * know how long they take. A process at which nobody looks has none. The process's own.
 *
 * <p>When all messages are timed, the end of one is the beginning of the next on that {@link
 * Runner}, which keeps it as its <em>lap</em>: one look at the clock for each message. The lap is
 * dropped by whatever comes in between and may take time: a yield, an observer, a system request, a
 * message that no handler takes, a process that is not timed, code that cleans the thread.
 */
final class HandlerWatch {
    @Nullable Consumer<Object> observer;

    private HandlerTiming.@Nullable Recorder recorder;
    private final int oneIn;

    /** So many messages are not measured before the next one is. */
    private int unmeasured;

    /** Whether the message that is handled now is measured, as far as is known. */
    private boolean measuring;

    private long began;

    private HandlerWatch(HandlerTiming.@Nullable Recorder recorder, int oneIn, int unmeasured) {
        this.recorder = recorder;
        this.oneIn = oneIn;
        this.unmeasured = unmeasured;
    }

    /** For a process that has initialised itself; null if it is not to be timed. */
    @OwnerThread
    static @Nullable HandlerWatch ofStarted(ProcessCell process) {
        Timing timing = process.runtime.timing();
        HandlerTiming.Recorder recorder = timing == null ? null : recorder(timing, process);
        if (timing == null || recorder == null) return null;
        int phase = (int) (process.serial() % timing.oneIn()); // short lives count as much as long
        return new HandlerWatch(recorder, timing.oneIn(), phase);
    }

    private static HandlerTiming.@Nullable Recorder recorder(Timing timing, ProcessCell process) {
        try {
            return timing.sink().recorder(process);
        } catch (Throwable thrown) {
            process.runtime.timingFailed(process, thrown);
            return null;
        }
    }

    /** One without a recorder. */
    static HandlerWatch untimed() {
        return new HandlerWatch(null, 1, 0);
    }

    boolean isTimed() {
        return recorder != null;
    }

    /** Whether the next message is one of those that are not measured, and nobody else looks on. */
    @OwnerThread
    boolean passes() {
        if (unmeasured <= 0 || observer != null) return false;
        unmeasured--;
        return true;
    }

    /** The handler is about to be given a message. */
    @OwnerThread
    void begin(Runner runner, Node node) {
        if (observer != null) {
            observer.accept(node.item);
            runner.lapped = false;
        }
        measuring = recorder != null && --unmeasured < 0;
        if (!measuring) return;
        unmeasured = oneIn - 1;
        began = oneIn == 1 && runner.lapped ? runner.lap : runner.runtime.scheduler.nanoTime();
    }

    /** No handler takes the message. */
    @OwnerThread
    void unhandled() {
        measuring = false;
    }

    /** The handler has returned or thrown. */
    @OwnerThread
    void end(Runner runner, ProcessCell process, boolean failed) {
        runner.lapped = measuring;
        if (!measuring) return;
        long now = runner.runtime.scheduler.nanoTime();
        runner.lap = now;
        record(process, now - began, failed);
    }

    private void record(ProcessCell process, long nanos, boolean failed) {
        HandlerTiming.Recorder told = recorder;
        if (told == null) return;
        try {
            told.handled(nanos, failed);
        } catch (Throwable e) {
            recorder = null;
            process.runtime.timingFailed(process, e);
        }
    }
}

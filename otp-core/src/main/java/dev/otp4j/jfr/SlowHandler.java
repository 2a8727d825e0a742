/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.jfr;

import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.Pid;
import jdk.jfr.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Commits an event for each message of one process that takes long. Used by that process only. The
 * event begins and ends on the thread of the handler, so that its threshold is that of the
 * recording.
 */
final class SlowHandler implements HandlerTiming.Recorder {
    private static final EventType TYPE = EventType.getEventType(Events.HandlerSlow.class);

    private final Pid process;
    private final HandlerTiming.@Nullable Recorder also;
    private Events.@Nullable HandlerSlow event;
    private @Nullable Class<?> messageType;

    SlowHandler(Pid process, HandlerTiming.@Nullable Recorder also) {
        this.process = process;
        this.also = also;
    }

    @Override
    public void begins(Object message) {
        if (also != null) also.begins(message);
        event = null; // of a message that no handler took
        if (!TYPE.isEnabled()) return; // no object for each message
        messageType = message.getClass();
        event = new Events.HandlerSlow();
        event.begin();
    }

    @Override
    public void handled(long nanos, boolean failed) {
        Events.HandlerSlow ended = event;
        if (ended != null) commit(ended, failed);
        if (also != null) also.handled(nanos, failed);
    }

    @Override
    public void waited(long nanos) {
        if (also != null) also.waited(nanos);
    }

    private void commit(Events.HandlerSlow ended, boolean failed) {
        event = null;
        ended.end();
        if (!ended.shouldCommit()) return;
        ended.path = JfrEvents.path(process);
        ended.definition = JfrEvents.definition(process);
        ended.messageType = messageType == null ? null : messageType.getName();
        ended.failed = failed;
        ended.commit();
    }
}

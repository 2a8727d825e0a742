/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.marks.AnyThread;
import org.jspecify.annotations.Nullable;

/**
 * The part of an {@link Engine} that notes something with each message for its processes: the time,
 * and what the message carries.
 *
 * <pre>
 * field  written by                                 read by
 * notes  when the runtime is built; or later, under each sender, plain: what it refers to is immutable, and a stale
 *        the monitor                                value only leaves the first messages without a note
 * </pre>
 */
abstract class NoteTaker {
    private @Nullable Notes notes; // null: a send looks here and at nothing else

    NoteTaker(boolean times, @Nullable MessageContext context) {
        notes = Notes.of(times, context);
    }

    /** The time of the runtime's clock. */
    abstract long now();

    /** Asks the context what a message carries. Throws nothing. */
    abstract @Nullable Noted capture(
            MessageContext context, MessageContext.Kind kind, @Nullable Pid to, Object message);

    /**
     * What is noted with a message that is sent now, or null. May run code of the application: must
     * not be called in an engine call or under a lock.
     *
     * @param to the receiver, or null if a name has none now
     */
    @AnyThread
    final @Nullable Object note(@Nullable Pid to, Object message) {
        Notes taken = notes;
        return taken == null ? null : note(taken, to, message);
    }

    private @Nullable Object note(Notes taken, @Nullable Pid to, Object message) {
        return stamped(taken, captured(taken, MessageContext.Kind.SEND, to, message));
    }

    /** What a message of that kind carries, or null; as {@link #note}. */
    @AnyThread
    final @Nullable Noted captured(MessageContext.Kind kind, @Nullable Pid to, Object message) {
        Notes taken = notes;
        return taken == null ? null : captured(taken, kind, to, message);
    }

    private @Nullable Noted captured(
            Notes taken, MessageContext.Kind kind, @Nullable Pid to, Object message) {
        MessageContext context = taken.context();
        return context == null ? null : capture(context, kind, to, message);
    }

    /** What is noted with a message that carries what was captured before, or nothing. */
    @AnyThread
    final @Nullable Object stamped(@Nullable Noted noted) {
        Notes taken = notes;
        return taken == null ? noted : stamped(taken, noted);
    }

    private @Nullable Object stamped(Notes taken, @Nullable Noted noted) {
        if (!taken.times()) return noted;
        Long queued = now();
        return noted == null ? queued : noted.queuedAt(queued);
    }

    /** Whether messages carry a context. */
    @AnyThread
    final boolean passesContext() {
        Notes taken = notes;
        return taken != null && taken.context() != null;
    }

    /** Under the monitor. */
    final void noteTimes() {
        Notes taken = notes;
        notes = Notes.of(true, taken == null ? null : taken.context());
    }

    /** Under the monitor. */
    final void passContext(MessageContext context) {
        Notes taken = notes;
        notes = Notes.of(taken != null && taken.times(), context);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a system, or several equal things soon after each other.
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param sequence number of the event, growing; of equal events that of the last one, so that a
 *     reader who asks for what came after a number gets the entry again when it was repeated
 * @param at when it happened, or the first of equal events, by the wall clock
 * @param lastAt when the last of equal events happened
 * @param count number of equal events
 * @param kind what happened
 * @param path path of the process in its tree, or the text of its pid, or null if the event is
 *     about the whole system
 * @param definition what the process is an instance of, or null if that is not known
 * @param text one line for people, without texts of exceptions and without messages
 * @since 0.1.0
 */
public record Event(
        long sequence,
        Instant at,
        Instant lastAt,
        int count,
        Kind kind,
        @Nullable String path,
        @Nullable String definition,
        String text) {

    /** What happened. */
    public enum Kind {
        /** The system is running, was stopped, or gave up. */
        SYSTEM,
        /** A supervisor has started a child. */
        STARTED,
        /** A child could not be started. */
        START_FAILED,
        /** A process ended by an exception or an abnormal stop. */
        CRASHED,
        /** A supervisor waits before it starts a child again; the text says how long. */
        RESTART_DELAYED,
        /** A supervisor has started a child again. */
        RESTARTED,
        /** A child ended and is not started again. */
        STOPPED,
        /** A child did not stop as it was asked to. */
        STOPPED_BADLY,
        /** A supervisor gave up; the text names the child that used up the tolerance. */
        GAVE_UP,
        /** A child was killed by code or by an operator, not by its supervisor. */
        KILLED,
        /** A process was suspended: its messages stay queued. */
        SUSPENDED,
        /** A suspended process handles messages again. */
        RESUMED,
        /** A handler has been busy with one message for too long. */
        STUCK,
        /** A stuck handler has returned, or its process has ended. */
        GOES_ON,
        /** Processes wait for each other's replies in a circle. */
        CALL_CIRCLE,
        /** The code of a dead process still runs. */
        ZOMBIE_FOUND,
        /** The code of a dead process has returned. */
        ZOMBIE_ENDED,
        /** No virtual thread could begin for a while. */
        CARRIERS_STARVED,
        /** A tool or an operator did something to a process. */
        OPERATOR
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * Receives the events of a runtime's processes. A method is called on the thread on which the event
 * happens: it must return at once and not block. What it throws is logged and dropped.
 *
 * @since 0.1.0
 */
public interface ProcessListener {
    /**
     * A process has ended, for any reason. Its links, monitors and waiting callers were told
     * before.
     */
    default void processEnded(Pid pid, ExitReason reason) {}

    /**
     * A process has ended by an exception or an abnormal stop. Unlike the other methods, this one
     * is called on a thread of its own that runs no process, in the order of all reports. It may be
     * slow, but then reports may be dropped and {@linkplain ProcessRuntime#droppedReports counted}.
     */
    default void processCrashed(CrashReport report) {}

    /** A process was suspended: its messages stay queued. Told in that process. */
    default void processSuspended(Pid pid) {}

    /** A suspended process handles messages again. Told in that process, before it does. */
    default void processResumed(Pid pid) {}

    /** A message reached no handler. */
    default void messageDropped(DroppedMessage dropped) {}

    /**
     * The code of a dead process still runs five seconds after its death. Called once for each such
     * process.
     */
    default void zombieFound(Zombie zombie) {}

    /**
     * The code of a process that had been dead for five seconds or more has returned at last, after
     * the time {@code age}.
     */
    default void zombieEnded(Pid pid, Duration age) {}

    /** No virtual thread could begin for a while. Called once until one begins again. */
    default void carriersStarved(Starvation starvation) {}

    /**
     * A handler has been busy with one message for longer than it may. Told once for each message,
     * at most a second or so late.
     */
    default void handlerStuck(StuckHandler stuck) {}

    /** A handler that was stuck has returned, or its process has ended. */
    default void handlerGoesOn(StuckHandler stuck) {}

    /** Processes have been waiting for each other's replies in a circle for a second. Told once. */
    default void callCircle(CallCircle circle) {}

    /**
     * A call got no reply in time, or its callee ended. Told in the caller's thread, before the
     * exception is thrown; of an asynchronous call on the thread that completes its future. Not
     * told of a call that the callee answers with a failure ({@link ReplyTo#fail}).
     */
    default void callFailed(FailedCall call) {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * Told by a runtime what happens to its processes. Called in the thread in which it happens: must
 * return at once and not block; what it throws is logged and dropped.
 *
 * @since 0.1.0
 */
public interface ProcessListener {
    /** A process ended, for whatever reason. Everybody who watched it was told before. */
    default void processEnded(Pid pid, ExitReason reason) {}

    /**
     * A process has ended by an exception or an abnormal stop. Unlike the others this is told on a
     * thread of its own that is no process, in the order of all reports: it may be slow, at the
     * price that reports are dropped and {@linkplain ProcessRuntime#droppedReports counted}.
     */
    default void processCrashed(CrashReport report) {}

    /** A message reached no handler. */
    default void messageDropped(DroppedMessage dropped) {}

    /** The code of a dead process still runs after five seconds. Told once. */
    default void zombieFound(Zombie zombie) {}

    /** The code of a process that had been killed has returned at last, after that time. */
    default void zombieEnded(Pid pid, Duration age) {}

    /** No virtual thread could begin for a while. Told once until one begins again. */
    default void carriersStarved(Starvation starvation) {}
}

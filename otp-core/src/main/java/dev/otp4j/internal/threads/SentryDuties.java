/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link Sentry} watches on behalf of the engine. Only the sentry's thread calls these
 * methods, unless a method says otherwise.
 */
public interface SentryDuties {
    /**
     * Whether debts or reports wait for the sentry; its thread does not end while they do. Any
     * thread.
     */
    boolean isAnythingOwed();

    /**
     * Pays debts and delivers reports in place of the threads that failed to. Called at every look.
     */
    void payWhatIsOwed(long now);

    /** Looks at the hand-over cells once; true if one was filled. */
    boolean lookAtHandOvers();

    /** Launches all processes that wait in hand-over cells. Any thread. */
    void freeHandOvers();

    /** Makes each running process go to the end of the queue after its next message. */
    void endTurns();

    /** Whether a handler is running: then the sentry's thread goes on looking. */
    boolean isAnyHandlerRunning();

    /** Whether code of dead processes still runs. */
    boolean hasZombies();

    /** Looks at running handlers and zombies. Called once a second. */
    void lookAtProcesses();

    /**
     * The threads that run a process, have made no progress since the last call, and are on no
     * carrier as far as can be told. Also ends each process that a thread has not left when it
     * ended.
     */
    List<Thread> stalledThreads();

    /** Forgets the progress that {@link #stalledThreads} compares with. */
    void forgetStalledThreads();

    /** Says that no virtual thread could start for {@code since}: all carriers are occupied. */
    void carriersStarved(Duration since);

    /** Says that virtual threads can start again after {@link #carriersStarved}. */
    void carriersFree();

    /** Whether there is enough memory for some work. */
    boolean isMemoryLeft();

    /** Says that a look has failed; the sentry looks again after a pause. */
    void lookFailed(Throwable thrown);
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link Sentry} watches on behalf of the engine. The sentry's thread alone calls this,
 * unless a method says otherwise.
 */
public interface SentryDuties {
    /** Whether debts or reports wait for the sentry; keeps its thread alive. Any thread. */
    boolean isAnythingOwed();

    /** Pays debts and delivers reports whose own threads could not. Called at every look. */
    void payWhatIsOwed(long now);

    /** Looks at the hand-over cells once; true if one was filled. */
    boolean lookAtHandOvers();

    /** Launches all processes that wait in hand-over cells. Any thread. */
    void freeHandOvers();

    /** Has each running process go to the end of the queue after its next message. */
    void endTurns();

    /** Whether there are dead processes whose code still runs. */
    boolean hasZombies();

    /** The look at handlers and zombies, once a second. */
    void lookAtProcesses();

    /**
     * Threads that run a process, made no progress since the last call, and stand on no carrier as
     * far as can be told. Ends processes whose thread has ended without leaving them.
     */
    List<Thread> stalledThreads();

    /** Forgets what {@link #stalledThreads} compares with. */
    void forgetStalledThreads();

    /** No virtual thread has begun for {@code since}: all carriers are occupied. */
    void carriersStarved(Duration since);

    /** Virtual threads begin again after {@link #carriersStarved}. */
    void carriersFree();

    /** Whether there is memory for some work. */
    boolean isMemoryLeft();

    /** A look has failed; the sentry looks again after a pause. */
    void lookFailed(Throwable thrown);
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor's book on one child. The supervisor's process writes, tools read: hence the volatile
 * fields, each true by itself.
 */
final class Child {
    final String id;
    final ChildType type;
    final Restart restart;
    final Shutdown shutdown;
    final boolean significant;
    private volatile @Nullable Pid pid;
    private volatile @Nullable Pid lastPid;
    private volatile ChildInfo.State state = ChildInfo.State.STOPPED;
    private volatile int restarts;
    private volatile @Nullable ChildFailure lastFailure;

    Child(String id, ChildType type, Restart restart, Shutdown shutdown, boolean significant) {
        this.id = id;
        this.type = type;
        this.restart = restart;
        this.shutdown = shutdown;
        this.significant = significant;
    }

    /** It was started; again, if it was being restarted. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer, the supervisor
    void running(Pid newPid) {
        if (isRestarting()) restarts = restarts + 1;
        pid = newPid;
        lastPid = newPid;
        state = ChildInfo.State.RUNNING;
    }

    /** Its process has ended by itself. */
    void ended(ExitReason reason) {
        if (!reason.isClean()) failed(reason);
        down(ChildInfo.State.STOPPED);
    }

    void down(ChildInfo.State newState) {
        pid = null;
        state = newState;
    }

    void failed(ExitReason reason) {
        lastFailure = new ChildFailure(Instant.now(), reason);
    }

    @Nullable Pid pid() {
        return pid;
    }

    /** The process it has or had, whose name may still wait for a successor; or null. */
    @Nullable Pid lastPid() {
        return lastPid;
    }

    boolean isActive() {
        return pid != null || isRestarting();
    }

    ChildInfo.State state() {
        return state;
    }

    boolean isRestarting() {
        return state == ChildInfo.State.RESTARTING;
    }

    /** The book as it is now. */
    ChildInfo info() {
        return new ChildInfo(id, pid, state, type, restart, restarts, lastFailure);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor's book on one child. The supervisor's process writes, tools read: hence the volatile
 * fields, each true by itself. There may be a million of these: what most children do not have
 * stands apart.
 */
abstract sealed class Child permits NamedChild, NumberedChild {
    /** What befell a child; most have none. */
    private record History(int restarts, @Nullable ChildFailure lastFailure) {}

    private volatile @Nullable Pid lastPid;
    private volatile ChildInfo.State state = ChildInfo.State.STOPPED;
    private volatile @Nullable History history;

    /** What it is called among its supervisor's children. */
    abstract String id();

    /** What holds for it for good. */
    abstract ChildTerms terms();

    /** Where it stands among a factory's children, by age; any other child has no number. */
    long number() {
        return 0;
    }

    /** It was started; again, if it was being restarted. */
    void running(Pid newPid) {
        if (isRestarting()) history = new History(restarts() + 1, lastFailure());
        lastPid = newPid; // before the state, which says that there is one
        state = ChildInfo.State.RUNNING;
    }

    /** Its process has ended by itself. */
    void ended(ExitReason reason) {
        if (!reason.isClean()) failed(reason);
        down(ChildInfo.State.STOPPED);
    }

    /** It has no process from now on. */
    void down(ChildInfo.State newState) {
        state = newState;
    }

    void failed(ExitReason reason) {
        history = new History(restarts(), new ChildFailure(Instant.now(), reason));
    }

    private int restarts() {
        History before = history;
        return before == null ? 0 : before.restarts();
    }

    private @Nullable ChildFailure lastFailure() {
        History before = history;
        return before == null ? null : before.lastFailure();
    }

    /** The process it has, or null. */
    @Nullable Pid pid() {
        return state == ChildInfo.State.RUNNING ? lastPid : null;
    }

    /** The process it has or had, whose name may still wait for a successor; or null. */
    @Nullable Pid lastPid() {
        return lastPid;
    }

    boolean isActive() {
        return state != ChildInfo.State.STOPPED;
    }

    ChildInfo.State state() {
        return state;
    }

    boolean isRestarting() {
        return state == ChildInfo.State.RESTARTING;
    }

    /** The book as it is now. */
    ChildInfo info() {
        ChildInfo.State now = state;
        Pid pid = now == ChildInfo.State.RUNNING ? lastPid : null;
        ChildTerms terms = terms();
        return new ChildInfo(
                id(), pid, now, terms.type(), terms.restart(), restarts(), lastFailure());
    }
}

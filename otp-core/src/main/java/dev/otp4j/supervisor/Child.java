/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor's record of one child. The supervisor's process writes it and tools read it, hence
 * the volatile fields; each is valid by itself. There may be a million of these, so data that most
 * children lack is in a separate object.
 */
abstract sealed class Child implements ChildInfo permits KeyedChild, NamedChild, NumberedChild {
    /**
     * The failures and restarts of a child, what it shows if it is a supervisor, its restarts in a
     * row if it has a back-off, what it waits for before the next one, and its failures if they
     * count by themselves; most children have none of these.
     */
    private record History(
            int restarts,
            @Nullable ChildFailure lastFailure,
            @Nullable SupervisorView lastView,
            @Nullable Attempts attempts,
            @Nullable Waiting waiting,
            @Nullable RestartWindow window) {
        static final History NONE = new History(0, null, null, null, null, null);

        History restarts(int count) {
            return new History(count, lastFailure, lastView, attempts, waiting, window);
        }

        History failed(ChildFailure failure) {
            return new History(restarts, failure, lastView, attempts, waiting, window);
        }

        History shows(@Nullable SupervisorView view) {
            return new History(restarts, lastFailure, view, attempts, waiting, window);
        }

        History attempts(@Nullable Attempts now) {
            return new History(restarts, lastFailure, lastView, now, waiting, window);
        }

        History waiting(@Nullable Waiting now) {
            return new History(restarts, lastFailure, lastView, attempts, now, window);
        }

        History window(@Nullable RestartWindow now) {
            return new History(restarts, lastFailure, lastView, attempts, waiting, now);
        }
    }

    private volatile @Nullable Pid lastPid;
    private volatile ChildInfo.State state = ChildInfo.State.STOPPED;
    private volatile @Nullable History history;

    /** Its settings, which never change. */
    abstract ChildTerms terms();

    @Override
    public long number() {
        return 0;
    }

    /** It has a new process, which is not initialised yet. */
    void launched(Pid newPid) {
        lastPid = newPid;
    }

    /** It was started; again, if it was being restarted. */
    void running(Pid newPid) {
        waitsNoMore();
        History before = history();
        boolean supervises = terms().type() == ChildType.SUPERVISOR;
        if (isRestarting()) before = before.restarts(before.restarts() + 1);
        if (supervises) before = before.shows(viewOf(newPid));
        if (supervises || isRestarting()) history = before;
        lastPid = newPid; // before the state, which says that there is one
        state = ChildInfo.State.RUNNING;
    }

    /** Its process has ended by itself. */
    void ended(ExitReason reason) {
        if (!reason.isClean()) failed(reason);
        down(ChildInfo.State.STOPPED);
    }

    /** It has no process from now on. What it waited for is given up. */
    void down(ChildInfo.State newState) {
        waitsNoMore();
        state = newState;
    }

    /** It has no process, and is started again when that wait is over. */
    void waits(Waiting until) {
        waitsNoMore();
        history = history().waiting(until);
        state = ChildInfo.State.RESTARTING;
    }

    private void waitsNoMore() {
        Waiting before = waiting();
        if (before == null) return;
        before.cancel();
        history = history().waiting(null);
    }

    /** What it waits for before it is started again, or null. */
    @Nullable Waiting waiting() {
        return history().waiting();
    }

    /** Its restarts in a row, or null if there were none, or it has no back-off. */
    @Nullable Attempts attempts() {
        return history().attempts();
    }

    void attempts(@Nullable Attempts now) {
        if (attempts() != now) history = history().attempts(now);
    }

    /** Its failures, if they count by themselves and there were any; or null. */
    @Nullable RestartWindow window() {
        return history().window();
    }

    void window(@Nullable RestartWindow now) {
        if (window() != now) history = history().window(now);
    }

    void failed(ExitReason reason) {
        history = history().failed(new ChildFailure(Instant.now(), reason));
    }

    /**
     * It takes the place of a child of the same id, after a restart of their supervisor: it takes
     * over that child's failures and restarts. Its delays begin anew.
     */
    void inherit(Child predecessor) {
        History before = predecessor.history;
        history = before == null ? null : before.attempts(null).waiting(null);
    }

    private History history() {
        History now = history;
        return now == null ? History.NONE : now;
    }

    @Override
    public int restarts() {
        return history().restarts();
    }

    @Override
    public @Nullable ChildFailure lastFailure() {
        return history().lastFailure();
    }

    @Override
    public @Nullable PendingRestart pendingRestart() {
        Waiting now = waiting();
        return now == null ? null : now.pending();
    }

    @Override
    public @Nullable Class<?> declaredBy() {
        return terms().declaredBy();
    }

    /** What its last process shows, or showed before it ended, if that is a supervisor; or null. */
    @Nullable SupervisorView lastView() {
        return history().lastView();
    }

    private static @Nullable SupervisorView viewOf(Pid pid) {
        return ProcessInfo.viewOf(pid).orElse(null) instanceof SupervisorView view ? view : null;
    }

    @Override
    public ChildType type() {
        return terms().type();
    }

    @Override
    public Restart restart() {
        return terms().restart();
    }

    @Override
    public @Nullable Pid pid() {
        return state == ChildInfo.State.RUNNING ? lastPid : null;
    }

    /**
     * The process it has or had, or null. The name of that process may still wait for a successor.
     */
    @Nullable Pid lastPid() {
        return lastPid;
    }

    boolean isActive() {
        return state != ChildInfo.State.STOPPED && state != ChildInfo.State.FAILED;
    }

    @Override
    public ChildInfo.State state() {
        return state;
    }

    boolean isRestarting() {
        return state == ChildInfo.State.RESTARTING;
    }

    @Override
    public int held() {
        Pid last = lastPid;
        Name<?> name = last == null ? null : ProcessInfo.nameOf(last).orElse(null);
        return name == null ? 0 : name.heldCount();
    }

    /** The record as it is now. */
    ChildInfo info() {
        ChildInfo.State now = state;
        Pid pid = pid();
        return new ChildSnapshot(
                id(),
                number(),
                pid,
                now,
                type(),
                restart(),
                restarts(),
                held(),
                lastFailure(),
                declaredBy(),
                now == ChildInfo.State.RESTARTING ? pendingRestart() : null);
    }

    @Override
    public String toString() {
        return info().toString();
    }
}

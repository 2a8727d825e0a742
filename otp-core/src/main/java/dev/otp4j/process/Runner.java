/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Backlog;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs processes: the body of one that has a thread of its own, or a <em>chain</em>
 * of activations, one process after another.
 *
 * <p>The {@link HandOver} cell chains them. A handler that sends to an idle process does not start
 * a thread for it at once: the receiver waits in the cell until the sender's activation ends, and
 * then runs on the same thread. It does not wait there while the sender goes on: a second such
 * send, the next message of the batch, and every wait of the engine launch it on a thread of its
 * own, and so does the sentry when it has been there for a tick. A definition of process whose
 * receivers the sentry had to free is not {@link Trust trusted} to hand over for a while.
 *
 * <pre>
 * field      written by                            read by
 * thread     the runner, once, before it enters    others only compare it
 *            Current
 * current    the runner                            the runner
 * told       the thread that ends a process that   the runner (acquire)
 *            it runs, or ran a moment ago: after
 *            the end was decided (release); the
 *            sentry; once, for good
 * turnEnded  the sentry, and the runner when it    the runner
 *            begins; plain, published with told
 * inbox      the runner: what its process's cell   the runner
 *            says, of which it reads nothing itself
 *            while it has messages left
 * </pre>
 */
final class Runner extends HandingRunner implements Runnable {
    /** So many processes run one after another on a thread; then the next one gets a new thread. */
    private static final int LONGEST_CHAIN = 256;

    private static final VarHandle TOLD;

    static {
        try {
            var lookup = MethodHandles.lookup();
            TOLD = lookup.findVarHandle(Runner.class, "told", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Nullable Thread thread;

    /**
     * The process that the thread counts as now: the cell, or null while code runs that is none.
     * Its thread's alone.
     */
    @Nullable ProcessCell current;

    /** An end of which no crash report was made yet. Its thread's alone. */
    private @Nullable ExitReason crash;

    /** Where its process keeps messages that a selective receive put aside, or null. */
    @Nullable Inbox inbox;

    /**
     * Whether a process that it runs may have ended, or the turn has; a hint to look, never taken
     * back.
     */
    private boolean told;

    private boolean turnEnded;

    /**
     * Whether the process has answered somebody, a caller or its starter, in this activation. Its
     * thread's alone.
     */
    boolean answered;

    /** Who goes on with the process when its batch is used up. Its thread's alone. */
    private @Nullable Runner successor;

    /** Runs what is in the mailbox of {@code cell}, and then whatever that hands over. */
    Runner(ProcessCell cell) {
        this(cell, null, new Backlog());
    }

    /** Runs {@code body} as the process {@code cell}. */
    Runner(ProcessCell cell, @Nullable Runnable body) {
        this(cell, body, new Backlog());
    }

    Runner(ProcessCell cell, @Nullable Runnable body, Backlog backlog) {
        super(cell, body, backlog);
        this.current = cell;
    }

    @Override
    public void run() {
        if (!claim()) return;
        Thread own = Thread.currentThread();
        thread = own;
        boolean watched = enterSurely(own);
        if (runtime.scheduler.turnsAreShort()) endTurn(); // after it can be found in the table
        try {
            if (body != null) {
                Activation.runBody(this, cell, body);
            } else {
                chains = watched && runtime.chaining;
                chain(own);
            }
        } catch (OutOfMemoryError none) {
            runtime.scheduler.outOfMemory(); // what it left undone is owed
        } catch (StackOverflowError full) {
            // what it left undone is owed
        } finally {
            chains = false;
            payAll();
            if (owes()) runtime.debts.leaveToSentry(this);
            Current.leave(this, own); // last: until then a thread that ends too early is found
        }
    }

    /** A thread that cannot be entered for want of memory waits: its process has no other one. */
    private boolean enterSurely(Thread own) {
        for (; ; ) {
            try {
                return Current.enter(this, own);
            } catch (OutOfMemoryError none) {
                Thread.yield();
            }
        }
    }

    /** The thread counts as none that runs a process, for a while. */
    @OwnerThread
    void leave(Thread own) {
        flush(); // nobody could look at the cell
        Current.leave(this, own);
    }

    /** The thread counts as this one's again. */
    @OwnerThread
    void enter(Thread own) {
        chains &= Current.enter(this, own);
    }

    private void chain(Thread own) {
        for (int left = LONGEST_CHAIN; ; left--) {
            ProcessCell ran = cell;
            unrun = true;
            Activation activation = new Activation(this, ran);
            unrun = false;
            Activation.End end = activation.drain();
            if (end == Activation.End.BATCH_USED) launchSuccessor();
            ProcessCell next = taken();
            if (next == null) return;
            ran.trust().kept();
            if (left == 0) runtime.scheduler.turnUsedUp();
            boolean last = left == 0 || turnEnded || end == Activation.End.DIED;
            if (last || !handOver(own, next)) {
                release(next);
                return;
            }
            flushed = null;
        }
    }

    /** Makes the thread another process's. False if it cannot be cleaned. */
    private boolean handOver(Thread own, ProcessCell next) {
        if (!runtime.cleanThread()) return false;
        if (lapped) lapped = !runtime.cleansThreads() && next.isTimed();
        Thread.interrupted(); // what one process left is not the next one's
        own.setName(next.keptThreadName());
        answered = false;
        nextProcess();
        run(next);
        current = next;
        return true;
    }

    /**
     * The batch is used up: another runner gets what is left, and counts as the process's from now
     * on. It has no thread yet.
     */
    @OwnerThread
    void passOn() {
        var next = new Runner(cell, null, backlog);
        backlog = new Backlog();
        successor = next;
        cell.runner = next;
    }

    private void launchSuccessor() {
        Runner next = Objects.requireNonNull(successor);
        successor = null;
        if (flushed != null) pay();
        flushedTo = next;
        flushed = next.cell;
        if (!turnEnded) runtime.scheduler.turnUsedUp();
        runtime.scheduler.start(next.cell.threadName(), next);
        flushed = null;
    }

    /** Whether the thread belongs to a caller of {@link Processes#run}. */
    @AnyThread
    boolean isCallersThread() {
        return body instanceof CallersBody;
    }

    /** What it has taken of that process's messages, or null if it runs another one. */
    @AnyThread
    @Nullable Backlog backlogOf(ProcessCell process) {
        Backlog taken = backlog;
        return cell() == process ? taken : null;
    }

    // ---- what the thread owes

    @Override
    @OwnerThread
    boolean owes() {
        return flushed != null || unrun || crash != null || super.owes();
    }

    /**
     * Settles what an error in the middle of a {@link Delivery} or a flush left unsettled. What
     * fails again is owed still.
     */
    @Override
    @OwnerThread
    void pay() {
        try {
            payCrash();
            super.pay();
        } finally {
            payFlushed();
        }
    }

    /**
     * The sentry pays when the thread has ended: a process that waits in the cell is seen first.
     */
    @Override
    void payForAnother() {
        flush();
        super.payForAnother();
    }

    /**
     * The thread has ended without coming to its last frame: its process ends, and what it owes is
     * paid. Called by the sentry, to which everything here belongs now.
     */
    void recover(Thread ended) {
        Current.leave(this, ended);
        if (isLeft()) return;
        ProcessCell ran = cell();
        if (ran.runner == this) {
            ran.inCall = false; // the frame that would have ended the call is gone
            if (ran.decide(Activation.OUT_OF_MEMORY, this)) crash = Activation.OUT_OF_MEMORY;
            ran.leave();
        }
        runtime.debts.leaveToSentry(this);
    }

    /** Makes the report that could not be made in the process, with less in it. */
    private void payCrash() {
        ExitReason reason = crash;
        if (reason != null) runtime.crashedBefore(cell(), reason);
        crash = null;
    }

    /**
     * Ends the process that runs, from the inside. Throws nothing: what cannot be told now is told
     * later. The end of a process that ran out of memory is told by the sentry, when there is some.
     *
     * @param reports whether a crash is reported
     */
    @OwnerThread
    void end(ProcessCell own, ExitReason reason, boolean reports, @Nullable Node handled) {
        if (reports && !reason.isClean() && own.alive()) {
            crash = reason;
            try {
                runtime.crashed(own, reason, handled);
                crash = null;
            } catch (Throwable later) {
                // reported before the end is told
            }
        }
        if (!own.decide(reason, this)) crash = null;
        boolean exhausted = ExitReason.throwableOf(reason) instanceof OutOfMemoryError;
        if (exhausted) runtime.scheduler.outOfMemory();
        else payIfPossible();
    }

    /**
     * The last frame of the thread pays. What it cannot pay it leaves to the sentry, and so the end
     * of a process that ran out of memory.
     */
    private void payAll() {
        try {
            flush();
            if (ended == null || aftermath != null) pay();
        } catch (Throwable later) {
            // owed still
        }
    }

    // ---- what it is doing

    /** A process has ended that it runs, or has run a moment ago. */
    @AnyThread
    void tell() {
        TOLD.setRelease(this, true);
    }

    /** Others have to get their turns: the process handles one more message at most. */
    @AnyThread
    void endTurn() {
        turnEnded = true;
        tell();
    }

    /** Whether that is so; asked when {@link #wasTold}, or in between. */
    @OwnerThread
    boolean turnHasEnded() {
        return turnEnded;
    }

    /** Whether to look if the process has ended, or its turn. */
    @OwnerThread
    boolean wasTold() {
        return (boolean) TOLD.getAcquire(this);
    }

    /** Where the process is, if its thread occupies a carrier. */
    @AnyThread
    Optional<Starvation.Culprit> culprit() {
        Thread running = thread;
        if (running == null || running.getState() != Thread.State.RUNNABLE) return Optional.empty();
        List<StackTraceElement> stack = List.of(running.getStackTrace());
        if (stack.isEmpty()) return Optional.empty();
        ProcessCell runs = cell();
        return Optional.of(new Starvation.Culprit(runs, runs.alive(), stack));
    }
}

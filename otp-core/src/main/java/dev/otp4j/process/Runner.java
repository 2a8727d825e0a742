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
 * A thread that runs processes: the body of a process that has a thread of its own, or a
 * <em>chain</em> of activations, one process after another.
 *
 * <p>The {@link HandOver} cell makes the chain. If a handler sends to an idle process, no thread is
 * started for the receiver at once: the receiver waits in the cell until the sender's activation
 * ends, and then runs on the same thread. It does not wait there while the sender goes on: a second
 * such send, the next message of the batch, and every wait of the engine launch it on a thread of
 * its own. So does the sentry when the receiver has been in the cell for a tick. If the sentry had
 * to free receivers of a definition of process, that definition is not {@link Trust trusted} to
 * hand over for a while.
 *
 * <pre>
 * field      written by                            read by
 * thread     the runner, once, before it enters    others only compare it
 *            Current
 * current    the runner                            the runner
 * told       the thread that ends a process that   the runner (acquire)
 *            the runner runs, or ran a moment
 *            ago: after the end was decided
 *            (release); the sentry; set once and
 *            never cleared
 * turnEnded  the sentry, and the runner when it    the runner
 *            begins; plain, published with told
 * inbox      the runner: the inbox of its          the runner
 *            process's cell; while the runner has
 *            messages left it reads nothing of
 *            the cell itself
 * </pre>
 */
final class Runner extends HandingRunner implements Runnable {
    /**
     * How many processes run one after another on a thread; the next process then gets a new
     * thread.
     */
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
     * The process as which the thread counts now: the cell, or null while the thread runs code
     * outside of the process. Used by the runner's thread only.
     */
    @Nullable ProcessCell current;

    /**
     * The reason of an end for which no crash report was made yet. Used by the runner's thread
     * only.
     */
    private @Nullable ExitReason crash;

    /** Where the process keeps messages that a selective receive put aside, or null. */
    @Nullable Inbox inbox;

    /**
     * Whether a process that the runner runs may have ended, or its turn has; a hint to look, which
     * is never cleared.
     */
    private boolean told;

    private boolean turnEnded;

    /**
     * Whether the process has answered a caller or its starter in this activation. Used by the
     * runner's thread only.
     */
    boolean answered;

    /**
     * The runner that goes on with the process when its batch is used up. Used by the runner's
     * thread only.
     */
    private @Nullable Runner successor;

    /**
     * Runs the messages in the mailbox of {@code cell}, and then the processes that are handed
     * over.
     */
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
        if (runtime.scheduler.turnsAreShort()) endTurn(); // once it is in the table
        try {
            if (body != null) {
                enterContext();
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
            leaveContext();
            payAll();
            if (owes()) runtime.debts.leaveToSentry(this);
            Current.leave(this, own); // last: until then the sentry finds a lost thread
        }
    }

    /**
     * Enters the thread in {@link Current}. Without memory for that it tries again until there is
     * some, because its process has no other thread.
     */
    private boolean enterSurely(Thread own) {
        for (; ; ) {
            try {
                return Current.enter(this, own);
            } catch (OutOfMemoryError none) {
                Thread.yield();
            }
        }
    }

    /** The thread counts as one that runs no process, until {@link #enter}. */
    @OwnerThread
    void leave(Thread own) {
        flush(); // the sentry could not look at the cell
        leaveContext();
        Current.leave(this, own);
    }

    /** The thread counts again as one that runs this runner's process. */
    @OwnerThread
    void enter(Thread own) {
        chains &= Current.enter(this, own);
        enterContext();
    }

    private void chain(Thread own) {
        for (int left = LONGEST_CHAIN; ; left--) {
            ProcessCell ran = cell;
            unrun = true;
            Activation activation = new Activation(this, ran);
            enterContext();
            unrun = false;
            Activation.End end = activation.drain();
            boolean clean = leaveContext();
            if (end == Activation.End.BATCH_USED) launchSuccessor();
            ProcessCell next = taken();
            if (next == null) return;
            ran.trust().kept();
            if (left == 0) runtime.scheduler.turnUsedUp();
            boolean last = left == 0 || turnEnded || end == Activation.End.DIED || !clean;
            if (last || !handOver(own, next)) {
                release(next);
                return;
            }
            flushed = null;
        }
    }

    /** Makes the thread run another process. False if the thread cannot be cleaned. */
    private boolean handOver(Thread own, ProcessCell next) {
        if (!runtime.cleanThread()) return false;
        if (lapped) lapped = !runtime.cleansThreads() && next.isTimed();
        Thread.interrupted(); // what one process left must not reach the next
        own.setName(next.keptThreadName());
        answered = false;
        nextProcess();
        run(next);
        current = next;
        return true;
    }

    /**
     * Called when the batch is used up: another runner gets the messages that are left, and counts
     * as the process's runner from now on. It has no thread yet.
     */
    @OwnerThread
    void passOn() {
        var next = new Runner(cell, null, backlog);
        next.goesOnFrom(this);
        backlog = new Backlog();
        successor = next;
        forget(); // the next runner keeps this one reachable, but must not keep its message
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

    /** Whether the process has taken no message that it has not handled. */
    @OwnerThread
    boolean isUsedUp() {
        Inbox used = inbox;
        return backlog.isEmpty() && (used == null || used.isUsedUp());
    }

    /** Whether the thread belongs to a caller of {@link Processes#run}. */
    @AnyThread
    boolean isCallersThread() {
        return body instanceof CallersBody;
    }

    /**
     * The messages of that process that the runner has taken, or null if it runs another process.
     */
    @AnyThread
    @Nullable Backlog backlogOf(ProcessCell process) {
        Backlog taken = backlog;
        return cell() == process ? taken : null;
    }

    // ---- what the thread owes

    @Override
    @OwnerThread
    boolean owes() {
        boolean launches = flushed != null && !countsActs();
        return launches || unrun || crash != null || super.owes();
    }

    /**
     * Settles what an error in the middle of a {@link Delivery} or a flush left unsettled. What
     * fails again stays owed.
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
     * Called by the sentry when the thread has ended: first launches a process that waits in the
     * cell.
     */
    @Override
    void payForAnother() {
        flush();
        super.payForAnother();
    }

    /**
     * Called by the sentry when the thread has ended before it reached its last frame: ends its
     * process, and puts what the thread owes on the stack of debts. Everything here belongs to the
     * sentry from now on.
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

    /** Makes the report that could not be made in the process; it has less in it. */
    private void payCrash() {
        ExitReason reason = crash;
        if (reason != null) runtime.crashedBefore(cell(), reason);
        crash = null;
    }

    /**
     * Ends the process that runs, from the inside. Throws nothing: links and watchers that cannot
     * be told now are told later. If the process ran out of memory, the sentry tells of its end
     * when there is some.
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
                // the report is made before links and watchers are told
            }
        }
        if (!own.decide(reason, this)) crash = null;
        boolean exhausted = reason instanceof ExitReason.Abnormal(OutOfMemoryError error);
        if (exhausted) runtime.scheduler.outOfMemory();
        else payIfPossible();
    }

    /**
     * Pays what the thread owes, in its last frame. The sentry pays what this cannot pay, and tells
     * of the end of a process that ran out of memory.
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

    /** Says that a process has ended that the runner runs, or ran a moment ago. */
    @AnyThread
    void tell() {
        TOLD.setRelease(this, true);
    }

    /** Says that others have to get their turns: the process handles one more message at most. */
    @AnyThread
    void endTurn() {
        turnEnded = true;
        tell();
    }

    /**
     * Whether the turn has ended. The runner asks when it {@link #wasTold}, or when it has looked
     * into the mailbox.
     */
    @OwnerThread
    boolean turnHasEnded() {
        return turnEnded;
    }

    /** Whether the runner has to look if the process or its turn has ended. */
    @OwnerThread
    boolean wasTold() {
        return (boolean) TOLD.getAcquire(this);
    }

    /** The process and the stack of the thread, if the thread occupies a carrier. */
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

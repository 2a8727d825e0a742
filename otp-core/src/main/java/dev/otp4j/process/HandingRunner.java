/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Backlog;
import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Runner} that hands processes over, and launches those that cannot be handed
 * over. A process that was taken out of the cell counts as {@code flushed} until a thread for it
 * was started, so that an error in between leaves it owed.
 *
 * <pre>
 * field      written by                            read by
 * cell       the runner, opaque                    tools, racily: they check afterwards that it is the
 *                                                  same
 * handOver   the runner, once, before it fills     the sentry (volatile)
 *            the cell (volatile)
 * claimed    the runner when it begins, or the     the same threads (compare-and-set)
 *            thread that started it and doubts
 *            that it begins
 * backlog    the runner; when a batch is used up   the runner; tools, racily: they look at cell
 *            the next runner gets it, and tools    afterwards
 *            find it there
 * acts,      the runner, plain                     the sentry, of a process that waits for a reply, after it has
 * flushed,                                         read Rendezvous.waiter (volatile), which that process has
 * flushedTo                                        written later; only to learn how many acts were counted
 *
 * All other fields belong to the runner's thread.
 * </pre>
 */
abstract class HandingRunner extends Sighted {
    private static final VarHandle CLAIMED;
    private static final VarHandle CELL;

    static {
        try {
            var lookup = MethodHandles.lookup();
            CLAIMED = lookup.findVarHandle(HandingRunner.class, "claimed", boolean.class);
            CELL = lookup.findVarHandle(HandingRunner.class, "cell", ProcessCell.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final @Nullable Runnable body;
    ProcessCell cell;

    /** The messages that the runner has taken out of its process's mailbox. */
    Backlog backlog;

    /** Whether its process has to run but could not begin for want of memory. */
    boolean unrun;

    /**
     * The process that was taken out of the cell to be launched; the runner's own one while its
     * acts are {@linkplain #countActs counted}; or null.
     */
    @Nullable ProcessCell flushed;

    /** The runner that was started for that process, or null if none was yet. */
    @Nullable Runner flushedTo;

    /** Whether the process that runs may hand over now. */
    boolean chains;

    /**
     * How many effects on other processes the process has had since it took the message in hand, if
     * they are {@linkplain #countActs counted}.
     */
    private int acts;

    /** The context that the thread has entered for the process that runs, or null. */
    private @Nullable ProcessContext entered;

    private volatile HandOver<ProcessCell> handOver = HandOver.none();
    private volatile boolean claimed;

    HandingRunner(ProcessCell cell, @Nullable Runnable body, Backlog backlog) {
        super(cell.runtime);
        this.cell = cell;
        this.body = body;
        this.backlog = backlog;
    }

    /** Runs another process from now on. */
    @OwnerThread
    final void run(ProcessCell next) {
        CELL.setOpaque(this, next);
    }

    /** Enters the context of the process that runs, if there is one. Throws nothing. */
    @OwnerThread
    final void enterContext() {
        ProcessContext context = runtime.contexts.enter(cell);
        if (context != null) entered = context;
    }

    /** Leaves the context that was entered. False if that failed. Throws nothing. */
    @OwnerThread
    final boolean leaveContext() {
        ProcessContext left = entered;
        if (left == null) return true;
        entered = null;
        return runtime.contexts.leave(left, cell);
    }

    /** Whether the thread has entered the context of that process. */
    @OwnerThread
    final boolean hasEntered(Pid process) {
        return entered != null && cell == process;
    }

    /**
     * Whether something has to be done before the next message is sent: to pay an older debt, or to
     * count the send.
     */
    @OwnerThread
    final boolean owesSends() {
        return creditor != null || flushed != null;
    }

    // ---- counting what the process does

    /**
     * Counts from now on what the process does, until {@link #stopCounting}. For that the process
     * stands in {@code flushed} as launched by this runner already: a send, which looks there for a
     * debt, then comes to {@link #payFlushed}. So a process whose acts are not counted pays
     * nothing.
     *
     * <p>It never counts too little. A launch of another process takes the place in {@code
     * flushed}, and counts once more before: then two are counted at least, and no reader wants to
     * know how many more.
     */
    @OwnerThread
    final void countActs(Runner self) {
        acts = 0;
        flushedTo = self;
        flushed = cell;
    }

    @OwnerThread
    final void stopCounting() {
        if (countsActs()) flushed = null;
    }

    /** Whether {@code flushed} stands for the count, and not for a process to be launched. */
    final boolean countsActs() {
        return flushed != null && flushedTo == this;
    }

    /** Counts an act of the process other than a send, if its acts are counted. */
    @OwnerThread
    final void countAct() {
        if (countsActs()) acts++;
    }

    /**
     * How many acts were counted since the process took its message; -1 if they are not counted.
     */
    @AnyThread
    final int acts() {
        return countsActs() ? acts : -1;
    }

    final void payFlushed() {
        if (unrun) {
            Runner next = again();
            replacedBy(next);
            flushedTo = next;
            flushed = cell();
            unrun = false;
            release(next.cell, next);
        }
        ProcessCell waiting = flushed;
        if (waiting == null) return;
        Runner begun = flushedTo;
        if (begun == this) {
            acts++;
            return;
        }
        if (begun == null) {
            release(waiting, new Runner(waiting));
        } else {
            Runner next = begun.again(); // before the claim: afterwards nothing may fail
            if (begun.claim()) {
                begun.replacedBy(next);
                release(waiting, next);
            }
        }
        flushed = null;
    }

    /**
     * True for one thread only: the runner's own when it begins, or a thread that doubts that the
     * runner begins.
     */
    @AnyThread
    final boolean claim() {
        return CLAIMED.compareAndSet(this, false, true);
    }

    /** Another runner for what this one was to run. */
    final Runner again() {
        return new Runner(cell, body, backlog);
    }

    /** Puts another runner in the place of this one, which was claimed and never begins. */
    final void replacedBy(Runner next) {
        if (cell.runner == this) cell.runner = next;
    }

    /**
     * Keeps the creditor, an idle process that has to be scheduled because a message was sent to
     * it, for the end of the activation. False if the caller has to launch it.
     */
    @OwnerThread
    final boolean defer() {
        if (!chains || !cell.trust().allows()) return false;
        if (!(creditor instanceof ProcessCell receiver) || receiver.runtime != runtime)
            return false;
        HandOver<ProcessCell> own = handOver;
        if (own == HandOver.<ProcessCell>none()) handOver = own = new HandOver<>();
        else if (own.waiting() != null) flush();
        own.put(receiver);
        creditor = null;
        if (!runtime.scheduler.watchHandOvers()) flush();
        return true;
    }

    /**
     * Launches the process in the cell and pays what an error left undone, so that neither waits
     * with the thread.
     */
    @OwnerThread
    final void settleBeforeWait() {
        flush();
        if (owes()) payIfPossible();
    }

    /** Launches the process in the cell, because its sender goes on or waits. */
    @OwnerThread
    final void flush() {
        HandOver<ProcessCell> own = handOver;
        ProcessCell waiting = own.waiting();
        if (waiting == null) return;
        if (flushed != null) pay();
        flushedTo = null;
        if (!own.take(waiting)) return;
        flushed = waiting; // no call since the cell was emptied: no overflow in between
        release(waiting);
    }

    /**
     * Launches a process that no other thread launches, and records it so that {@link #pay} knows
     * whether it began.
     */
    final void release(ProcessCell waiting) {
        flushedTo = null;
        flushed = waiting;
        release(waiting, new Runner(waiting));
    }

    final void release(ProcessCell waiting, Runner next) {
        flushedTo = next;
        runtime.scheduler.start(waiting.threadName(), next);
        flushed = null;
    }

    /**
     * Takes the process out of the cell, or returns null. Until the process runs, it counts as
     * {@code flushed}.
     */
    final @Nullable ProcessCell taken() {
        HandOver<ProcessCell> own = handOver;
        ProcessCell waiting = own.waiting();
        if (waiting == null) return null;
        if (flushed != null) pay();
        flushedTo = null;
        if (!own.take(waiting)) return null;
        flushed = waiting; // no call since the cell was emptied: no overflow in between
        return waiting;
    }

    /** The runner's hand-over cell now. */
    @AnyThread
    final HandOver<ProcessCell> handOver() {
        return handOver;
    }

    /** Whether a process waits in the cell. */
    @AnyThread
    final boolean defers() {
        return handOver.waiting() != null;
    }

    /**
     * Launches the process in the cell, because its sender did not end in time.
     *
     * @param blame whether the sender's definition is trusted less from now on
     */
    @AnyThread
    final void rescue(boolean blame) {
        ProcessCell sender = cell();
        HandOver<ProcessCell> own = handOver;
        ProcessCell waiting = own.waiting();
        if (waiting == null) return;
        Trust blamed = blame ? sender.trust() : Trust.NEVER;
        // without a look for a sentry: this is also called when none can be started
        runtime.debts.takeUnwatched(debtor -> rescue(own, waiting, debtor, blamed));
    }

    private void rescue(
            HandOver<ProcessCell> own, ProcessCell waiting, Debtor debtor, Trust blamed) {
        if (!own.take(waiting)) return;
        debtor.owed = Owed.ACTIVATION;
        debtor.creditor = waiting; // no call since the cell was emptied: no error in between
        runtime.rescued();
        blamed.rescued();
    }

    /** The process that runs now. For threads other than the runner's it may be a moment old. */
    @AnyThread
    final ProcessCell cell() {
        return (ProcessCell) CELL.getOpaque(this);
    }
}

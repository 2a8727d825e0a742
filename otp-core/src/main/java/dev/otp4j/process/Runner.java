/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Backlog;
import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs processes: the body of one that has a thread of its own, or a <em>chain</em>
 * of activations, one process after another.
 *
 * <p>What chains them is the hand-over cell. A handler that sends to an idle process does not start
 * a thread for it at once: the receiver waits in the cell until the sender's activation ends, and
 * then runs on the same thread. It does not wait there while the sender goes on: a second such
 * send, the next message of the batch, and every wait of the engine launch it on a thread of its
 * own, and so does the {@link Sentry} when it has been there for a tick. Whose receivers had to be
 * freed by the sentry is not {@link Trust trusted} to hand over for a while.
 *
 * <pre>
 * deferred, the hand-over cell:
 * empty -> a process   a send of the process that runs, to an idle one   the runner's thread (volatile store)
 * filled -> empty      the activation has ended: it runs next            the runner's thread (compare-and-set)
 * filled -> empty      flush: it gets a thread of its own                the runner's thread (compare-and-set)
 * filled -> empty      rescue: it gets a thread of its own               the sentry (compare-and-set)
 *
 * field      written by                            read by
 * thread     the runner, once, before it enters    others only compare it
 *            Current
 * cell       the runner, opaque                    tools, racily: they look whether it stayed
 * current    the runner                            the runner
 * deferred   see above                             the sentry (volatile); partner: Sentry.watching,
 *                                                  written before the sentry looks a last time
 * deferrals  the runner, opaque, before deferred   the sentry: tells a process that was deferred twice
 *                                                  from one that waits
 * claimed    the runner when it begins, or who     the same (compare-and-set)
 *            started it and doubts that it does
 * handling   the runner, release                   anybody, acquire
 * lap, lapped the runner                           the runner
 * sighting   whoever looks (volatile)              whoever looks
 * told       who ends a process that it runs, or   the runner (acquire)
 *            ran a moment ago: after the end was
 *            decided (release); the sentry; once,
 *            for good
 * turnEnded  the sentry, and the runner when it    the runner
 *            begins; plain, published with told
 * inbox      the runner: what its process's cell   the runner
 *            says, of which it reads nothing itself
 *            while it has messages left
 * backlog    the runner; replaced when a batch is  the runner; tools, racily: they look at cell
 *            used up, by the one they find then    afterwards
 * </pre>
 */
final class Runner extends Debtor implements Runnable {
    /** So many processes run one after another on a thread; then the next one gets a new thread. */
    private static final int LONGEST_CHAIN = 256;

    private static final VarHandle HANDLING;
    private static final VarHandle DEFERRED;
    private static final VarHandle DEFERRALS;
    private static final VarHandle CLAIMED;
    private static final VarHandle CELL;
    private static final VarHandle TOLD;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HANDLING = lookup.findVarHandle(Runner.class, "handling", Node.class);
            DEFERRED = lookup.findVarHandle(Runner.class, "deferred", ProcessCell.class);
            DEFERRALS = lookup.findVarHandle(Runner.class, "deferrals", int.class);
            CLAIMED = lookup.findVarHandle(Runner.class, "claimed", boolean.class);
            CELL = lookup.findVarHandle(Runner.class, "cell", ProcessCell.class);
            TOLD = lookup.findVarHandle(Runner.class, "told", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ProcessRuntime runtime;
    private final @Nullable Runnable body;
    @Nullable Thread thread;
    private ProcessCell cell;

    /**
     * The process that the thread counts as now: the cell, or null while code runs that is none.
     * Its thread's alone.
     */
    @Nullable ProcessCell current;

    /** An end of which no crash report was made yet. Its thread's alone. */
    private @Nullable ExitReason crash;

    /**
     * Whether its process has to run but could not begin for want of memory. Its thread's alone.
     */
    private boolean unrun;

    /** What was taken out of the cell to be launched, or null. Its thread's alone. */
    private @Nullable ProcessCell flushed;

    /** What was started for that, or null if nothing was yet. Its thread's alone. */
    private @Nullable Runner flushedTo;

    /** What it has taken out of the mailbox of the process that it runs. */
    Backlog backlog;

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

    private volatile boolean claimed;
    private boolean chains;
    private volatile @Nullable ProcessCell deferred;
    private int deferrals;

    /** When the first message was taken up; plain, published with {@code handling}. */
    private long began;

    /** How many messages were taken up; plain, published with {@code handling}. */
    private int taken;

    /** When the last handler ended; counts while {@code lapped}. See {@link Attendance}. */
    long lap;

    boolean lapped;

    private @Nullable Node handling;
    private volatile @Nullable Sighting sighting;

    private record Sighting(Node node, long at) {}

    /** A message being handled, and for how long at least. */
    record Handling(Node node, Duration age) {
        Class<?> messageType() {
            return node.item.getClass();
        }
    }

    /** Runs what is in the mailbox of {@code cell}, and then whatever that hands over. */
    Runner(ProcessCell cell) {
        this(cell, null, new Backlog());
    }

    /** Runs {@code body} as the process {@code cell}. */
    Runner(ProcessCell cell, @Nullable Runnable body) {
        this(cell, body, new Backlog());
    }

    private Runner(ProcessCell cell, @Nullable Runnable body, Backlog backlog) {
        this.backlog = backlog;
        this.runtime = cell.runtime;
        this.cell = cell;
        this.current = cell;
        this.body = body;
    }

    @Override
    public void run() {
        if (!claim()) return;
        Thread own = Thread.currentThread();
        thread = own;
        boolean watched = enterSurely(own);
        if (runtime.scheduler().turnsAreShort()) endTurn(); // after it can be found in the table
        try {
            if (body != null) {
                Activation.runBody(this, cell, body);
            } else {
                chains = watched && runtime.chaining();
                chain(own);
            }
        } catch (OutOfMemoryError none) {
            runtime.scheduler().outOfMemory(); // what it left undone is owed
        } catch (StackOverflowError full) {
            // what it left undone is owed
        } finally {
            chains = false;
            payAll();
            if (owes()) runtime.debts().leaveToSentry(this);
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
            if (left == 0) runtime.scheduler().turnUsedUp();
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
        HANDLING.setRelease(this, null);
        answered = false;
        taken = 1; // the clock is read for the first message of a thread alone
        CELL.setOpaque(this, next);
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
        if (!turnEnded) runtime.scheduler().turnUsedUp();
        runtime.scheduler().start(next.cell.threadName(), next);
        flushed = null;
    }

    /** Whether the thread belongs to a caller of {@link Processes#run}. */
    @AnyThread
    boolean isBorrowed() {
        return body instanceof Borrowed.Body;
    }

    /** What it has taken of that process's messages, or null if it runs another one. */
    @AnyThread
    @Nullable Backlog backlogOf(ProcessCell process) {
        Backlog taken = backlog;
        return cell() == process ? taken : null;
    }

    // ---- what the thread owes

    /** Whether a message that is sent now has to wait until something older is paid. */
    @OwnerThread
    boolean owesSends() {
        return creditor != null || flushed != null;
    }

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
        runtime.debts().leaveToSentry(this);
    }

    /** Makes the report that could not be made in the process, with less in it. */
    private void payCrash() {
        ExitReason reason = crash;
        if (reason != null) Autopsy.ofDead(cell(), reason);
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
                Autopsy.of(own, reason, handled);
                crash = null;
            } catch (Throwable later) {
                // reported before the end is told
            }
        }
        if (!own.decide(reason, this)) crash = null;
        boolean exhausted = ExitReason.throwableOf(reason) instanceof OutOfMemoryError;
        if (exhausted) runtime.scheduler().outOfMemory();
        else payIfPossible();
    }

    /** {@link #pay} for one who has to go on: what fails is tried again at the thread's end. */
    @OwnerThread
    void payIfPossible() {
        try {
            pay();
        } catch (Throwable later) {
            // owed still
        }
    }

    /**
     * The last frame of the thread pays. What it cannot pay it leaves to the sentry, and so the end
     * of a process that ran out of memory.
     */
    private void payAll() {
        try {
            flush();
            if (unburied == null || burial != null) pay();
        } catch (Throwable later) {
            // owed still
        }
    }

    private void payFlushed() {
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

    /** True for the first one: the thread itself when it begins, or who doubts that it will. */
    @AnyThread
    boolean claim() {
        return CLAIMED.compareAndSet(this, false, true);
    }

    /** Another runner for what this one was to run. */
    private Runner again() {
        return new Runner(cell, body, backlog);
    }

    /** This one was claimed and never begins. */
    private void replacedBy(Runner next) {
        if (cell.runner == this) cell.runner = next;
    }

    // ---- the hand-over cell

    /**
     * Keeps the creditor, an idle process that was sent to and has to be scheduled, for the end of
     * the activation. False if the caller has to launch it.
     */
    @OwnerThread
    boolean defer() {
        if (!chains || !cell.trust().allows()) return false;
        if (!(creditor instanceof ProcessCell receiver) || receiver.runtime != runtime)
            return false;
        if (deferred != null) flush();
        DEFERRALS.setOpaque(this, deferrals + 1);
        deferred = receiver; // volatile: before the look at the sentry
        creditor = null;
        if (!runtime.scheduler().watchHandOvers()) flush();
        return true;
    }

    /** Launches what is in the cell: its sender goes on, or waits. */
    @OwnerThread
    void flush() {
        ProcessCell waiting = deferred;
        if (waiting == null) return;
        if (flushed != null) pay();
        flushedTo = null;
        if (!DEFERRED.compareAndSet(this, waiting, null)) return;
        flushed = waiting; // no call since the cell was emptied: no overflow in between
        release(waiting);
    }

    /** Launches a process that nobody else does, so that {@link #pay} knows whether it began. */
    private void release(ProcessCell waiting) {
        flushedTo = null;
        flushed = waiting;
        release(waiting, new Runner(waiting));
    }

    private void release(ProcessCell waiting, Runner next) {
        flushedTo = next;
        runtime.scheduler().start(waiting.threadName(), next);
        flushed = null;
    }

    /** Takes what is in the cell; until it runs, it counts as {@code flushed}. */
    private @Nullable ProcessCell taken() {
        ProcessCell waiting = deferred;
        if (waiting == null) return null;
        if (flushed != null) pay();
        flushedTo = null;
        if (!DEFERRED.compareAndSet(this, waiting, null)) return null;
        flushed = waiting; // no call since the cell was emptied: no overflow in between
        return waiting;
    }

    /** How often the cell was filled. */
    @AnyThread
    int deferrals() {
        return (int) DEFERRALS.getOpaque(this);
    }

    /** Whether a process waits in the cell. */
    @AnyThread
    boolean defers() {
        return deferred != null;
    }

    /**
     * Launches what waits in the cell, because its sender did not end in time.
     *
     * @param blame whether the sender's kind is to be trusted less
     */
    @AnyThread
    void rescue(boolean blame) {
        ProcessCell sender = cell();
        ProcessCell waiting = deferred;
        if (waiting == null) return;
        // not watched: without a sentry this is called because none can be started
        runtime.debts()
                .takeUnwatched(
                        debtor -> rescue(waiting, debtor, blame ? sender.trust() : Trust.NEVER));
    }

    private void rescue(ProcessCell waiting, Debtor debtor, Trust blamed) {
        if (!DEFERRED.compareAndSet(this, waiting, null)) return;
        debtor.owed = Owed.ACTIVATION;
        debtor.creditor = waiting; // no call since the cell was emptied: no error in between
        runtime.rescued();
        blamed.rescued();
    }

    // ---- what it is doing

    /** The process that runs now; for others than the runner's thread a moment old. */
    @AnyThread
    ProcessCell cell() {
        return (ProcessCell) CELL.getOpaque(this);
    }

    /**
     * What a process is handling now, or null. Exact in time for the first message of a thread; for
     * a later one the time counts from when it was first seen here, which the sentry does once a
     * second: a clock per message would cost more than the message.
     */
    @AnyThread
    static @Nullable Handling handling(ProcessCell process) {
        Runner runner = process.runner;
        if (runner == null || runner.cell() != process) return null;
        Handling seen = runner.look();
        return runner.cell() == process ? seen : null;
    }

    @AnyThread
    @Nullable Handling look() {
        Node node = (Node) HANDLING.getAcquire(this);
        if (node == null) return null;
        long now = runtime.nanoTime();
        if (taken == 1) return new Handling(node, Duration.ofNanos(now - began));
        Sighting seen = sighting;
        if (seen == null || seen.node != node) sighting = seen = new Sighting(node, now);
        return new Handling(node, Duration.ofNanos(Math.max(0, now - seen.at)));
    }

    /** What is being handled, or was last, or null. */
    @OwnerThread
    @Nullable Node handled() {
        return handling;
    }

    /** Another number after each message; for others than the runner's thread a moment old. */
    @AnyThread
    int progress() {
        return taken;
    }

    /** Says what is being handled from now on. */
    @OwnerThread
    void take(@Nullable Node node) {
        if (node != null && taken++ == 0) began = runtime.nanoTime();
        HANDLING.setRelease(this, node);
    }

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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import dev.otp4j.internal.threads.ThreadContext;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The inbox of a process that needs a permit of a {@link ConcurrencyLimit} for each message of a
 * user. Without a permit it hands out what needs none, and has the rest put aside, in order, as for
 * a suspended process; then the process goes idle.
 *
 * <pre>
 * the process     acquires before it handles the oldest message; to wait, it leaves a node at the limit
 * the releaser    makes the first of the queue a holder and takes that node, in one step under the limit's lock; then it
 *                 pushes the node: an idle process is scheduled
 * the process     looks at the claim, not at the node, to know whether it holds a permit
 * </pre>
 *
 * <p>So a node that comes late does no harm. Each node is pushed once. The releaser makes no call
 * between the change of the claim and the record of what it owes, and has checked the stack before,
 * so that no error can come in between. If the push is refused, the process has ended, and gives
 * the permit back itself: the thread that runs it when its code has returned, or, if it was idle,
 * the thread that ended it.
 *
 * <p>The claim has its own table in {@link ConcurrencyLimit}; all other fields belong to the
 * process.
 */
final class PermitInbox extends RetainedInbox implements Runnable {
    /** After so many messages a process gives its permit to one that waits. */
    private static final int TURN = 8;

    /** After this time too, with the end of the message. */
    private static final long LONGEST_TURN = TimeUnit.MILLISECONDS.toNanos(1);

    private final ConcurrencyLimit limit;
    private final Own claim = new Own();

    /** Whether the node that was handed out last may be dispatched. */
    private boolean cleared;

    /** How many messages the process has handled with this permit. */
    private int handled;

    /** When it had the first of them, or when it began to wait. Tools may see an old value. */
    private long since;

    private final class Own extends ConcurrencyLimit.Claim {
        @Override
        Pid process() {
            return cell;
        }

        @Override
        boolean isOfEnded() {
            return !cell.alive();
        }
    }

    /**
     * @param left to which name messages are left, or null
     */
    PermitInbox(ProcessCell cell, ConcurrencyLimit limit, @Nullable Setting left) {
        super(cell, left);
        this.limit = limit;
    }

    /** The inbox of a process under a limit, else null. */
    @AnyThread
    static @Nullable PermitInbox of(Pid process) {
        return process instanceof ProcessCell cell && cell.inboxIfUsed() instanceof PermitInbox own
                ? own
                : null;
    }

    // ---- the process

    @Override
    @OwnerThread
    @Nullable Node next(boolean suspended) {
        Node node;
        do {
            node = suspended ? nextOfSuspended() : nextOfRunning();
        } while (node instanceof Signal.Permit);
        return node;
    }

    @Override
    @OwnerThread
    boolean keepsBack(Node node, boolean suspended) {
        return !cleared && !cell.isUrgent(node);
    }

    private @Nullable Node nextOfSuspended() {
        giveBack();
        cleared = false;
        return nextUrgent();
    }

    private @Nullable Node nextOfRunning() {
        if (claim.isHeld() && isTurnOver()) giveBack();
        if (claim.isHeld()) return nextWithPermit();
        Node oldest = oldestAside();
        if (oldest == null) {
            Node node = next();
            cleared = node == null || isFree(node) || acquires();
            return node;
        }
        cleared = isFree(oldest) || acquires();
        return cleared ? next() : nextUrgent();
    }

    /**
     * Whether a node needs no permit. A reminder and the first step are handled as messages are.
     */
    private static boolean isFree(Node node) {
        return node instanceof Signal
                && !(node instanceof Signal.Reminded)
                && !(node instanceof Signal.FirstStep);
    }

    private @Nullable Node nextWithPermit() {
        cleared = true;
        Node node = next();
        if (node == null) giveBack();
        else if (handled++ == 0) since = cell.runtime.scheduler.nanoTime();
        return node;
    }

    private boolean isTurnOver() {
        if (limit.waiting() == 0 || handled == 0) return false;
        return handled >= TURN || cell.runtime.scheduler.nanoTime() - since >= LONGEST_TURN;
    }

    private boolean acquires() {
        if (claim.isWaiting()) return false;
        boolean free = limit.tryAcquire(claim);
        since = cell.runtime.scheduler.nanoTime();
        if (!free && !limit.acquire(claim, new Signal.Permit(cell))) return false;
        handled = 1;
        return true;
    }

    /** Gives the permit back, or leaves the queue, while the process lives. */
    private void giveBack() {
        handled = 0;
        if (!claim.isMade()) return;
        Runner own = Objects.requireNonNull(cell.runner);
        if (own.owesSends()) own.pay();
        ThreadContext.ensureStack(); // no overflow between the release and the push
        if (!passOn(own)) return;
        if (own.owed != Owed.ACTIVATION || !own.defer()) own.payCreditor();
        own.creditor = null;
        own.launched = null; // belongs to this receiver only
    }

    // ---- the end

    /**
     * Gives the permit back, or leaves the queue: the process has ended, and none of its code runs.
     * May be called again after a failure.
     */
    @Override
    @AnyThread
    void ended() {
        if (!claim.isMade()) return;
        ThreadContext.ensureStack();
        cell.runtime.debts.take(this::passOn);
    }

    /** {@link #ended}, for a thread that could not do it before. */
    @Override
    public void run() {
        ended();
    }

    /** Makes the releasing thread owe the waking of the process that has the permit now. */
    private boolean passOn(Debtor debtor) {
        if (!(limit.release(claim) instanceof Signal.Permit given)) return false;
        ProcessCell to = given.to;
        Owed owed = to.enqueue(given);
        debtor.launched = null;
        debtor.owed = owed;
        debtor.creditor = to; // no call since the push: no error in between
        return true;
    }

    // ---- tools

    @AnyThread
    ConcurrencyLimit limit() {
        return limit;
    }

    @AnyThread
    boolean holdsPermit() {
        return claim.isHeld();
    }

    @AnyThread
    boolean awaitsPermit() {
        return claim.isWaiting();
    }

    /**
     * For how many nanoseconds its oldest message has been waiting for a permit, at least; zero if
     * none waits.
     */
    @AnyThread
    long waits() {
        long began = since;
        return claim.isWaiting() ? Math.max(0, cell.runtime.scheduler.nanoTime() - began) : 0;
    }

    /** How many processes stand before this one in the limit's queue; -1 if it does not wait. */
    @AnyThread
    int ahead() {
        return limit.ahead(claim);
    }
}

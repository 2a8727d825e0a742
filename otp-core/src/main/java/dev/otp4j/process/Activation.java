/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One run of a process on a {@link Runner}'s thread: the <em>drain</em> of a behaviour's mailbox,
 * or the whole body of a process that has a thread of its own.
 *
 * <p>A drain handles at most one batch of messages; then the process goes to the end of the queue,
 * so that a flooded process does not starve the others. When others have waited for too long, the
 * diversion of starts ends the turn with the next message. Before a process goes idle, the drain
 * looks once more: going idle is a compare-and-set that fails if there is something to see.
 *
 * <p>While a drain has messages left that it took, it reads nothing of the cell: the mailbox's word
 * is beside the cell's fields, mostly in the same cache line, and each sender takes that line away.
 * The drain looks whether the process or its turn has ended after each look into the mailbox,
 * because the sender of a message from there may know of the end, and when its runner {@linkplain
 * Runner#told was told}.
 *
 * <p>The drain of a suspended process puts aside what is not urgent. After the resume, the process
 * reads that first. So does the drain of a process that waits for a permit, see {@link
 * PermitInbox}.
 */
final class Activation {
    private static final int BATCH = 512;

    /**
     * The reason of a process that ends when there is no memory for another reason; made
     * beforehand.
     */
    static final ExitReason OUT_OF_MEMORY =
            ExitReason.abnormal(new OutOfMemoryError("no memory was left for the exit reason"));

    /** After so many messages an activation expects more. */
    private static final int BUSY = 8;

    /** How a run ended. */
    enum End {
        /** Nothing is left to do; the next sender schedules the process. */
        IDLE,
        /** The process is dead, and its thread has left it. */
        DIED,
        /**
         * The batch is used up and there is more: the thread that ran it has to schedule the
         * process.
         */
        BATCH_USED
    }

    private final Runner runner;
    private final ProcessCell cell;

    /** Whether this has let other threads run since the last message. */
    private boolean lingered;

    Activation(Runner runner, ProcessCell cell) {
        this.runner = runner;
        this.cell = cell;
    }

    static void runBody(Runner runner, ProcessCell cell, Runnable body) {
        if (!occupy(cell, runner)) {
            cell.leave();
            return;
        }
        ExitReason reason;
        try {
            body.run();
            reason = ExitReason.NORMAL;
        } catch (Throwable thrown) {
            cell.inCall = false; // a stack overflow may have come in the middle of a call
            runner.payIfPossible();
            reason = reason(thrown, cell);
        }
        boolean reports = !runner.isCallersThread(); // the caller of run gets the throwable
        runner.end(cell, reason, reports, null);
        cell.leave();
    }

    /**
     * Makes the runner known to a thread that ends the process from now on. False if the process
     * has ended already.
     */
    static boolean occupy(ProcessCell cell, Runner runner) {
        cell.runner = runner;
        // partners: the compare-and-set in ProcessCell.decide and the exchange in Mailbox.close,
        // after which decide and interruptOwner read runner
        VarHandle.fullFence();
        runner.inbox = cell.inboxIfUsed();
        return cell.alive();
    }

    /** Throws nothing: a failure ends the process. */
    End drain() {
        BehaviorState<?> behavior = cell.behavior;
        if (!occupy(cell, runner)) return gone(null);
        if (behavior == null) throw new IllegalStateException("no behavior: " + cell);
        try {
            if (!behavior.hasStarted()) {
                if (!Beginning.of(runner, cell, behavior)) return End.DIED;
                begun(behavior);
            }
            for (int left = BATCH; left > 0; left--) {
                if (behavior.stopping() != null) return stop(behavior);
                boolean looked = runner.backlog.isEmpty(); // looks into the mailbox next
                Node node = next(behavior);
                if (looked || runner.wasTold()) {
                    if (!cell.alive()) return gone(node);
                    if (node != null && runner.turnHasEnded()) left = 1;
                }
                if (node != null && behavior.holdsBack() && keepsBack(behavior, node)) {
                    cell.inbox().postpone(node);
                } else if (node != null) {
                    runner.flush(); // the receiver of the last message does not wait for this one
                    runner.take(node);
                    lingered = false;
                    behavior.dispatch(runner, cell, node);
                    if (runner.owes()) runner.pay(); // the handler went on after an error
                    Thread.interrupted(); // what one message left must not reach the next
                } else if (lingers(BATCH - left)) {
                    continue;
                } else if (rest()) {
                    return End.IDLE;
                } else if (!occupy(cell, runner)) {
                    return gone(null);
                }
            }
            if (behavior.stopping() != null) return stop(behavior);
            settle();
            runner.passOn(); // from now on no thread may interrupt this one
            return End.BATCH_USED;
        } catch (Throwable thrown) {
            cell.inCall = false; // a stack overflow may have come in the middle of a call
            runner.payIfPossible();
            return finish(behavior, reason(thrown, cell));
        }
    }

    /** What a process does first needs a permit if the process needs one for its messages. */
    private void begun(BehaviorState<?> behavior) throws Exception {
        boolean needsPermit = behavior.needsPermits() && behavior.hasFirstStep();
        if (needsPermit) cell.inbox().putFirst(new Signal.FirstStep());
        else behavior.begun();
    }

    /** The exit reason for a throwable. Works without memory. */
    static ExitReason reason(Throwable thrown, ProcessCell cell) {
        try {
            return ProcessExit.reasonOf(thrown, cell);
        } catch (Throwable noMemory) {
            return OUT_OF_MEMORY;
        }
    }

    /**
     * Lets other virtual threads run once before the process goes idle, if that is likely to bring
     * a message: a process that answered a call may be asked again, and a busy process may be only
     * a little faster than its sender. Does not do so if a receiver waits for the end of this
     * activation.
     */
    private boolean lingers(int handled) {
        if (lingered || runner.defers() || handled < BUSY && !runner.answered) return false;
        lingered = true;
        runner.lapped = false;
        cell.runtime.scheduler.yield();
        return true;
    }

    private @Nullable Node next(BehaviorState<?> behavior) {
        Inbox inbox = runner.inbox;
        if (inbox != null) return inbox.next(behavior.isSuspended());
        Node taken = runner.backlog.poll();
        return taken != null ? taken : runner.backlog.refill(cell.mailbox);
    }

    /** Whether a node has to wait until the process is resumed, or has a permit. */
    private boolean keepsBack(BehaviorState<?> behavior, Node node) {
        return cell.inbox().keepsBack(node, behavior.isSuspended());
    }

    /** Goes idle. False if there is something to see. An idle process keeps no thread reachable. */
    private boolean rest() {
        runner.take(null); // not after each message: that would be a second store without use
        cell.runner = null;
        return cell.mailbox.idle();
    }

    private End gone(@Nullable Node polled) {
        try {
            if (polled != null && cell.retention() == null) {
                Current.outside(() -> cell.runtime.drop(DropReason.DEAD, polled, cell));
            }
        } catch (Throwable noMemory) {
            // not counted
        }
        cell.leave();
        return End.DIED;
    }

    /** The handler of the last message has returned, and no message follows at once. */
    private void settle() {
        Inbox inbox = runner.inbox;
        if (inbox != null) inbox.settled();
    }

    private End stop(BehaviorState<?> behavior) {
        settle();
        return finish(behavior, behavior.stopping());
    }

    /** Ends the process from the inside, after its terminate callback. */
    private End finish(BehaviorState<?> behavior, @Nullable ExitReason wanted) {
        Node handled = runner.handled();
        runner.take(null);
        ExitReason reason = wanted == null ? ExitReason.NORMAL : wanted;
        if (cell.alive()) {
            try {
                behavior.terminate(reason);
            } catch (Throwable thrown) {
                cell.inCall = false; // a stack overflow may have come in the middle of a call
                reason = reason(thrown, cell);
            }
            runner.end(cell, reason, true, handled);
        }
        runner.step = null;
        return gone(null);
    }
}

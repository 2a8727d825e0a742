/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.marks.AnyThread;

/**
 * Ends a process because it is idle, without losing a message.
 *
 * <pre>
 * RESTED  -> RUNNING   the thread that ends it: from now on a push owes nothing, and this thread owes an activation
 * RUNNING -> LEAVING   the same thread: the mailbox was empty, and every later push is refused
 * </pre>
 *
 * <p>If a message comes between the two steps, the activation handles it and the process goes on.
 * After the second step the activation runs the terminate callback and ends the process. A sender
 * that is refused gives its message to the process's name, which holds it.
 */
final class Passivation {
    private Passivation() {}

    /** Ends a process if it has rested. False if it goes on. */
    @AnyThread
    static boolean end(ProcessCell cell, ExitReason reason) {
        if (!cell.mailbox.rested() || !mayEnd(cell)) return false;
        var ends = new boolean[1];
        cell.runtime.debts.take(debtor -> ends[0] = end(debtor, cell, reason));
        return ends[0];
    }

    private static boolean end(Debtor debtor, ProcessCell cell, ExitReason reason) {
        if (!cell.mailbox.seize()) return false;
        debtor.owed = Owed.ACTIVATION;
        debtor.creditor = cell; // no call since the seizure: no error in between
        BehaviorState<?> behavior = cell.behavior;
        if (behavior == null || !mayEnd(cell)) return false;
        boolean closed = cell.mailbox.closeEmpty();
        if (closed) behavior.stopping = reason; // no call since the close: no error in between
        return closed;
    }

    /**
     * Whether nothing waits for the process to go on: it is not suspended, has put no message
     * aside, and no caller waits for a reply that it still owes.
     */
    private static boolean mayEnd(ProcessCell cell) {
        BehaviorState<?> behavior = cell.behavior;
        if (behavior == null || !behavior.hasStarted() || behavior.isSuspended()) return false;
        Inbox used = cell.inboxIfUsed();
        return (used == null || used.kept() == 0) && !cell.isAwaited();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.LimitedMailbox;
import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.OwnerThread;
import org.jspecify.annotations.Nullable;

/**
 * Puts a node into a mailbox for the current thread, and then schedules or wakes the receiver if
 * the thread owes it that.
 *
 * <p>A stack overflow, or any other error, can come between the two. The receiver would then never
 * be scheduled, because its mailbox says that a sender does it. So the debt is recorded. A thread
 * that runs a process records it in its {@link Runner}, which pays at the bottom of its stack; any
 * other thread records it in {@link Debts}, where the sentry finds it. An entry there has a cost,
 * so a thread makes one only if the receiver does not run.
 */
final class Delivery {
    private Delivery() {}

    /**
     * Delivers a node.
     *
     * @param sender the current thread's runner, or null
     * @param mayHandOver whether the receiver may wait for the end of the sender's activation
     * @return what the sender owed; it has settled that
     * @throws ProcessExit if the current process has ended
     */
    static Owed deliver(@Nullable Runner sender, ProcessPort to, Node node, boolean mayHandOver) {
        ProcessCell self = sender == null ? null : sender.current;
        if (sender != null && self != null) {
            if (sender.owesSends()) sender.pay();
            return deliver(sender, self, to, node, mayHandOver);
        }
        Owed free = to.enqueueIfRunning(node);
        return free != null ? free : deliverFromOutside(to, node);
    }

    /**
     * Delivers a node to a receiver that does not run, from a thread that runs no process: enters
     * the debt before the push.
     */
    static Owed deliverFromOutside(ProcessPort to, Node node) {
        return deliver(to.debts().enter(), to, node);
    }

    private static Owed deliver(Debts.Entered debtor, ProcessPort to, Node node) {
        try {
            Owed owed = to.enqueue(node);
            debtor.owed = owed;
            debtor.creditor = to; // no call since the push: no error in between
            debtor.pay();
            to.debts().leave(debtor);
            return owed;
        } catch (Throwable thrown) {
            debtor.abandoned = true; // the sentry pays
            throw thrown;
        }
    }

    /**
     * Delivers a node to a mailbox in which the sender has a place. Gives the place back if the
     * node is not in the mailbox afterwards. The stack has room up to the push.
     *
     * @see #deliver(Runner, ProcessPort, Node, boolean)
     */
    static Owed deliverEntered(
            @Nullable Runner sender,
            ProcessPort to,
            LimitedMailbox mailbox,
            Node node,
            boolean mayHandOver) {
        ProcessCell self = sender == null ? null : sender.current;
        boolean pushed = false; // or about to be: no error comes before the push from then on
        try {
            Owed owed;
            if (sender != null && self != null) {
                if (sender.owesSends()) sender.pay();
                self.checkAlive();
                pushed = true;
                owed = deliver(sender, self, to, node, mayHandOver);
            } else {
                Debts.Entered debtor = to.debts().enter();
                pushed = true;
                owed = deliver(debtor, to, node);
            }
            if (owed == Owed.REFUSED) mailbox.withdraw();
            return owed;
        } catch (ProcessExit ended) {
            mailbox.giveBack(); // found before the push
            throw ended;
        } catch (Throwable thrown) {
            if (!pushed) mailbox.giveBack();
            throw thrown;
        }
    }

    /** The sender has paid its older debts. */
    @OwnerThread
    private static Owed deliver(
            Runner sender, ProcessCell self, ProcessPort to, Node node, boolean mayHandOver) {
        Owed owed;
        self.enterCall();
        try {
            owed = to.enqueue(node);
            if (owed != Owed.NOTHING) {
                sender.launched = null;
                sender.owed = owed;
                sender.creditor = to; // no call since the push: no overflow in between
            }
            self.leaveCall();
        } catch (Throwable thrown) {
            self.inCall = false; // no call: the stack may be full
            throw thrown;
        }
        if (owed == Owed.NOTHING) return owed;
        if (!mayHandOver || owed != Owed.ACTIVATION || !sender.defer()) to.settle(owed, sender);
        sender.creditor = null;
        sender.launched = null; // belongs to this receiver only
        return owed;
    }
}

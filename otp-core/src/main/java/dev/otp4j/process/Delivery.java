/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.OwnerThread;
import org.jspecify.annotations.Nullable;

/**
 * Puts a node into a mailbox for the current thread, and then schedules or wakes whom it owes that.
 *
 * <p>What runs on a thread that runs a process is recorded there between the two, so that a stack
 * overflow, or any other error, in between is made good by the frame at the bottom of the thread's
 * stack ({@link Runner#pay}): a process whose mailbox says that somebody schedules it is scheduled
 * by nobody else.
 */
final class Delivery {
    private Delivery() {}

    /**
     * Delivers a node.
     *
     * @param sender the current thread's runner, or null
     * @param mayHandOver whether the receiver may wait for the end of the sender's activation
     * @return what was owed, and was settled
     * @throws ProcessExit if the current process has ended
     */
    static Owed deliver(@Nullable Runner sender, ProcessPort to, Node node, boolean mayHandOver) {
        ProcessCell self = sender == null ? null : sender.current;
        if (sender != null && self != null) {
            return deliver(sender, self, to, node, mayHandOver);
        }
        Owed owed = to.enqueue(node);
        if (owed != Owed.NOTHING) to.settle(owed);
        return owed;
    }

    @OwnerThread
    private static Owed deliver(
            Runner sender, ProcessCell self, ProcessPort to, Node node, boolean mayHandOver) {
        if (sender.owes()) sender.pay();
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
        return owed;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a {@link Pid}: the one way in which signals reach a process, wherever it
 * lives. {@link ProcessCell} is the local one; nothing outside this package knows it.
 */
abstract class ProcessPort extends Pid {
    ProcessPort(long serial) {
        super(serial);
    }

    static ProcessPort of(Pid pid) {
        return (ProcessPort) pid;
    }

    abstract boolean alive();

    /** Why the process ended; null while it lives, or where that is not known. */
    abstract @Nullable ExitReason exitReason();

    /** Only puts the node into the mailbox; the caller then {@link #settle}s what it owes. */
    abstract Owed enqueue(Node node);

    /**
     * {@link #enqueue} if that owes nothing. Null if nothing was enqueued, because the receiver
     * would have to be scheduled or woken.
     */
    abstract @Nullable Owed enqueueIfRunning(Node node);

    /** Schedules or unparks the receiver at once, as {@link #enqueue} said. */
    final void settle(Owed owed) {
        settle(owed, null);
    }

    /** {@link #settle(Owed)} for a debtor, which notes what it launches. */
    abstract void settle(Owed owed, @Nullable Debtor sender);

    /** Where a thread that runs no process records what it owes this process. */
    abstract Debts debts();

    /** Adds a watcher. False if the process is dead: the watcher will not be told. */
    abstract boolean watch(Watcher watcher);

    abstract void unwatch(Watcher watcher);

    /**
     * An exit signal from {@code sender}. Its effect on the process's state is decided when this
     * returns. What follows is recorded in {@code debtor}, to be paid without any engine flag or
     * lock.
     */
    abstract void signal(Debtor debtor, ProcessPort sender, ExitReason reason);

    /** What the process is doing instead of replying, for the message of a failed call. */
    abstract String describe(ReplyCell call);

    /** Enqueues a node for a thread that runs no process, or for the receiver itself. */
    final void deliver(Node node) {
        Owed free = enqueueIfRunning(node);
        if (free == null) Delivery.deliverFromOutside(this, node);
    }
}

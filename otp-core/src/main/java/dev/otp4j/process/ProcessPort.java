/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a {@link Pid}: the one way in which signals reach a process, wherever it lives.
 * {@link ProcessCell} is the local one. No code outside this package knows this type.
 */
abstract class ProcessPort extends Pid {
    ProcessPort(long serial) {
        super(serial);
    }

    static ProcessPort of(Pid pid) {
        return (ProcessPort) pid;
    }

    abstract boolean alive();

    /** Why the process ended; null while it lives, or if the reason is not known. */
    abstract @Nullable ExitReason exitReason();

    /**
     * Puts the node into the mailbox and does nothing else; the caller then {@link #settle}s what
     * it owes.
     */
    abstract Owed enqueue(Node node);

    /**
     * Does what {@link #enqueue} does if the caller then owes nothing. Null if nothing was
     * enqueued, because the receiver would have to be scheduled or woken.
     */
    abstract @Nullable Owed enqueueIfRunning(Node node);

    /** Schedules or unparks the receiver at once, as {@link #enqueue} said. */
    final void settle(Owed owed) {
        settle(owed, null);
    }

    /** Does what {@link #settle(Owed)} does, for a debtor that records which runner it starts. */
    abstract void settle(Owed owed, @Nullable Debtor sender);

    /** Where a thread that runs no process records what it owes this process. */
    abstract Debts debts();

    /** Adds a watcher. False if the process is dead: then the watcher is not told. */
    abstract boolean watch(Watcher watcher);

    abstract void unwatch(Watcher watcher);

    /**
     * Sends this process an exit signal from {@code sender}. What the signal does to the process is
     * decided when this returns. The rest is recorded in {@code debtor}, which the caller pays
     * while it holds no lock and no engine flag.
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

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;

/** A mailbox with {@link Room} for so many messages only. A subclass says which nodes count. */
public abstract class LimitedMailbox extends Mailbox {
    /** Counts the messages. */
    protected final Room room;

    /** A mailbox with room for {@code capacity} messages. */
    protected LimitedMailbox(int capacity) {
        room = new Room(capacity);
    }

    /** Takes a place for a message that must get in, even beyond the capacity. */
    @AnyThread
    public final void enterAnyway() {
        room.enterAnyway();
    }

    /** Gives a place back: the receiver turned out to be dead. */
    @AnyThread
    public final void withdraw() {
        room.withdraw();
    }

    /** Gives a place back that was not used, and wakes a sender that waits for one. */
    @AnyThread
    public abstract void giveBack();

    /** How many places are taken. */
    @AnyThread
    public final int used() {
        return room.used();
    }

    /**
     * Counts out a node that the owner is about to handle, or has dropped.
     *
     * @param last whether the owner has taken no other node that it has not handled
     */
    @OwnerThread
    public abstract void left(Node node, boolean last);
}

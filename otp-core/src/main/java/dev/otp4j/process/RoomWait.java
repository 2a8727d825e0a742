/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/** A sender that waits for room in a {@link BoundedMailbox}. */
final class RoomWait extends Rendezvous {
    /** How a wait ends. */
    enum End {
        /** A place in the mailbox is the sender's. */
        ENTERED,
        /** The receiver has ended. */
        CLOSED,
        /** The sender waits no more. */
        LEFT
    }

    /** The process that sends; null for a thread that runs none. */
    final @Nullable ProcessCell sender;

    final ProcessCell receiver;

    RoomWait(@Nullable ProcessCell sender, ProcessCell receiver) {
        super(sender == null ? receiver.runtime : sender.runtime);
        this.sender = sender;
        this.receiver = receiver;
    }

    @Override
    void targetEnded(ProcessCell target, ExitReason reason) {
        if (!complete(End.CLOSED)) wakeAgain();
    }
}

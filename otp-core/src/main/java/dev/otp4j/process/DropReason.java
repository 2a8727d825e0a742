/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Why a message reached no handler.
 *
 * @since 0.1.0
 */
public enum DropReason {
    /** Its receiver was dead, or died with the message in its mailbox. */
    DEAD,
    /** The name that it was sent to had no process, or was given up while it held the message. */
    VACANT,
    /**
     * The mailbox of its receiver had as many messages as it may have, or the vacant name that it
     * was sent to held as many as it may.
     */
    FULL,
    /** Its receiver had no handler for it. */
    UNEXPECTED,
    /**
     * It was a request whose call was over before its handler began, and its receiver drops those;
     * see {@link ProcessOptions#dropExpiredCalls}.
     */
    EXPIRED,
    /**
     * Its receiver, which has a {@linkplain MailboxRetention retained mailbox}, ended with it in
     * hand.
     */
    IN_HAND,
    /** It was {@linkplain ParkedMessage parked}, and then discarded. */
    PARKED
}

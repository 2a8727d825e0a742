/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import org.jspecify.annotations.Nullable;

/**
 * One queued message. Subclasses add what a plain message does not have (another subject, a
 * context).
 *
 * <p>{@code next} and {@code height} belong to the sender until its compare-and-set publishes the
 * node, and to the mailbox's owner once it has taken the node; the mailbox's word orders both
 * transfers.
 */
public class Node {
    @Nullable Node next;
    int height;

    /** The message or signal. */
    public final Object item;

    /** A node that carries {@code item}. */
    public Node(Object item) {
        this.item = item;
    }
}

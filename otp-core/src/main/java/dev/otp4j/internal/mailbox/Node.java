/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import org.jspecify.annotations.Nullable;

/**
 * One queued message. Subclasses add what a plain message does not have (another subject, a
 * context).
 *
 * <p>{@code next} and {@code height} belong to the sender until its compare-and-set publishes the
 * node, and to the mailbox's owner from its take on; both change hands through the mailbox word.
 */
public class Node {
    @Nullable Node next;
    int height;

    /** What was sent. */
    public final Object item;

    /** A node that carries {@code item}. */
    public Node(Object item) {
        this.item = item;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages that the owner of a {@link Mailbox} has taken and not handled yet, oldest first.
 * Only the owner changes this list.
 *
 * <p>The list is not part of the mailbox, for two reasons. Senders write the mailbox's word all the
 * time; writes of the owner beside it would take the cache line away from them. And an idle process
 * would need memory for a list that it does not use.
 *
 * <pre>
 * field  written by                          read by
 * head   the owner, plain                    the owner; the next owner sees it through the start of its thread,
 *                                            which follows a used batch; Mailbox.ahead reads it racily (opaque)
 *                                            and checks afterwards that it is the same
 * left   the owner, opaque, raised before    any thread, opaque, after it has read the mailbox's word: it may
 *        the CAS that takes                  count a taken node twice for a moment, but never misses one
 * </pre>
 */
public final class Backlog {
    private static final VarHandle LEFT;
    private static final VarHandle HEAD;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(Backlog.class, "head", Node.class);
            LEFT = lookup.findVarHandle(Backlog.class, "left", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Node head;
    private int left;

    /** An empty backlog. */
    public Backlog() {}

    /**
     * Removes the oldest message. Null if the backlog is empty; then {@link #refill} looks into the
     * mailbox.
     */
    @OwnerThread
    public @Nullable Node poll() {
        Node first = head;
        return first == null ? null : pop(first);
    }

    /**
     * Takes the messages that have arrived in the mailbox. The backlog must be empty.
     *
     * @return the oldest of these messages, which is removed, or null if there is none now (or the
     *     mailbox is closed)
     */
    @OwnerThread
    public @Nullable Node refill(Mailbox mailbox) {
        Node first = take(mailbox);
        return first == null ? null : pop(first);
    }

    /**
     * Removes the oldest message. If the backlog is empty, it takes what has arrived in the mailbox
     * first. Null if there is no message.
     */
    @OwnerThread
    public @Nullable Node poll(Mailbox mailbox) {
        Node first = head;
        return first != null ? pop(first) : refill(mailbox);
    }

    /** The oldest message, which stays; null if the backlog is empty. */
    @OwnerThread
    public @Nullable Node peek() {
        return head;
    }

    private Node pop(Node first) {
        head = first.next;
        first.next = null; // a consumed node must not keep younger ones reachable
        LEFT.setOpaque(this, left - 1);
        return first;
    }

    private @Nullable Node take(Mailbox mailbox) {
        for (Node seen = mailbox.stack(); seen != null; seen = mailbox.stack()) {
            LEFT.setOpaque(this, seen.height); // ordered before the CAS, see the class comment
            if (mailbox.take(seen)) return reverse(seen);
        }
        if (left != 0) LEFT.setOpaque(this, 0);
        return null;
    }

    private static Node reverse(Node newest) {
        Node list = null;
        Node node = newest;
        for (; ; ) {
            Node older = node.next;
            boolean last = node.height == 1; // a marker is below it
            node.next = list;
            list = node;
            if (last || older == null) return list;
            node = older;
        }
    }

    /** Empties the backlog, and hands each of its messages to {@code dropped}. */
    @OwnerThread
    public void drop(Consumer<Node> dropped) {
        Node first = head;
        head = null; // before a listener, which is user code, is told of any node
        LEFT.setOpaque(this, 0);
        for (Node node = first; node != null; node = node.next) dropped.accept(node);
    }

    /** Hands each message to {@code action}, and keeps it. */
    public void forEach(Consumer<Node> action) {
        for (Node node = head; node != null; node = node.next) action.accept(node);
    }

    /** Whether the backlog is empty. */
    @OwnerThread
    public boolean isEmpty() {
        return head == null;
    }

    /** How many messages the backlog has. */
    @AnyThread
    public int left() {
        return (int) LEFT.getOpaque(this);
    }

    @Nullable Node oldest() {
        return (Node) HEAD.getOpaque(this);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a {@link Mailbox} has taken out of it and not handled yet, oldest first: the
 * list that is the owner's alone. It does not stand in the mailbox, whose word senders write all
 * the time: the owner's writes would take the word's cache line from them, and an idle process
 * would pay for a list that it does not have.
 *
 * <pre>
 * field  written by                          read by
 * head   owner, plain                        owner; successive owners hand it on through the thread start
 *                                            that follows a used batch; Mailbox.ahead reads it racily
 *                                            (opaque) and looks whether it stayed
 * left   owner, opaque, raised before the    everybody, opaque, after reading the mailbox's word: a reader
 *        CAS that takes                      may count a taken node twice for a moment, but never misses one
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

    /** Nothing taken. */
    public Backlog() {}

    /** The oldest message, or null if nothing is left; then {@link #refill} looks for more. */
    @OwnerThread
    public @Nullable Node poll() {
        Node first = head;
        return first == null ? null : pop(first);
    }

    /**
     * Takes what has come into the mailbox meanwhile. Nothing may be left.
     *
     * @return the oldest message, or null if there is none now (or the mailbox is closed)
     */
    @OwnerThread
    public @Nullable Node refill(Mailbox mailbox) {
        Node first = take(mailbox);
        return first == null ? null : pop(first);
    }

    /** The oldest message of what is left, or else of what has come meanwhile; or null. */
    @OwnerThread
    public @Nullable Node poll(Mailbox mailbox) {
        Node first = head;
        return first != null ? pop(first) : refill(mailbox);
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
            boolean last = node.height == 1; // below it is a marker
            node.next = list;
            list = node;
            if (last || older == null) return list;
            node = older;
        }
    }

    /** Empties the list. */
    @OwnerThread
    public void drop(Consumer<Node> dropped) {
        Node first = head;
        head = null; // before user code, a listener, is told of any
        LEFT.setOpaque(this, 0);
        for (Node node = first; node != null; node = node.next) dropped.accept(node);
    }

    /** Whether nothing is left. */
    @OwnerThread
    public boolean isEmpty() {
        return head == null;
    }

    /** How many messages are left. */
    @AnyThread
    public int left() {
        return (int) LEFT.getOpaque(this);
    }

    @Nullable Node oldest() {
        return (Node) HEAD.getOpaque(this);
    }
}

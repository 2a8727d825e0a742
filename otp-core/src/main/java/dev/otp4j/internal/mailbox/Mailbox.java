/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue of many producers and one consumer, the <em>owner</em>, that is also the owner's
 * schedule: one compare-and-set enqueues a node and tells its sender what it owes the owner.
 *
 * <p>{@code top} is a stack of nodes, newest first, whose bottom is one of four markers:
 *
 * <pre>
 * IDLE     nobody runs: whoever pushes on it owes an activation
 * WAITING  the owner is parked: whoever pushes on it owes an unpark
 * RUNNING  an owner runs or is on its way: a push owes nothing
 * DEAD     closed for good: a push is refused
 *
 * edge                    cause                                 moved by
 * IDLE    -> n.RUNNING    push; the sender schedules            any thread
 * WAITING -> n.RUNNING    push; the sender unparks              any thread
 * x       -> n.x          push on RUNNING or on nodes           any thread
 * n..     -> RUNNING      take, from what was seen              owner
 * RUNNING -> IDLE         nothing left, last act                owner
 * RUNNING -> WAITING      nothing left, about to park           owner
 * WAITING -> RUNNING      the wait timed out or was interrupted owner
 * any     -> DEAD         close: the only unconditional step    the one who ended the process
 * </pre>
 *
 * <p>The owner takes by compare-and-set, never by an unconditional exchange: that would erase a
 * DEAD which came in between, and the mailbox would live on.
 *
 * <p>What was taken is reversed into a private list, oldest first. Fields and who touches them:
 *
 * <pre>
 * field  written by                                    read by
 * top    everybody, compare-and-set (volatile)         everybody (volatile)
 * head   owner, plain                                  owner; successive owners hand it on through
 *                                                      the thread start that follows a yield; ahead reads
 *                                                      it racily (opaque) and looks whether it stayed
 * left   owner, opaque, before the CAS that takes      everybody, opaque, after reading top
 * </pre>
 *
 * <p>{@code left} is raised before the take and read after {@code top}: a reader may count a taken
 * node twice for a moment, but never misses one.
 */
public final class Mailbox {

    /** What a push found at the bottom, and so what the sender has to do now. */
    public enum Owed {
        /** An owner runs and will see the message. */
        NOTHING,
        /** Nobody ran: the sender has become responsible for scheduling the owner. */
        ACTIVATION,
        /** The owner is parked: the sender has to unpark it. */
        UNPARK,
        /** The mailbox is closed; the message was not taken. */
        REFUSED
    }

    /** What the one who closed the mailbox found. */
    public enum Owner {
        /** Nobody was running. */
        ABSENT,
        /** The owner runs, or somebody is about to schedule it. */
        PRESENT,
        /** The owner is parked and has to be unparked. */
        WAITING
    }

    private static final Node IDLE = new Node("idle");
    private static final Node WAITING = new Node("waiting");
    private static final Node RUNNING = new Node("running");
    private static final Node DEAD = new Node("dead");

    private static final VarHandle TOP;
    private static final VarHandle LEFT;
    private static final VarHandle HEAD;

    /** A longer walk is not worth an answer. */
    private static final int LONGEST_WALK = 10_000;

    private static final int ATTEMPTS = 4;

    static {
        try {
            var lookup = MethodHandles.lookup();
            TOP = lookup.findVarHandle(Mailbox.class, "top", Node.class);
            HEAD = lookup.findVarHandle(Mailbox.class, "head", Node.class);
            LEFT = lookup.findVarHandle(Mailbox.class, "left", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Node top = RUNNING;

    @OwnerThread private @Nullable Node head;

    private int left;

    /** A mailbox in state RUNNING: its creator is the owner, or schedules one. */
    public Mailbox() {}

    /** Enqueues, unless the mailbox is closed. */
    @AnyThread
    public Owed push(Node node) {
        for (; ; ) {
            Node seen = top;
            if (seen == DEAD) return Owed.REFUSED;
            node.next = seen;
            node.height = seen.height + 1;
            if (TOP.compareAndSet(this, seen, node)) {
                if (seen == IDLE) return Owed.ACTIVATION;
                return seen == WAITING ? Owed.UNPARK : Owed.NOTHING;
            }
        }
    }

    /** The oldest message, or null if there is none now (or the mailbox is closed). */
    @OwnerThread
    public @Nullable Node poll() {
        Node first = head;
        if (first == null) {
            first = take();
            if (first == null) return null;
        }
        head = first.next;
        first.next = null; // a consumed node must not keep younger ones reachable
        LEFT.setOpaque(this, left - 1);
        return first;
    }

    private @Nullable Node take() {
        int kept = left;
        Node seen = top;
        while (seen.height > 0) {
            LEFT.setOpaque(
                    this, kept + seen.height); // ordered before the CAS, see the class comment
            Node found = (Node) TOP.compareAndExchange(this, seen, RUNNING);
            if (found == seen) return reverse(seen);
            seen = found;
        }
        LEFT.setOpaque(this, kept);
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

    /**
     * Whether the owner has polled messages that it still has to hand on; {@link #keep} counts
     * them.
     */
    @OwnerThread
    public void keep() {
        LEFT.setOpaque(this, left + 1);
    }

    /** A kept message was handed on or dropped. */
    @OwnerThread
    public void release() {
        LEFT.setOpaque(this, left - 1);
    }

    /**
     * Goes idle if nothing has come in; afterwards the caller is no longer the owner. False: look
     * again.
     */
    @OwnerThread
    public boolean idle() {
        return TOP.compareAndSet(this, RUNNING, IDLE);
    }

    /** Announces that the owner is about to park. False: there is something to see. */
    @OwnerThread
    public boolean beginWait() {
        return TOP.compareAndSet(this, RUNNING, WAITING);
    }

    /** Whether the announced wait still holds: no message and no close since. */
    @OwnerThread
    public boolean waiting() {
        return top == WAITING;
    }

    /** Ends an announced wait. False: somebody pushed or closed first. */
    @OwnerThread
    public boolean endWait() {
        return TOP.compareAndSet(this, WAITING, RUNNING);
    }

    /** What a close found: the owner, and what was queued, newest first. */
    public record Closed(Owner owner, @Nullable Node queued) {
        /** Hands what was queued to {@code action}. */
        public void forEach(Consumer<Node> action) {
            for (Node node = queued; node != null && node.height > 0; node = node.next) {
                action.accept(node);
            }
        }
    }

    /**
     * Closes the mailbox for good. The private list stays with the owner, which drops it with
     * {@link #dropTaken} when it sees the close.
     */
    @AnyThread
    public Closed close() {
        Node seen = (Node) TOP.getAndSet(this, DEAD);
        if (seen == IDLE || seen == DEAD) return new Closed(Owner.ABSENT, null);
        if (seen == WAITING) return new Closed(Owner.WAITING, null);
        return new Closed(Owner.PRESENT, seen);
    }

    /** Empties the owner's private list. */
    @OwnerThread
    public void dropTaken(Consumer<Node> dropped) {
        for (Node node = head; node != null; node = node.next) {
            dropped.accept(node);
        }
        head = null;
        LEFT.setOpaque(this, 0);
    }

    /** Whether the mailbox is closed. */
    @AnyThread
    public boolean closed() {
        return top == DEAD;
    }

    /** Whether nobody runs and nothing is queued. */
    @AnyThread
    public boolean isIdle() {
        return top == IDLE;
    }

    /** Whether the owner is parked. */
    @AnyThread
    public boolean isWaiting() {
        return top == WAITING;
    }

    /**
     * How many messages are queued, without locking; never too few, for a moment perhaps too many.
     */
    @AnyThread
    public int depth() {
        Node seen = top;
        return seen == DEAD ? 0 : seen.height + (int) LEFT.getOpaque(this);
    }

    /**
     * How many messages are queued before {@code node}, or -1 if it is not queued, or if that
     * cannot be seen cheaply now. For diagnosis: walks lists that belong to others. A walk counts
     * only if what it began with is still in place afterwards, for nodes never come back.
     */
    @AnyThread
    public int ahead(Node node) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Node newest = top;
            Node oldest = (Node) HEAD.getOpaque(this);
            int left = (int) LEFT.getOpaque(this);
            int stacked = newest.height > LONGEST_WALK ? -1 : steps(newest, node);
            int kept = stacked >= 0 ? -1 : steps(oldest, node);
            if (top != newest || HEAD.getOpaque(this) != oldest) continue;
            return stacked >= 0 ? left + newest.height - 1 - stacked : kept;
        }
        return -1;
    }

    private static int steps(@Nullable Node from, Node wanted) {
        Node at = from;
        for (int steps = 0; at != null && steps <= LONGEST_WALK; steps++) {
            if (at == wanted) return steps;
            at = at.next;
        }
        return -1;
    }

    @Override
    public String toString() {
        Node seen = top;
        String bottom = seen.height == 0 ? seen.item.toString() : "queued";
        return "Mailbox[" + bottom + ", depth " + depth() + "]";
    }
}

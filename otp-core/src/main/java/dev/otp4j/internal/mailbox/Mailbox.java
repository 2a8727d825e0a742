/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue of many producers, the senders, and one consumer, the <em>owner</em>. It is also the
 * owner's schedule: one compare-and-set enqueues a node and tells the sender what it owes the
 * owner.
 *
 * <p>{@code top} is a stack of nodes, newest first, with one of six markers at the bottom:
 *
 * <pre>
 * IDLE     no thread runs the owner: a sender that pushes owes an activation
 * RESTED   as IDLE, and nothing has come since a look at it
 * WAITING  the owner is parked: a sender that pushes owes an unpark
 * RUNNING  a thread runs the owner, or is about to: a sender that pushes owes nothing
 * LEAVING  closed for good while it was empty: a push is refused; a thread runs the owner's last act
 * DEAD     closed for good: a push is refused
 *
 * edge                    cause                                         changed by
 * IDLE    -> n.RUNNING    push; the sender schedules the owner          any thread
 * RESTED  -> n.RUNNING    as from IDLE                                  any thread
 * WAITING -> n.RUNNING    push; the sender unparks the owner            any thread
 * x       -> n.x          push on RUNNING or on nodes                   any thread
 * n..     -> RUNNING      take of the nodes that were seen              the owner
 * RUNNING -> IDLE         nothing is queued; the owner's last step      the owner
 * RUNNING -> WAITING      nothing is queued; the owner is about to park the owner
 * WAITING -> RUNNING      the wait timed out or was interrupted         the owner
 * IDLE    -> RESTED       a look at an idle owner                       any thread
 * RESTED  -> RUNNING      seize: the thread is the owner now            any thread
 * RUNNING -> LEAVING      close of an empty mailbox                     the owner
 * any     -> DEAD         close: the only unconditional step            the thread that ended the process
 * </pre>
 *
 * <p>The markers LEAVING and DEAD have a negative height, so that a push tells with one look that
 * it is refused. A push on nodes or on RUNNING looks at no other marker.
 *
 * <p>The owner takes with a compare-and-set, never with an unconditional exchange. An exchange
 * would overwrite a DEAD that was set meanwhile, and the closed mailbox would accept messages
 * again.
 *
 * <p>The owner reverses what it takes into its {@link Backlog}, oldest first. {@code top} is the
 * only field, so that an idle process needs no other, and only pushes and changes of state write
 * its cache line. RUNNING is null, so that a take stores no reference that a garbage collector has
 * to track.
 */
public class Mailbox {

    /** What the sender has to do after a push; the marker at the bottom says it. */
    public enum Owed {
        /** The owner runs and will see the message. */
        NOTHING,
        /** No thread runs the owner: the sender has to schedule it. */
        ACTIVATION,
        /** The owner is parked: the sender has to unpark it. */
        UNPARK,
        /** The mailbox is closed; the message was not enqueued. */
        REFUSED
    }

    /** Whether a thread ran the owner when the mailbox was closed. */
    public enum Owner {
        /** No thread runs the owner. */
        ABSENT,
        /** A thread runs the owner, or a sender is about to schedule it. */
        PRESENT,
        /** The owner is parked and has to be unparked. */
        WAITING
    }

    private static final Node IDLE = new Node("idle");
    private static final Node RESTED = new Node("rested");
    private static final Node WAITING = new Node("waiting");
    private static final Node LEAVING = refusing("leaving");
    private static final Node DEAD = refusing("dead");
    private static final @Nullable Node RUNNING = null;

    private static final VarHandle TOP;

    /** Most nodes that {@link #ahead} looks at; an answer is not worth more time. */
    private static final int LONGEST_WALK = 10_000;

    private static final int ATTEMPTS = 4;

    private static final int FEWEST_SPINS = 8;
    private static final int MOST_SPINS = 128;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(Mailbox.class, "top", Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Node top; // RUNNING

    private static Node refusing(String state) {
        var marker = new Node(state);
        marker.height = -1;
        return marker;
    }

    /** A mailbox in state RUNNING: the thread that creates it runs the owner, or schedules it. */
    public Mailbox() {}

    /**
     * Enqueues a node, unless the mailbox is closed.
     *
     * <p>If the compare-and-set fails because another sender was faster, the sender spins for a
     * moment, longer each time, but a microsecond or so at most. Meanwhile the other sender can
     * push several messages from its own cache. Without this pause, two senders would take the word
     * from each other for each message.
     */
    @AnyThread
    public final Owed push(Node node) {
        for (int spins = FEWEST_SPINS; ; spins = Math.min(2 * spins, MOST_SPINS)) {
            Node seen = top;
            int height = seen == null ? 0 : seen.height;
            if (height < 0) return Owed.REFUSED;
            node.next = seen;
            node.height = height + 1;
            if (TOP.compareAndSet(this, seen, node)) {
                if (seen == null || height > 0) return Owed.NOTHING;
                return seen == WAITING ? Owed.UNPARK : Owed.ACTIVATION;
            }
            for (int i = 0; i < spins; i++) Thread.onSpinWait();
        }
    }

    /**
     * Enqueues a node if a thread runs the owner, so that the sender owes nothing.
     *
     * @return null if nothing was enqueued because the owner is idle or parked, so that the sender
     *     of a {@link #push} would owe something
     */
    @AnyThread
    public final @Nullable Owed pushIfRunning(Node node) {
        for (int spins = FEWEST_SPINS; ; spins = Math.min(2 * spins, MOST_SPINS)) {
            Node seen = top;
            int height = seen == null ? 0 : seen.height;
            if (seen != null && height == 0) return null;
            if (height < 0) return Owed.REFUSED;
            node.next = seen;
            node.height = height + 1;
            if (TOP.compareAndSet(this, seen, node)) return Owed.NOTHING;
            for (int i = 0; i < spins; i++) Thread.onSpinWait();
        }
    }

    /** The nodes that a take would take now, newest first, or null. */
    @OwnerThread
    final @Nullable Node stack() {
        Node seen = top;
        return seen != null && seen.height > 0 ? seen : null;
    }

    /**
     * Takes the nodes that were seen. False if a node came in meanwhile, or the mailbox was closed.
     */
    @OwnerThread
    final boolean take(Node seen) {
        return TOP.compareAndSet(this, seen, RUNNING);
    }

    /**
     * Goes idle if nothing has come in; afterwards the caller is no longer the owner. False: the
     * caller has to look again.
     */
    @OwnerThread
    public final boolean idle() {
        return TOP.compareAndSet(this, RUNNING, IDLE);
    }

    /** Whether the owner has been idle since the last look. This is a look, too. */
    @AnyThread
    public final boolean rested() {
        if (top == RESTED) return true;
        TOP.compareAndSet(this, IDLE, RESTED); // if this fails, it is not idle
        return false;
    }

    /**
     * Makes the calling thread the owner, if the owner has been idle since the last look. The
     * caller has to schedule the owner afterwards, as after a push.
     */
    @AnyThread
    public final boolean seize() {
        return TOP.compareAndSet(this, RESTED, RUNNING);
    }

    /**
     * Closes the mailbox if nothing is queued. The owner may still do its last act.
     *
     * @return false if a node has come in
     */
    @OwnerThread
    public final boolean closeEmpty() {
        return TOP.compareAndSet(this, RUNNING, LEAVING);
    }

    /**
     * Announces that the owner is about to park. False: there is a message or a close to look at.
     */
    @OwnerThread
    public final boolean beginWait() {
        return TOP.compareAndSet(this, RUNNING, WAITING);
    }

    /** Whether the announced wait still holds: no message and no close has come since. */
    @OwnerThread
    public final boolean waiting() {
        return top == WAITING;
    }

    /**
     * Ends an announced wait. False: another thread has pushed a node or closed the mailbox first.
     */
    @OwnerThread
    public final boolean endWait() {
        return TOP.compareAndSet(this, WAITING, RUNNING);
    }

    /** What a close found: the owner's state, and the queued nodes, newest first. */
    public record Closed(Owner owner, @Nullable Node queued) {
        /** Hands each queued node to {@code action}. */
        public void forEach(Consumer<Node> action) {
            for (Node node = queued; node != null && node.height > 0; node = node.next) {
                action.accept(node);
            }
        }
    }

    /**
     * Closes the mailbox for good. The owner keeps its {@link Backlog}, and drops it when it sees
     * the close. Allocates nothing.
     *
     * @return what the mailbox had, for {@link #closed(Node)}; only the first call gets anything
     */
    @AnyThread
    public final @Nullable Node shut() {
        return (Node) TOP.getAndSet(this, DEAD);
    }

    /** Closes the mailbox with {@link #shut}, and says what was found. */
    @AnyThread
    public final Closed close() {
        return closed(shut());
    }

    /** Says what a {@link #shut} found. */
    public static Closed closed(@Nullable Node seen) {
        if (seen == IDLE || seen == RESTED || seen == DEAD) return new Closed(Owner.ABSENT, null);
        if (seen == LEAVING) return new Closed(Owner.PRESENT, null);
        if (seen == WAITING) return new Closed(Owner.WAITING, null);
        return new Closed(Owner.PRESENT, seen);
    }

    /** Whether the mailbox is closed. */
    @AnyThread
    public final boolean closed() {
        Node seen = top;
        return seen != null && seen.height < 0;
    }

    /** Whether no thread runs the owner and nothing is queued. */
    @AnyThread
    public final boolean isIdle() {
        Node seen = top;
        return seen == IDLE || seen == RESTED;
    }

    /** Whether the owner is parked. */
    @AnyThread
    public final boolean isWaiting() {
        return top == WAITING;
    }

    /**
     * How many messages are queued and not taken. A thread that adds {@link Backlog#left} has to
     * read this first.
     */
    @AnyThread
    public final int stacked() {
        Node seen = top;
        return seen == null ? 0 : Math.max(0, seen.height);
    }

    /**
     * How many messages are queued before {@code node}, or -1 if it is not queued, or if that
     * cannot be found out cheaply now. For diagnosis: walks lists that other threads change. A walk
     * counts only if its first node is still in place afterwards, because a node never comes back.
     *
     * @param taken the owner's backlog, or null if there is none
     */
    @AnyThread
    public final int ahead(Node node, @Nullable Backlog taken) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Node newest = top;
            int height = newest == null ? 0 : newest.height;
            Node oldest = taken == null ? null : taken.oldest();
            int left = taken == null ? 0 : taken.left();
            int stacked = height > LONGEST_WALK ? -1 : steps(newest, node);
            int kept = stacked >= 0 ? -1 : steps(oldest, node);
            if (top != newest || taken != null && taken.oldest() != oldest) continue;
            return stacked >= 0 ? left + height - 1 - stacked : kept;
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
        if (seen == null) return "Mailbox[running]";
        return seen.height <= 0
                ? "Mailbox[" + seen.item + "]"
                : "Mailbox[queued " + seen.height + "]";
    }
}

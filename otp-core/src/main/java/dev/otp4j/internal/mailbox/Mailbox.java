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
 * <p>What was taken is reversed into the owner's {@link Backlog}, oldest first. {@code top} is the
 * only field: an idle process has no other, and nobody but senders and takes writes its cache line.
 * RUNNING is null, so that a take stores no reference that a collector has to look at.
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
    private static final Node DEAD = new Node("dead");
    private static final @Nullable Node RUNNING = null;

    private static final VarHandle TOP;

    /** A longer walk is not worth an answer. */
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

    /** A mailbox in state RUNNING: its creator is the owner, or schedules one. */
    public Mailbox() {}

    /**
     * Enqueues, unless the mailbox is closed.
     *
     * <p>Who comes in another's way waits for a moment, a microsecond or so at most, longer each
     * time: the other then sends a row of messages from its own cache. Without that, each of two
     * senders takes the word from the other for each message.
     */
    @AnyThread
    public Owed push(Node node) {
        for (int spins = FEWEST_SPINS; ; spins = Math.min(2 * spins, MOST_SPINS)) {
            Node seen = top;
            if (seen == DEAD) return Owed.REFUSED;
            node.next = seen;
            node.height = seen == null ? 1 : seen.height + 1;
            if (TOP.compareAndSet(this, seen, node)) {
                if (seen == IDLE) return Owed.ACTIVATION;
                return seen == WAITING ? Owed.UNPARK : Owed.NOTHING;
            }
            for (int i = 0; i < spins; i++) Thread.onSpinWait();
        }
    }

    /**
     * Enqueues if the owner runs, so that nothing is owed for it.
     *
     * @return null if nothing was enqueued because the owner is idle or parked: a {@link #push}
     *     would owe something
     */
    @AnyThread
    public @Nullable Owed pushIfRunning(Node node) {
        for (int spins = FEWEST_SPINS; ; spins = Math.min(2 * spins, MOST_SPINS)) {
            Node seen = top;
            if (seen == IDLE || seen == WAITING) return null;
            if (seen == DEAD) return Owed.REFUSED;
            node.next = seen;
            node.height = seen == null ? 1 : seen.height + 1;
            if (TOP.compareAndSet(this, seen, node)) return Owed.NOTHING;
            for (int i = 0; i < spins; i++) Thread.onSpinWait();
        }
    }

    /** What a take would take now, or null. */
    @OwnerThread
    @Nullable Node stack() {
        Node seen = top;
        return seen != null && seen.height > 0 ? seen : null;
    }

    /** Takes what was seen; false if something came in, or the mailbox was closed. */
    @OwnerThread
    boolean take(Node seen) {
        return TOP.compareAndSet(this, seen, RUNNING);
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
     * Closes the mailbox for good. The {@link Backlog} stays with the owner, which drops it when it
     * sees the close. Allocates nothing.
     *
     * @return what was there, for {@link #closed(Node)}; only the first close finds it
     */
    @AnyThread
    public @Nullable Node shut() {
        return (Node) TOP.getAndSet(this, DEAD);
    }

    /** {@link #shut}, and says what was found. */
    @AnyThread
    public Closed close() {
        return closed(shut());
    }

    /** What a {@link #shut} found. */
    public static Closed closed(@Nullable Node seen) {
        if (seen == IDLE || seen == DEAD) return new Closed(Owner.ABSENT, null);
        if (seen == WAITING) return new Closed(Owner.WAITING, null);
        return new Closed(Owner.PRESENT, seen);
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

    /** How many messages are queued and not taken; to be read before {@link Backlog#left}. */
    @AnyThread
    public int stacked() {
        Node seen = top;
        return seen == null ? 0 : seen.height;
    }

    /**
     * How many messages are queued before {@code node}, or -1 if it is not queued, or if that
     * cannot be seen cheaply now. For diagnosis: walks lists that belong to others. A walk counts
     * only if what it began with is still in place afterwards, for nodes never come back.
     *
     * @param taken what the owner has taken, or null if there is none
     */
    @AnyThread
    public int ahead(Node node, @Nullable Backlog taken) {
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
        return seen.height == 0
                ? "Mailbox[" + seen.item + "]"
                : "Mailbox[queued " + seen.height + "]";
    }
}

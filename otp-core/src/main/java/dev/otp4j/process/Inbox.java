/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Backlog;
import dev.otp4j.internal.mailbox.LimitedMailbox;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import dev.otp4j.internal.threads.Scheduler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the owner of a mailbox reads it: in order, or selectively, where it puts aside the messages
 * that it does not select.
 *
 * <p>Messages that were put aside are older than everything in the mailbox and are read first. They
 * count into the process's depth. Only the owner's thread uses this, except for that count.
 */
class Inbox {
    private static final VarHandle KEPT;

    static {
        try {
            KEPT = MethodHandles.lookup().findVarHandle(Inbox.class, "kept", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ProcessCell cell;
    private final ArrayDeque<Node> aside = new ArrayDeque<>();

    /** A selector that has refused every node that is aside, or null. */
    private @Nullable MessageFilter<?> refusedBy;

    /** How many subjects the process had made when the last node was put aside. */
    private long subjects;

    /**
     * How many nodes were ever put aside: a monitor that is younger than all of them is not among
     * them.
     */
    private long putAside;

    /** How many nodes are aside; written by the owner, read by any thread (opaque). */
    private int kept;

    /** How many of the nodes that are aside are urgent. */
    private int urgent;

    Inbox(ProcessCell cell) {
        this.cell = cell;
    }

    /**
     * Removes the node that comes next, or returns null.
     *
     * @param suspended whether the process is suspended
     */
    @OwnerThread
    @Nullable Node next(boolean suspended) {
        return suspended ? nextUrgent() : next();
    }

    /**
     * Whether the node that {@link #next(boolean)} has returned is to be put aside. Asked only if
     * the process is suspended or needs permits.
     */
    @OwnerThread
    boolean keepsBack(Node node, boolean suspended) {
        return suspended && !cell.isUrgent(node);
    }

    /** Called when the process has ended and none of its code runs; may be called again. */
    @AnyThread
    void ended() {}

    /** Removes the oldest node, or returns null. */
    @OwnerThread
    @Nullable Node next() {
        return take();
    }

    @OwnerThread
    final @Nullable Node take() {
        Node node = aside.poll();
        if (node == null) return poll();
        release();
        if (urgent > 0 && cell.isUrgent(node)) urgent--;
        return node;
    }

    /**
     * Removes the oldest urgent node; if there is none, the oldest one that was not looked at yet;
     * else returns null.
     */
    @OwnerThread
    @Nullable Node nextUrgent() {
        Node older = takeUrgent();
        return older != null ? older : poll();
    }

    @OwnerThread
    final @Nullable Node takeUrgent() {
        if (urgent == 0) return null;
        for (Iterator<Node> all = aside.iterator(); all.hasNext(); ) {
            Node node = all.next();
            if (!cell.isUrgent(node)) continue;
            all.remove();
            release();
            urgent--;
            return node;
        }
        return null;
    }

    /** Removes the oldest message that was not looked at yet, or returns null. */
    @OwnerThread
    @Nullable Node poll() {
        return cell.poll();
    }

    /** The oldest node that is aside, which stays there; or null. */
    @OwnerThread
    final @Nullable Node oldestAside() {
        return aside.peek();
    }

    /** Puts a node aside until the process is resumed, or has a permit. */
    @OwnerThread
    void postpone(Node node) {
        postponeNow(node);
    }

    @OwnerThread
    final void postponeNow(Node node) {
        refusedBy = null;
        putAside(node);
    }

    /** Puts a node aside before all others. */
    @OwnerThread
    void putFirst(Node node) {
        aside.addFirst(node);
        KEPT.setOpaque(this, kept + 1);
    }

    private void putAside(Node node) {
        aside.add(node);
        putAside++;
        subjects = cell.subjectsMade();
        KEPT.setOpaque(this, kept + 1);
        if (cell.isUrgent(node)) urgent++;
    }

    /**
     * Takes the oldest message that the selector accepts.
     *
     * @param nanos longest time to wait, {@link Long#MAX_VALUE} for no limit
     * @return what the selector made of the message, or null if none was accepted in time
     * @throws ProcessExit if the process has ended
     * @throws ReceiveInterruptedException if the thread was interrupted while it waited
     */
    @OwnerThread
    final <P> @Nullable P receive(MessageFilter<P> selector, long nanos) {
        cell.checkAlive();
        if (!refused(selector)) {
            Node older = older(selector);
            if (older != null) {
                return handled(Objects.requireNonNull(selector.handler(older, cell.self())), older);
            }
            refusedBy = selector;
        }
        Scheduler scheduler = cell.runtime.scheduler;
        long start = nanos == Long.MAX_VALUE ? 0 : scheduler.nanoTime();
        for (; ; ) {
            Node node = younger(selector);
            if (node != null) {
                return handled(Objects.requireNonNull(selector.handler(node, cell.self())), node);
            }
            cell.checkAlive();
            long left = nanos == Long.MAX_VALUE ? nanos : nanos - (scheduler.nanoTime() - start);
            if (left <= 0) return null;
            park(scheduler, left);
        }
    }

    /**
     * Removes the oldest node that was not looked at yet and that the selector takes, and puts
     * aside those before it. Null if there is none. Runs no code of the application.
     */
    @OwnerThread
    @Nullable Node younger(MessageFilter<?> selector) {
        for (Node node; (node = poll()) != null; ) {
            if (selects(selector, node)) return node;
            cell.checkAlive();
        }
        return null;
    }

    /** Whether the selector takes a node. If not it is put aside, or forgotten if it is void. */
    @OwnerThread
    final boolean selects(MessageFilter<?> selector, Node node) {
        if (cancelled(node)) return false;
        if (selector.handler(node, cell.self()) != null) return true;
        putAside(node);
        refusedBy = selector; // an earlier selector has not seen this node
        return false;
    }

    /** Parks until a message, a close, an interrupt or the time limit; the caller looks again. */
    private void park(Scheduler scheduler, long nanos) {
        if (!cell.mailbox.beginWait()) return;
        Current.settleBeforeWait();
        scheduler.park(cell, nanos);
        if (!cell.mailbox.waiting()) return;
        cell.mailbox.endWait();
        if (Thread.interrupted()) {
            cell.checkAlive();
            Thread.currentThread().interrupt();
            throw new ReceiveInterruptedException(cell.toString());
        }
    }

    /**
     * Whether the selector surely takes none of the nodes that are aside; found out without a look
     * at each.
     */
    private boolean refused(MessageFilter<?> selector) {
        return aside.isEmpty() || selector.refusesToo(refusedBy, subjects, putAside);
    }

    /** How many messages are aside. */
    @AnyThread
    final int kept() {
        return (int) KEPT.getOpaque(this);
    }

    private void release() {
        KEPT.setOpaque(this, kept - 1);
    }

    /** How many nodes were put aside so far; a new monitor records this. */
    final long putAside() {
        return putAside;
    }

    /**
     * Removes the oldest node that is aside and that the selector takes. Also removes each older
     * DOWN if its monitor was removed. Runs no code of the application.
     */
    @OwnerThread
    @Nullable Node older(MessageFilter<?> selector) {
        for (Iterator<Node> all = aside.iterator(); all.hasNext(); ) {
            Node node = all.next();
            boolean gone = cancelled(node);
            if (!gone && selector.handler(node, cell.self()) == null) continue;
            all.remove();
            release();
            if (urgent > 0 && cell.isUrgent(node)) urgent--;
            if (!gone) return node;
        }
        return null;
    }

    /**
     * Runs the user's function for a node that was removed before. The function may receive, which
     * changes what is aside, or it may throw.
     */
    private <P> P handled(Function<Object, P> handler, Node removed) {
        if (removed instanceof Tick tick) tick.taken();
        left(removed);
        P result = MessageFilter.run(handler, removed);
        cell.checkAlive();
        return result;
    }

    /** A node has left the mailbox for good. */
    private void left(Node node) {
        if (cell.mailbox instanceof LimitedMailbox limited) limited.left(node, true);
    }

    /**
     * Whether a node is a DOWN of a monitor that was removed meanwhile; such a node counts as
     * flushed.
     */
    static boolean cancelled(Node node) {
        return node instanceof Signal.MonitorDown down && down.message().monitor().cancelled;
    }

    /** Drops what was put aside; the process is dead. */
    @OwnerThread
    void dropAside(Consumer<Node> dropped) {
        List<Node> all = List.copyOf(aside); // before listeners are told: nothing is aside then
        aside.clear();
        KEPT.setOpaque(this, 0);
        urgent = 0;
        all.forEach(dropped);
    }

    /** Removes the oldest node for {@link #flush}. */
    @OwnerThread
    @Nullable Node flushed() {
        return take();
    }

    /** Hands each node that is aside to {@code action}, the oldest first. */
    @OwnerThread
    final void forEachAside(Consumer<Node> action) {
        aside.forEach(action);
    }

    /** Drops every node that is queued now, except system requests. */
    @OwnerThread
    final void flush(Consumer<Node> dropped) {
        var kept = new ArrayDeque<Node>();
        for (int left = cell.depth(); left > 0; left--) {
            Node node = flushed();
            if (node == null) break;
            if (node instanceof Tick tick) tick.taken();
            if (node instanceof Signal.SystemRequest) {
                kept.add(node);
                continue;
            }
            left(node);
            dropped.accept(node);
        }
        kept.forEach(this::postpone);
    }

    // ---- of a retained mailbox; see RetainedInbox

    /** The messages that were taken out of the mailbox, if they are here and not in the runner. */
    @AnyThread
    @Nullable Backlog taken() {
        return null;
    }

    /** Whether all that was taken out of the mailbox was handed on. */
    @OwnerThread
    boolean isUsedUp() {
        return true;
    }

    /** The oldest message that the process has taken and not handled, which stays; or null. */
    @OwnerThread
    @Nullable Node peek() {
        Runner own = cell.runner;
        return !aside.isEmpty() || own == null ? aside.peek() : own.backlog.peek();
    }

    /** Removes that message, which joins the batch in hand. False if the process has ended. */
    @OwnerThread
    boolean join() {
        return take() != null;
    }

    /** Says that the handler of the message in hand has returned. */
    @OwnerThread
    void settled() {}

    /** Says that senders reach the process by its name from now on. Under the name's lock. */
    void open() {}

    /** Whether a dead process is about to leave messages to the next process of its name. */
    @AnyThread
    boolean isLeaving() {
        return false;
    }

    /** Whether watchers are still told of the end of the dead process. Under the cell's lock. */
    boolean keepsWatchers() {
        return false;
    }

    /** Says that watchers are listed no more. Under the cell's lock; must call nothing. */
    void closeWatchers() {}

    /**
     * Leaves messages to the next process of the name. Called by the thread that tells of the end,
     * again if that has failed. Runs no code of the application but a {@link Vacancy.Varying}.
     *
     * @param found what {@link dev.otp4j.internal.mailbox.Mailbox#shut} has found
     */
    void leave(@Nullable Node found, ExitReason reason) {}

    /** The setting of a process whose mailbox is retained, else null. */
    @AnyThread
    @Nullable MailboxRetention retention() {
        return null;
    }

    /** Counts what was not left to the next process. Called once, outside of any process. */
    void reportLeft(@Nullable Node found) {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Backlog;
import dev.otp4j.internal.mailbox.Mailbox;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import dev.otp4j.internal.threads.ThreadContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The inbox of a process whose mailbox is retained: the next process of its name gets what this one
 * has not begun to handle. See {@link MailboxRetention}.
 *
 * <p>The owner takes each message in a <em>claim</em>: a short stretch between {@link #enter} and
 * {@code leaveCall}, in which it moves the message from one list to another and notes it as in
 * hand. The stretch is that of an engine call: it begins only if the process lives, and the thread
 * that has ended the process waits for its end before it looks at the lists. So a message is either
 * in hand or left to the next process, and the lists are the other thread's from then on, even if
 * the owner's thread hangs in a handler for ever. No code of the application runs in the stretch.
 *
 * <pre>
 * field           written by                                   read by
 * taken, aside,   the owner, in a claim; after the end by      the thread that tells of the end, after awaitCall; tools
 * inHand, joined, the thread that reports it                   read the counts
 * received
 * opened          under the name's lock                        the thread that tells of the end, under it
 * left            the thread that tells of the end             the thread that reports it
 * over            the thread that tells of the end, once all   any thread (volatile)
 *                 is left
 * watchersClosed  under the cell's lock                        under the cell's lock
 * </pre>
 *
 * <p>What was taken is in here and not in the runner: at the end of a batch it would be between two
 * runners for a moment, where another thread does not find it.
 */
class RetainedInbox extends Inbox {
    /**
     * To which name messages are left.
     *
     * @param subject the subject of that name
     */
    record Setting(NameState name, Object subject, MailboxRetention retention) {}

    private final @Nullable Setting setting;
    private final Backlog taken = new Backlog();

    /** The message that the handler was given; for a batch its first one. */
    private @Nullable Node inHand;

    /** The other messages of the batch in hand. */
    private List<Node> joined = List.of();

    /** The message that the handler has taken last in a selective receive. */
    private @Nullable Node received;

    private boolean opened;
    private @Nullable LeftMessages left;
    private volatile boolean over;
    private boolean watchersClosed;

    /**
     * @param setting null for a process whose mailbox is not retained
     */
    RetainedInbox(ProcessCell cell, @Nullable Setting setting) {
        super(cell);
        this.setting = setting;
    }

    // ---- the owner

    /** Begins a claim. False if the process has ended: what is queued is not its own any more. */
    private boolean enter() {
        if (setting == null) return true;
        cell.inCall = true; // volatile: before the read of exit; partner: decide, then awaitCall
        if (cell.alive()) return true;
        cell.inCall = false;
        return false;
    }

    private void exit() {
        if (setting != null) cell.leaveCall();
    }

    @Override
    @OwnerThread
    @Nullable Node next() {
        if (!enter()) return null;
        try {
            Node node = take();
            hold(node);
            exit();
            return node;
        } catch (Throwable thrown) {
            cell.inCall = false; // no call: the stack may be full
            throw thrown;
        }
    }

    /** The same for a suspended process. What is not urgent is put aside in the same step. */
    @Override
    @OwnerThread
    @Nullable Node nextUrgent() {
        if (setting == null) return super.nextUrgent();
        if (!enter()) return null;
        try {
            hold(null);
            Node node = takeUrgent();
            while (node == null && (node = poll()) != null && !cell.isUrgent(node)) {
                postponeNow(node);
                node = null;
            }
            hold(node);
            exit();
            return node;
        } catch (Throwable thrown) {
            cell.inCall = false; // no call: the stack may be full
            throw thrown;
        }
    }

    private void hold(@Nullable Node node) {
        if (setting == null) return;
        inHand = node;
        if (!joined.isEmpty()) joined = List.of();
        received = null;
    }

    @Override
    @OwnerThread
    @Nullable Node poll() {
        return setting == null ? super.poll() : taken.poll(cell.mailbox);
    }

    @Override
    @OwnerThread
    void postpone(Node node) {
        if (!enter()) return;
        try {
            postponeNow(node);
            if (inHand == node) inHand = null;
        } finally {
            cell.inCall = false; // no call: the stack may be full
        }
    }

    @Override
    @OwnerThread
    void putFirst(Node node) {
        if (!enter()) return;
        try {
            super.putFirst(node);
        } finally {
            cell.inCall = false; // no call: the stack may be full
        }
    }

    @Override
    @OwnerThread
    @Nullable Node older(MessageFilter<?> selector) {
        ThreadContext.ensureStack(); // a handler may be deep in a recursion
        if (!enter()) return null;
        try {
            Node node = super.older(selector);
            if (node != null && setting != null) received = node;
            return node;
        } finally {
            cell.inCall = false; // no call: the stack may be full
        }
    }

    @Override
    @OwnerThread
    @Nullable Node younger(MessageFilter<?> selector) {
        if (setting == null) return super.younger(selector);
        ThreadContext.ensureStack();
        while (enter()) {
            try {
                Node node = poll();
                if (node == null) return null;
                if (!selects(selector, node)) continue;
                received = node;
                return node;
            } finally {
                cell.inCall = false; // no call: the stack may be full
            }
        }
        return null;
    }

    @Override
    @OwnerThread
    @Nullable Node flushed() {
        ThreadContext.ensureStack();
        if (!enter()) return null;
        try {
            return take();
        } finally {
            cell.inCall = false; // no call: the stack may be full
        }
    }

    @Override
    @OwnerThread
    boolean isUsedUp() {
        return setting == null ? super.isUsedUp() : taken.isEmpty();
    }

    @Override
    @OwnerThread
    @Nullable Node peek() {
        if (setting == null) return super.peek();
        Node aside = oldestAside();
        return aside == null ? taken.peek() : aside;
    }

    @Override
    @OwnerThread
    boolean join() {
        if (setting == null) return super.join();
        ThreadContext.ensureStack();
        if (!enter()) return false;
        try {
            Node next = peek();
            if (next == null) return false;
            if (joined.isEmpty()) joined = new ArrayList<>();
            joined.add(next);
            return take() != null;
        } finally {
            cell.inCall = false; // no call: the stack may be full
        }
    }

    @Override
    @OwnerThread
    void settled() {
        if (setting == null || !enter()) return;
        hold(null);
        cell.inCall = false;
    }

    /** Does nothing: {@link #reportLeft} reports what is here. */
    @Override
    void dropAside(Consumer<Node> dropped) {
        if (setting == null) super.dropAside(dropped);
    }

    // ---- tools

    @Override
    @AnyThread
    @Nullable Backlog taken() {
        return setting == null ? null : taken;
    }

    @Override
    @AnyThread
    @Nullable MailboxRetention retention() {
        return setting == null ? null : setting.retention();
    }

    // ---- the end of the process

    @Override
    void open() {
        opened = true;
    }

    @Override
    @AnyThread
    boolean isLeaving() {
        return setting != null && !over;
    }

    @Override
    boolean keepsWatchers() {
        return setting != null && !watchersClosed;
    }

    @Override
    void closeWatchers() {
        watchersClosed = true;
    }

    @Override
    void leave(@Nullable Node found, ExitReason reason) {
        Setting to = setting;
        if (over || to == null) return;
        try {
            Vacancy asked = to.name().asked();
            LeftMessages sorted = sorted(to, found, reason);
            left = sorted;
            if (opened) sorted.fate = to.name().keep(cell, sorted.going, asked);
        } catch (OutOfMemoryError none) {
            left = null; // nothing is left to the next process: it is dropped
        }
        over = true;
    }

    private LeftMessages sorted(Setting to, @Nullable Node found, ExitReason reason) {
        var sorted = new LeftMessages(to.subject(), to.retention(), reason);
        if (inHand != null) sorted.inHand(inHand);
        joined.forEach(sorted::inHand);
        if (received != null) sorted.inHand(received);
        forEachQueued(found, sorted::queued);
        return sorted;
    }

    /** Hands on each message that is not in hand, the oldest first. */
    private void forEachQueued(@Nullable Node found, Consumer<Node> action) {
        forEachAside(action);
        taken.forEach(action);
        var stack = new ArrayList<Node>();
        Mailbox.closed(found).forEach(stack::add);
        stack.reversed().forEach(action);
    }

    @Override
    void reportLeft(@Nullable Node found) {
        LeftMessages sorted = left;
        if (sorted == null || setting == null) {
            forEachQueued(found, node -> cell.runtime.drop(DropReason.DEAD, node, cell));
        } else {
            sorted.report(cell, setting.name());
        }
        left = null;
        inHand = null;
        joined = List.of();
        received = null;
        taken.drop(node -> {});
        super.dropAside(node -> {});
    }
}

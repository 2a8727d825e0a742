/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.LimitedMailbox;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.mailbox.Room;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import dev.otp4j.internal.threads.ThreadContext;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox with a {@link MailboxLimit}. A sender takes a place in its {@link Room} before it
 * pushes a message, outside of any engine call; signals are pushed without a place.
 *
 * <pre>
 * a sender that waits        appends itself to waiting, then looks for room
 * the owner                  counts a message out; with the last one of its backlog, looks for waiting senders
 * whichever finds both room and a waiting sender takes the place for the first one and wakes that
 * </pre>
 *
 * <p>So senders are not woken for each message, but when the owner is about to look into the
 * mailbox again. Between "count out" and "look for waiting senders" there is a fence, and one in
 * the append: one of the two sees the other.
 *
 * <p>While senders wait, a new one waits behind them.
 */
final class BoundedMailbox extends LimitedMailbox {
    /** What came of an attempt to take a place. */
    enum Entry {
        /** The sender has a place. */
        ENTERED,
        /** There is no room. */
        FULL,
        /** The receiver has ended. */
        CLOSED
    }

    private final MailboxLimit limit;
    private final ConcurrentLinkedQueue<RoomWait> waiting = new ConcurrentLinkedQueue<>();

    /** Guards itself. */
    private final Losses losses = new Losses();

    BoundedMailbox(MailboxLimit limit) {
        super(limit.capacity());
        this.limit = limit;
    }

    /** The mailbox of a process if that has a limit, else null. */
    @AnyThread
    static @Nullable BoundedMailbox of(ProcessPort process) {
        return process instanceof ProcessCell cell && cell.mailbox instanceof BoundedMailbox own
                ? own
                : null;
    }

    // ---- senders

    /**
     * Takes a place for a message, or waits for one.
     *
     * @param sender the current thread's runner, or null
     * @param nanos longest time that this sender would wait; zero if it must not
     * @throws ProcessExit if the current process has ended
     */
    @AnyThread
    Entry enter(ProcessCell receiver, @Nullable Runner sender, long nanos) {
        ThreadContext.ensureStack(); // no overflow between the place and the push
        if (waiting.isEmpty() && room.enter()) return Entry.ENTERED;
        boolean waits = limit.whenFull() == MailboxLimit.WhenFull.BLOCK && nanos > 0;
        if (!waits || !mayWait(receiver, sender)) {
            return receiver.alive() ? Entry.FULL : Entry.CLOSED;
        }
        long most = Math.min(nanos, Arguments.nanos("longestWait", limit.longestWait()));
        return await(new RoomWait(sender == null ? null : sender.current, receiver), most);
    }

    /** Takes a place for a message if there is one. For threads that must not wait. */
    @AnyThread
    boolean tryEnter() {
        return waiting.isEmpty() && room.enter();
    }

    private static boolean mayWait(ProcessCell receiver, @Nullable Runner sender) {
        if (sender == null) return !ThreadContext.isEngineThread();
        return sender.current != null && sender.current != receiver;
    }

    private Entry await(RoomWait wait, long nanos) {
        ProcessCell receiver = wait.receiver;
        if (!receiver.watch(wait)) return Entry.CLOSED;
        try {
            waiting.add(wait);
            letIn();
            var unused = wait.await(wait.sender, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable ended) {
            if (leave(wait) == Entry.ENTERED) giveBack();
            throw ended;
        }
        return leave(wait);
    }

    /** A sender waits no more; a place that it was given just now still counts. */
    private Entry leave(RoomWait wait) {
        wait.receiver.unwatch(wait);
        if (wait.complete(RoomWait.End.LEFT)) waiting.remove(wait);
        Object end = wait.outcome();
        if (end == RoomWait.End.CLOSED) waiting.remove(wait);
        if (end == RoomWait.End.LEFT) return Entry.FULL;
        return end == RoomWait.End.ENTERED ? Entry.ENTERED : Entry.CLOSED;
    }

    @Override
    @AnyThread
    public void giveBack() {
        room.withdraw();
        letIn();
    }

    /** Gives places to the senders that wait, the first one first. */
    @AnyThread
    private void letIn() {
        while (!waiting.isEmpty() && room.enter()) {
            RoomWait first = waiting.poll();
            if (first == null || !wake(first)) room.withdraw();
        }
    }

    /** Tells a sender that it has a place. False if it waits no more. */
    private static boolean wake(RoomWait first) {
        Debts debts = first.receiver.runtime.debts;
        Debts.Entered debtor = debts.enter();
        debtor.unwoken = first;
        try {
            boolean woken = first.complete(RoomWait.End.ENTERED);
            debtor.unwoken = null;
            debts.leave(debtor);
            return woken;
        } catch (Throwable thrown) {
            debtor.abandoned = true; // the sentry wakes the sender if it has the place
            throw thrown;
        }
    }

    /** The message of the exception for a request that found no room. */
    String refusal(Pid receiver) {
        String text = "the mailbox of %s is full: it has room for %d messages";
        return text.formatted(receiver, limit.capacity());
    }

    /** Counts a message that found no room, and says so in the log. */
    void refused(ProcessPort refusing, Object message) {
        ProcessCell receiver = (ProcessCell) refusing;
        receiver.runtime.drop(DropReason.FULL, new Node(message), receiver);
        if (limit.whenFull() == MailboxLimit.WhenFull.DROP_NEWEST) return;
        long told;
        synchronized (losses) {
            told = losses.add(receiver.runtime.scheduler.nanoTime());
        }
        if (told == 0) return;
        String count = told == 1 ? "a message" : told + " messages, the last";
        receiver.runtime.warn(
                "the mailbox of %s is full with %d messages: it dropped %s of type %s, and will drop further messages while it is full"
                        .formatted(
                                receiver, limit.capacity(), count, message.getClass().getName()));
    }

    // ---- the owner

    @Override
    @OwnerThread
    public void left(Node node, boolean last) {
        if (!(node instanceof Signal)) room.leave();
        if (!last) return;
        VarHandle.fullFence(); // partner: the append to waiting, which letIn follows
        if (!waiting.isEmpty()) letIn();
    }

    // ---- tools

    MailboxLimit limit() {
        return limit;
    }

    /** How many senders wait. */
    @AnyThread
    int waitingSenders() {
        return waiting.size();
    }

    @Override
    public String toString() {
        return "%s of %d".formatted(super.toString(), limit.capacity());
    }
}

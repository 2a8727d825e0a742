/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Backlog;
import dev.otp4j.internal.mailbox.Mailbox;
import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A local process: {@link ProcessLife} says whether it lives, {@link ProcessTies} what is told when
 * it ends; here are its messages, its place in the tree, and the exit signals that it gets.
 *
 * <pre>
 * field                written by                              read by
 * behavior             owner, plain; cleared when an idle      owner; tools may read a stale value
 *                      process has ended
 * parent               as behavior                             as behavior
 * place                any thread, plain: text for what        any thread
 *                      makes it
 * </pre>
 */
final class ProcessCell extends ProcessTies {
    @Nullable ProcessPort parent;
    @Nullable BehaviorState<?> behavior;

    /** See {@link Place}. */
    private @Nullable Object place;

    ProcessCell(
            Engine runtime,
            @Nullable ProcessPort parent,
            @Nullable Object place,
            @Nullable NameState ownName,
            boolean interruptOnKill,
            @Nullable BehaviorState<?> behavior) {
        super(runtime, interruptOnKill, ownName);
        this.parent = parent;
        this.place = place;
        this.behavior = behavior;
    }

    // ---- life

    /** {@link #decide}; {@code debtor} owes what follows. */
    @AnyThread
    boolean decide(ExitReason reason, Debtor debtor) {
        if (!decide(reason)) return false;
        debtor.ended = this; // no call since the decision: no error in between
        return true;
    }

    /** Ends the process and tells everybody; does nothing if it has ended. */
    @AnyThread
    void end(ExitReason reason) {
        runtime.debts.take(debtor -> decide(reason, debtor));
    }

    /**
     * Whether the process lives still but is about to end: a behaviour obeys its parent's exit, and
     * that has ended.
     */
    @AnyThread
    boolean isOrphan() {
        ProcessPort above = parent;
        return behavior != null && above != null && !above.alive();
    }

    /**
     * The owner's thread leaves this dead cell: afterwards no interrupt meant for it can arrive.
     */
    @OwnerThread
    void leave() {
        try {
            Current.outside(this::dropRest);
        } catch (Throwable noMemory) {
            // what was not counted is dropped all the same
        }
        clear();
        leaveInterrupts();
        runner = null;
    }

    private void dropRest() {
        Runner own = runner;
        if (own != null) own.backlog.drop(node -> runtime.drop(DropReason.DEAD, node, this));
        Inbox used = inboxIfUsed();
        if (used != null) used.dropAside(node -> runtime.drop(DropReason.DEAD, node, this));
    }

    /** Lets go of what the dead process held. */
    void clear() {
        // a kept pid keeps no more than a text
        try {
            if (place instanceof Supplier<?>) keptThreadName();
        } catch (Throwable noMemory) {
            // it keeps more
        }
        parent = null;
        behavior = null;
        dropInbox();
    }

    // ---- mailbox

    /** The oldest message, or null; those that were put aside are older. */
    @OwnerThread
    @Nullable Node poll() {
        Runner own = runner;
        if (own == null) throw new IllegalStateException("no thread runs " + this);
        return own.backlog.poll(mailbox);
    }

    /**
     * How many messages are queued, without locking; never too few, for a moment perhaps too many.
     */
    @AnyThread
    int depth() {
        if (mailbox.closed()) return 0;
        int stacked = mailbox.stacked(); // first: what is taken meanwhile is counted twice
        Backlog taken = backlog();
        Inbox used = inboxIfUsed();
        return stacked + (taken == null ? 0 : taken.left()) + (used == null ? 0 : used.kept());
    }

    /** How many messages are queued before {@code node}, or -1; see {@link Mailbox#ahead}. */
    @AnyThread
    int ahead(Node node) {
        int ahead = mailbox.ahead(node, backlog());
        Inbox used = inboxIfUsed();
        return ahead < 0 || used == null ? ahead : ahead + used.kept();
    }

    /** What the thread that runs the process has taken, or null. */
    @AnyThread
    @Nullable Backlog backlog() {
        Runner running = runner;
        return running == null ? null : running.backlogOf(this);
    }

    @OwnerThread
    Inbox inbox() {
        Inbox own = inboxIfUsed();
        if (own != null) return own;
        own = new Inbox(this);
        keepInbox(own);
        Runner running = runner;
        if (running != null) running.inbox = own;
        return own;
    }

    /** Whether it is dispatched even while the process is suspended. */
    @OwnerThread
    boolean isUrgent(Node node) {
        return node instanceof Signal.SystemRequest
                || node instanceof Signal.Exit exit && exit.message().pid() == parent;
    }

    @Override
    @AnyThread
    Owed enqueue(Node node) {
        return mailbox.push(node);
    }

    @Override
    @AnyThread
    @Nullable Owed enqueueIfRunning(Node node) {
        return mailbox.pushIfRunning(node);
    }

    @Override
    @AnyThread
    void settle(Owed owed, @Nullable Debtor sender) {
        switch (owed) {
            case NOTHING, REFUSED -> {}
            case ACTIVATION -> {
                if (sender == null) launch();
                else sender.launch(this);
            }
            case UNPARK -> runtime.scheduler.unpark(thread());
        }
    }

    @Override
    Debts debts() {
        return runtime.debts;
    }

    /** Runs the process on a thread of its own; it has to be scheduled. */
    @AnyThread
    void launch() {
        runtime.scheduler.start(threadName(), new Runner(this));
    }

    /** How much the processes of this definition are trusted to hand over their receivers. */
    @AnyThread
    Trust trust() {
        BehaviorState<?> own = behavior;
        return own == null ? Trust.NEVER : own.trust();
    }

    /** Whether its handlers are timed. */
    @OwnerThread
    boolean isTimed() {
        BehaviorState<?> own = behavior;
        return own != null && own.isTimed();
    }

    // ---- links, watchers, monitors, name: under the lock

    @OwnerThread
    Monitor monitor(ProcessPort target) {
        var monitor = new Monitor(this, target);
        keepMonitor(monitor);
        if (!target.watch(monitor.watch)) {
            forgetMonitor(monitor);
            deliver(monitor.signal(ExitReason.NO_PROCESS));
        } else if (!alive()) {
            target.unwatch(monitor.watch); // the aftermath may have looked before it was listed
        }
        return monitor;
    }

    @OwnerThread
    void demonitor(Monitor monitor) {
        monitor.cancelled = true;
        monitor.target.unwatch(monitor.watch);
        forgetMonitor(monitor);
    }

    // ---- subjects, start, labels: the owner's

    /** The subject whose messages come as bare nodes; a process with a body has none. */
    @Nullable Object self() {
        BehaviorState<?> own = behavior;
        return own == null ? null : own.ownSubject();
    }

    // ---- exit signals

    @Override
    @AnyThread
    void signal(Debtor debtor, ProcessPort sender, ExitReason reason) {
        if (reason instanceof ExitReason.Kill) {
            decide(ExitReason.KILLED, debtor);
        } else if (trapExits) {
            var exit = new Signal.Exit(new ExitMessage(sender, reason));
            Owed owed = enqueue(exit);
            debtor.owed = owed;
            debtor.creditor = this; // no call since the push: no error in between
        } else if (!reason.isHarmless() || sender == this) {
            decide(reason, debtor);
        }
    }

    // ---- identity

    @Override
    public NodeId node() {
        return runtime.node;
    }

    /** Where the process stands in its tree, or null if it was given no place. */
    @AnyThread
    @Nullable String path() {
        return Place.path(place);
    }

    /** Its id among the children of a static supervisor, or an empty text. */
    String label() {
        return Place.id(place);
    }

    /** The name of its threads. */
    @AnyThread
    String threadName() {
        return Place.threadName(place, super.toString());
    }

    /**
     * The name of its threads, kept: a process that others hand over to is named so often that the
     * text is worth its memory.
     */
    @AnyThread
    String keptThreadName() {
        if (place instanceof String known) return known;
        String name = threadName();
        place = name;
        return name;
    }

    @Override
    @AnyThread
    String describe(ReplyCell call) {
        return runtime.describe(this, call);
    }

    @Override
    public String toString() {
        String path = path();
        return path == null ? super.toString() : super.toString() + path;
    }
}

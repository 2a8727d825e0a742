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
 * A local process. {@link ProcessLife} says whether it lives, {@link ProcessTies} what has to be
 * told when it ends; this class has its messages, its place in the tree, and what exit signals do
 * to it.
 *
 * <pre>
 * field                written by                              read by
 * behavior             owner, plain; when an idle process      owner; tools may read a stale value
 *                      ends, the thread that ended it clears
 *                      it
 * parent               as behavior                             as behavior
 * place                any thread, plain: it puts the text in  any thread
 *                      place of what makes it
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
        this(runtime, parent, place, ownName, interruptOnKill, behavior, new Mailbox());
    }

    ProcessCell(
            Engine runtime,
            @Nullable ProcessPort parent,
            @Nullable Object place,
            @Nullable NameState ownName,
            boolean interruptOnKill,
            @Nullable BehaviorState<?> behavior,
            Mailbox mailbox) {
        super(runtime, interruptOnKill, ownName, mailbox);
        this.parent = parent;
        this.place = place;
        this.behavior = behavior;
    }

    // ---- life

    /** Decides the end of the process; {@code debtor} then owes what follows from it. */
    @AnyThread
    boolean decide(ExitReason reason, Debtor debtor) {
        if (!decide(reason)) return false;
        debtor.ended = this; // no call since the decision: no error in between
        return true;
    }

    /**
     * Ends the process and tells links, watchers and callers. Does nothing if the process has
     * ended.
     */
    @AnyThread
    void end(ExitReason reason) {
        runtime.debts.take(debtor -> decide(reason, debtor));
    }

    /**
     * Whether the process is still alive but about to end: its parent has ended, and a behaviour
     * ends when its parent does.
     */
    @AnyThread
    boolean isOrphan() {
        ProcessPort above = parent;
        return behavior != null && above != null && !above.alive();
    }

    /**
     * The owner's thread leaves this dead process: no interrupt that is meant for the process can
     * reach the thread afterwards.
     */
    @OwnerThread
    void leave() {
        giveBackPermit();
        try {
            Current.outside(this::dropRest);
        } catch (Throwable noMemory) {
            // the messages are dropped all the same, but not counted
        }
        clear();
        leaveInterrupts();
        runner = null;
    }

    /** If that fails, the runner owes it: its process does not run again. */
    private void giveBackPermit() {
        Inbox used = inboxIfUsed();
        if (used == null) return;
        try {
            used.ended();
        } catch (Throwable later) {
            Runner own = runner;
            if (own != null) own.rest = (Runnable) used; // a plain inbox has nothing that can fail
        }
    }

    private void dropRest() {
        Runner own = runner;
        if (own != null) own.backlog.drop(node -> runtime.drop(DropReason.DEAD, node, this));
        Inbox used = inboxIfUsed();
        if (used != null) used.dropAside(node -> runtime.drop(DropReason.DEAD, node, this));
    }

    /** Releases what the dead process held. */
    void clear() {
        // a pid that the application keeps then keeps only a text
        try {
            if (place instanceof Supplier<?>) keptThreadName();
        } catch (Throwable noMemory) {
            // such a pid keeps more
        }
        parent = null;
        behavior = null;
        dropInbox();
    }

    // ---- mailbox

    /** Removes the oldest message, or returns null. Messages that were put aside are older. */
    @OwnerThread
    @Nullable Node poll() {
        Runner own = runner;
        if (own == null) throw new IllegalStateException("no thread runs " + this);
        return own.backlog.poll(mailbox);
    }

    /**
     * How many messages are queued, read without a lock. Never too few; for a moment it can be too
     * many.
     */
    @AnyThread
    int depth() {
        if (mailbox.closed()) return 0;
        int stacked = mailbox.stacked(); // first: a message taken meanwhile counts twice
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

    /** The messages that the thread which runs the process has taken, or null. */
    @AnyThread
    @Nullable Backlog backlog() {
        Inbox used = inboxIfUsed();
        Backlog own = used == null ? null : used.taken();
        if (own != null) return own;
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

    /** Whether a node is dispatched even while the process is suspended. */
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

    /** Starts a thread that runs the process. The process has to be scheduled. */
    @AnyThread
    void launch() {
        runtime.scheduler.start(threadName(), new Runner(this));
    }

    /** How far the processes of this definition are trusted to hand over their receivers. */
    @AnyThread
    Trust trust() {
        BehaviorState<?> own = behavior;
        return own == null ? Trust.NEVER : own.trust();
    }

    /** Whether the process drops requests whose call is over. */
    @AnyThread
    boolean dropsExpired() {
        BehaviorState<?> own = behavior;
        return own != null && own.dropsExpired();
    }

    /** Whether calls of this process fail early in a circle of calls. */
    @AnyThread
    boolean failsCircles() {
        BehaviorState<?> own = behavior;
        return own != null && own.failsCircles();
    }

    /** Whether the handlers of this process are timed. */
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
            target.unwatch(monitor.watch); // the aftermath may have missed the monitor
        }
        return monitor;
    }

    @OwnerThread
    void demonitor(Monitor monitor) {
        monitor.cancelled = true;
        monitor.target.unwatch(monitor.watch);
        forgetMonitor(monitor);
    }

    // ---- subjects: used by the owner

    /**
     * The subject of the bare nodes in the mailbox. Null for a process that runs a body of its own:
     * it has no such subject.
     */
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

    /** The path of the process in its tree, or null if it was given no place. */
    @AnyThread
    @Nullable String path() {
        return Place.path(place);
    }

    /** The id of the process among the children of a static supervisor, or an empty text. */
    String label() {
        return Place.id(place);
    }

    /** The name of the threads that run this process. */
    @AnyThread
    String threadName() {
        return Place.threadName(place, super.toString());
    }

    /**
     * The name of the threads that run this process, kept: a thread that goes on with a handed-over
     * process takes its name so often that the text is worth its memory.
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

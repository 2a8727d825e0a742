/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Backlog;
import dev.otp4j.internal.mailbox.Mailbox;
import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A local process: its mailbox, its life, and who is told when it ends.
 *
 * <p>Life is one field. Everything else follows from it: a name, timer or monitor whose process has
 * a reason in {@code exit} counts as vacant or void from that instant; clearing memory comes after.
 *
 * <pre>
 * exit: null -> reason     end of the code, stop, crash, fatal signal, kill     first compare-and-set wins
 *
 * interrupt, so that the interrupt of a kill hits its victim only:
 * NONE -> INTERRUPTING -> INTERRUPTED    around Thread.interrupt       the one who ended the process
 *                      -> NONE           it failed for want of stack   the same, which tries again
 * NONE -> LEFT                           the thread leaves a dead cell the owner; nobody interrupts any more
 *
 * field                written by                              read by
 * exit                 whoever ends the process (CAS)          everybody (volatile)
 * inCall               owner: volatile on, release or       the one who ended it (volatile): with exit the two
 *                      volatile off                            form a Dekker pair, see enterCall
 * trapExits            the process itself                      senders of exit signals (volatile)
 * runner               owner, plain, before its mailbox CAS    a pusher that owes an unpark, the one who closed the
 *                      or fence; its thread is set before      mailbox: ordered by the mailbox word; the one who
 *                                                              decided the end: by exit; tools may read a stale value
 * behavior             owner, plain; cleared by whoever        owner; tools may read a stale value
 *                      buries an idle process
 * place                anybody, plain: text for what makes it  anybody
 * links, watchers,     under the lock                          under the lock; what the owner wrote it reads
 * rare and in it                                               without: its inbox, its subjects' count
 * </pre>
 *
 * <p>The lock is the mailbox's monitor: no user can reach it. It is never held while user code
 * runs. Where two cells' locks are needed they are taken in the order of the serials; a name's lock
 * comes before a cell's.
 */
final class ProcessCell extends ProcessPort {
    private static final VarHandle EXIT;
    private static final VarHandle IN_CALL;
    private static final VarHandle INTERRUPT;

    static {
        try {
            var lookup = MethodHandles.lookup();
            EXIT = lookup.findVarHandle(ProcessCell.class, "exit", ExitReason.class);
            IN_CALL = lookup.findVarHandle(ProcessCell.class, "inCall", boolean.class);
            INTERRUPT = lookup.findVarHandle(ProcessCell.class, "interrupt", byte.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final String PREFIX = "otp:";

    /** How long one sleeps who has waited for another's call in vain. */
    private static final long NAP = TimeUnit.MICROSECONDS.toNanos(50);

    private static final byte NONE = 0;
    private static final byte INTERRUPTING = 1;
    private static final byte INTERRUPTED = 2;
    private static final byte LEFT = 3;

    final ProcessRuntime runtime;
    @Nullable ProcessPort parent;
    final Mailbox mailbox = new Mailbox();

    @Nullable Behavior<?> behavior;
    @Nullable Runner runner;

    private volatile @Nullable ExitReason exit;
    volatile boolean inCall;
    private volatile byte interrupt;
    volatile boolean trapExits;
    private final boolean interruptOnKill;

    /**
     * The name of the threads that run it, or what makes that: a {@link Supplier} of where it
     * stands in its tree, or null if it was given no place. By whom it is made does not matter, it
     * is always the same.
     */
    private @Nullable Object place;

    private @Nullable Object links;
    private @Nullable Watcher watchers;
    private @Nullable Rare rare;

    /** What few processes have, allocated when used. */
    private static final class Rare {
        @Nullable Name<?> ownName;
        @Nullable Inbox inbox;
        @Nullable Name<?> name;
        @Nullable Set<Monitor> monitors;
        @Nullable StartCell start;
        @Nullable Placement placement;
        long tags;

        boolean isEmpty() {
            return name == null
                    && ownName == null
                    && inbox == null
                    && (monitors == null || monitors.isEmpty())
                    && start == null
                    && placement == null
                    && tags == 0;
        }
    }

    ProcessCell(
            ProcessRuntime runtime,
            @Nullable ProcessPort parent,
            @Nullable Object place,
            @Nullable Name<?> ownName,
            boolean interruptOnKill,
            @Nullable Behavior<?> behavior) {
        super(runtime.nextSerial());
        this.runtime = runtime;
        this.parent = parent;
        this.place = place;
        this.interruptOnKill = interruptOnKill;
        this.behavior = behavior;
        if (ownName != null) rare().ownName = ownName;
    }

    // ---- life

    @Override
    @AnyThread
    boolean alive() {
        return exit == null;
    }

    @Override
    @AnyThread
    @Nullable ExitReason exitReason() {
        return exit;
    }

    /**
     * Decides the end. The winner, and only it, has to bury the cell with {@link Burial}
     * afterwards. Allocates nothing, and throws nothing once the end is decided: the caller can
     * record that with a plain store.
     */
    @AnyThread
    boolean decide(ExitReason reason) {
        if (!EXIT.compareAndSet(this, null, reason)) return false;
        try {
            tellRunner();
        } catch (Throwable full) {
            // the burial does it again
        }
        return true;
    }

    /** The thread that runs this dead process looks whether it has ended. */
    @AnyThread
    void tellRunner() {
        Runner running = runner; // after the compare-and-set; partner: the fence in occupy
        if (running != null) running.tell();
    }

    /** {@link #decide}; {@code debtor} owes the burial. */
    @AnyThread
    boolean decide(ExitReason reason, Debtor debtor) {
        if (!decide(reason)) return false;
        debtor.unburied = this; // no call since the decision: no error in between
        return true;
    }

    /** Ends the process and tells everybody; does nothing if it has ended. */
    @AnyThread
    void end(ExitReason reason) {
        runtime.debts().take(debtor -> decide(reason, debtor));
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

    /** Throws if the process has ended. */
    @OwnerThread
    void checkAlive() {
        ExitReason reason = exit;
        if (reason != null) throw new ProcessExit(this, reason);
    }

    /**
     * Opens the short stretch in which this process has an effect on another one. Whoever ends it
     * meanwhile waits for {@link #leaveCall} before it tells anybody, so that nothing a process
     * sends comes after its DOWN. Only a push or a compare-and-set belongs in between, and nothing
     * that waits for another call: two processes could wait for each other, or one for itself.
     *
     * @throws ProcessExit if the process has ended
     */
    @OwnerThread
    void enterCall() {
        inCall = true; // volatile: before the read of exit; partner: decide, then awaitCall
        ExitReason reason = exit;
        if (reason == null) return;
        inCall = false;
        throw new ProcessExit(this, reason);
    }

    /**
     * Ends the stretch. A stack overflow may come in here; therefore whoever catches or finally
     * leaves writes the field itself, for which no stack is needed.
     */
    @OwnerThread
    void leaveCall() {
        IN_CALL.setRelease(this, false); // partner: the volatile read in awaitCall
    }

    /** Waits until the process is in no engine call; used by the one who ended it. */
    @AnyThread
    void awaitCall() {
        boolean interrupted = false;
        for (int looks = 0; inCall; looks++) interrupted |= pause(looks);
        if (interrupted) Thread.currentThread().interrupt();
    }

    /**
     * Sleeps if the wait takes longer than a moment: a virtual thread that yields again and again
     * may be all that its carrier runs, and the thread that is waited for is not on it. Goes on
     * without sleeping if there is no memory for that.
     *
     * @return whether the thread was interrupted; it would not have slept
     */
    private static boolean pause(int looks) {
        if (looks < 100) {
            Thread.onSpinWait();
            return false;
        }
        boolean interrupted = looks >= 200 && Thread.interrupted();
        try {
            if (looks < 200) Thread.yield();
            else LockSupport.parkNanos(NAP);
        } catch (OutOfMemoryError noMemory) {
            Thread.onSpinWait();
        }
        return interrupted;
    }

    /**
     * Interrupts the thread that runs this dead process, unless it has left; until it does, it is a
     * zombie.
     */
    @AnyThread
    void interruptOwner() {
        Thread running = thread();
        if (running == null) {
            runtime.returned(this); // entered before an attempt that failed
            return; // no code of the process runs: it will see the end before any does
        }
        runtime.zombified(this, running);
        if (!INTERRUPT.compareAndSet(this, NONE, INTERRUPTING)) {
            runtime.returned(this);
            return;
        }
        boolean done = false;
        try {
            if (interruptOnKill) runtime.scheduler().interrupt(running);
            else runtime.scheduler().unpark(running); // a wait of the engine ends all the same
            done = true;
        } finally {
            interrupt = done ? INTERRUPTED : NONE; // it is tried again
        }
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
        if (!INTERRUPT.compareAndSet(this, NONE, LEFT)) {
            for (int looks = 0; interrupt == INTERRUPTING; looks++) pause(looks);
            Thread.interrupted();
            INTERRUPT.compareAndSet(this, NONE, LEFT); // the attempt to interrupt may have failed
            runtime.returned(this);
        }
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
        synchronized (lock()) {
            if (rare != null) rare.inbox = null;
        }
    }

    // ---- mailbox

    /** The oldest message, or null; those that were put aside are older. */
    @OwnerThread
    @Nullable Node poll() {
        Runner own = runner;
        if (own == null) throw new IllegalStateException("nobody runs " + this);
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

    /** The thread that runs the process, or null. */
    @AnyThread
    @Nullable Thread thread() {
        Runner running = runner;
        return running == null ? null : running.thread;
    }

    @OwnerThread
    Inbox inbox() {
        Inbox own = inboxIfUsed();
        if (own != null) return own;
        synchronized (lock()) {
            own = new Inbox(this);
            rare().inbox = own;
            Runner running = runner;
            if (running != null) running.inbox = own;
            return own;
        }
    }

    /** Whether messages were put aside by a selective receive. */
    @Nullable Inbox inboxIfUsed() {
        Rare r = rare; // whatever the owner has written there itself it sees without the lock
        return r == null ? null : r.inbox;
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
            case UNPARK -> runtime.scheduler().unpark(thread());
        }
    }

    @Override
    Debts debts() {
        return runtime.debts();
    }

    /** Runs the process on a thread of its own; it has to be scheduled. */
    @AnyThread
    void launch() {
        runtime.scheduler().start(threadName(), new Runner(this));
    }

    /** How much those of this process's kind are trusted to hand over their receivers. */
    @AnyThread
    Trust trust() {
        Behavior<?> own = behavior;
        return own == null ? Trust.NEVER : own.trust();
    }

    /** Whether its handlers are timed. */
    @OwnerThread
    boolean isTimed() {
        Behavior<?> own = behavior;
        return own != null && own.isTimed();
    }

    // ---- links, watchers, monitors, name: under the lock

    Object lock() {
        return mailbox;
    }

    @Nullable Object links() {
        return links;
    }

    void links(@Nullable Object newLinks) {
        links = newLinks;
    }

    List<ProcessPort> linkList() {
        synchronized (lock()) {
            return Links.list(links);
        }
    }

    @Override
    @AnyThread
    boolean watch(Watcher watcher) {
        synchronized (lock()) {
            if (watcher.listed) return true;
            if (exit == null) {
                watcher.next = watchers;
                if (watchers != null) watchers.prev = watcher;
                watchers = watcher;
                watcher.listed = true;
                return true;
            }
        }
        awaitCall(); // its last message comes before the news of its death
        return false;
    }

    @Override
    @AnyThread
    void unwatch(Watcher watcher) {
        synchronized (lock()) {
            if (!watcher.listed) return;
            Watcher before = watcher.prev;
            Watcher after = watcher.next;
            if (before == null) watchers = after;
            else before.next = after;
            if (after != null) after.prev = before;
            watcher.prev = watcher.next = null;
            watcher.listed = false;
        }
    }

    /** Who waits for an answer to a request that this process has taken up, or null. */
    @Nullable Pid clientOf(Node request) {
        if (request instanceof Envelope envelope && envelope.reply != null) {
            return envelope.reply.caller;
        }
        synchronized (lock()) {
            for (Watcher w = watchers; w != null; w = w.next) {
                if (w instanceof ReplyCell<?> call && call.request == request) return call.caller;
            }
        }
        return null;
    }

    int watcherCount() {
        synchronized (lock()) {
            int count = 0;
            for (Watcher w = watchers; w != null; w = w.next) count++;
            return count;
        }
    }

    /** What is to be told and let go when the process has ended. */
    static final class Estate {
        private boolean taken;

        /** As the cell's field of that name. */
        @Nullable Object links;

        /** The first of a list by {@code next}. */
        @Nullable Watcher watchers;

        Set<Monitor> monitors = Set.of();
        @Nullable Name<?> name;
    }

    /**
     * Moves what is to be told and let go to {@code into}; nothing is left here. Allocates nothing.
     * Does nothing the second time.
     */
    @AnyThread
    void takeEstate(Estate into) {
        synchronized (lock()) {
            if (into.taken) return;
            into.taken = true;
            for (Watcher w = watchers; w != null; w = w.next) {
                w.prev = null;
                w.listed = false;
            }
            into.watchers = watchers;
            watchers = null;
            into.links = links;
            links = null;
            Rare r = rare;
            if (r == null) return;
            if (r.monitors != null) into.monitors = r.monitors;
            r.monitors = null;
            into.name = r.name;
        }
    }

    @OwnerThread
    Monitor monitor(ProcessPort target) {
        var monitor = new Monitor(this, target);
        synchronized (lock()) {
            checkAlive();
            Rare r = rare();
            if (r.monitors == null) r.monitors = new HashSet<>();
            r.monitors.add(monitor);
        }
        if (!target.watch(monitor.watch)) {
            forgetMonitor(monitor);
            deliver(monitor.signal(ExitReason.NO_PROCESS));
        } else if (exit != null) {
            target.unwatch(
                    monitor.watch); // whoever buried this process may have looked before it was
            // listed
        }
        return monitor;
    }

    @OwnerThread
    void demonitor(Monitor monitor) {
        monitor.cancelled = true;
        monitor.target.unwatch(monitor.watch);
        forgetMonitor(monitor);
    }

    @AnyThread
    void forgetMonitor(Monitor monitor) {
        synchronized (lock()) {
            if (rare != null && rare.monitors != null) rare.monitors.remove(monitor);
        }
    }

    /** The name whose subject is the process's own one, or null. */
    @AnyThread
    @Nullable Name<?> ownName() {
        Rare r = rare; // stays: it is not empty
        return r == null ? null : r.ownName;
    }

    /** The name this process holds or held, or null. */
    @AnyThread
    @Nullable Name<?> name() {
        synchronized (lock()) {
            return rare == null ? null : rare.name;
        }
    }

    /** Takes a name for this process. Called under the name's lock. */
    NameClaim claimName(Name<?> name) {
        synchronized (lock()) {
            if (exit != null) return NameClaim.DEAD;
            Rare r = rare();
            if (r.name != null) return NameClaim.HAS_NAME;
            r.name = name;
            return NameClaim.CLAIMED;
        }
    }

    void disclaimName(Name<?> name) {
        synchronized (lock()) {
            if (rare != null && rare.name == name) rare.name = null;
        }
    }

    enum NameClaim {
        CLAIMED,
        HAS_NAME,
        DEAD
    }

    private Rare rare() {
        Rare r = rare;
        if (r == null) rare = r = new Rare();
        return r;
    }

    // ---- subjects, start, labels: the owner's

    /** The subject whose messages come as bare nodes; a process with a body has none. */
    @Nullable Subject<?> self() {
        Behavior<?> own = behavior;
        return own == null ? null : own.ownSubject();
    }

    @OwnerThread
    <M> Subject<M> newSubject() {
        checkAlive();
        synchronized (lock()) {
            return new TaggedSubject<>(this, ++rare().tags);
        }
    }

    /** How many subjects the process has made; their tags count from one. */
    @OwnerThread
    long subjectsMade() {
        Rare r = rare; // whatever the owner has written there itself it sees without the lock
        return r == null ? 0 : r.tags;
    }

    void starting(StartCell start) {
        synchronized (lock()) {
            rare().start = start;
        }
    }

    /** Whoever waits for this process's initialiser, or null once it has heard. */
    @Nullable StartCell pendingStart() {
        synchronized (lock()) {
            StartCell start = rare == null ? null : rare.start;
            return start == null || start.outcome() instanceof Startup.Running ? null : start;
        }
    }

    void started() {
        synchronized (lock()) {
            if (rare != null) rare.start = null;
            letGoOfRare();
        }
    }

    /** An idle process keeps nothing that it does not need. Under the lock. */
    private void letGoOfRare() {
        if (rare != null && rare.isEmpty()) rare = null;
    }

    /** What a supervisor says of the processes that a start function is about to start. */
    record Placement(Object place, boolean interruptOnKill) {}

    @Nullable Placement placement() {
        synchronized (lock()) {
            return rare == null ? null : rare.placement;
        }
    }

    void placement(@Nullable Placement next) {
        synchronized (lock()) {
            rare().placement = next;
        }
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
        return runtime.node();
    }

    /** Where the process stands in its tree, or null if nobody gave it a place. */
    @AnyThread
    @Nullable String path() {
        Object own = place;
        if (own instanceof Supplier<?> at) return (String) at.get();
        return own instanceof String name && name.charAt(PREFIX.length()) == '/'
                ? name.substring(PREFIX.length())
                : null;
    }

    /** The place of a child with that label: where its parent stands, and the label. */
    static Object placeBelow(@Nullable ProcessPort parent, String label) {
        if (!(parent instanceof ProcessCell above)) return PREFIX + "/"; // nobody's child: a root
        String path = above.path();
        return PREFIX + (path == null || path.equals("/") ? "/" + label : path + "/" + label);
    }

    /** The name of its threads. */
    @AnyThread
    String threadName() {
        if (place instanceof String known) return known;
        String path = path();
        return PREFIX + (path == null ? super.toString() : path);
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
    String describe(ReplyCell<?> call) {
        return Diagnosis.of(this, call);
    }

    @Override
    public String toString() {
        String path = path();
        return path == null ? super.toString() : super.toString() + path;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a local process is tied to: its links, watchers, monitors and names, and what else only few
 * processes have.
 *
 * <pre>
 * field                written by                              read by
 * links, watchers,     under the lock                          under the lock; without it, the owner reads what it
 * extras and in it                                             wrote itself: its inbox, the count of its subjects
 * </pre>
 *
 * <p>The lock is the mailbox's monitor: no code of the application can reach it, and no thread
 * holds it while it runs such code. A thread that needs the locks of two cells takes them in the
 * order of the serials; it takes a name's lock before a cell's.
 */
abstract class ProcessTies extends ProcessLife {
    private @Nullable Object links;
    private @Nullable Watcher watchers;

    /**
     * What only few processes have, an {@link Extras}; or just the name, if the process has nothing
     * but its own name and holds it; or null.
     */
    private @Nullable Object extras;

    /** Allocated at its first use. Guarded by the lock. */
    private static final class Extras {
        @Nullable NameState ownName;
        @Nullable Inbox inbox;
        @Nullable NameState name;
        @Nullable Set<Monitor> monitors;
        @Nullable StartCell start;
        Place.@Nullable Given placement;

        /** What the processes that this one starts take permits of, or null. */
        @Nullable ConcurrencyLimit passedOn;

        long tags;

        /** Whether there is nothing but, perhaps, names. */
        boolean isIdle() {
            return inbox == null
                    && (monitors == null || monitors.isEmpty())
                    && start == null
                    && placement == null
                    && passedOn == null
                    && tags == 0;
        }
    }

    /** The extras, or null if there are none but a name. */
    private @Nullable Extras present() {
        return extras instanceof Extras own ? own : null;
    }

    /** What has to be told and released when a process has ended; see {@link #release}. */
    static final class Released {
        boolean taken;

        /** The cell's field of the same name. */
        @Nullable Object links;

        /** The first watcher of a list, which {@code next} links. */
        @Nullable Watcher watchers;

        Set<Monitor> monitors = Set.of();
        @Nullable NameState name;
    }

    ProcessTies(
            Engine runtime, boolean interruptOnKill, @Nullable NameState ownName, Mailbox mailbox) {
        super(runtime, interruptOnKill, mailbox);
        if (ownName != null) extras().ownName = ownName;
    }

    final Object lock() {
        return mailbox;
    }

    final @Nullable Object links() {
        return links;
    }

    final void links(@Nullable Object newLinks) {
        links = newLinks;
    }

    final List<ProcessPort> linkList() {
        synchronized (lock()) {
            return Links.list(links);
        }
    }

    @Override
    @AnyThread
    final boolean watch(Watcher watcher) {
        synchronized (lock()) {
            if (watcher.listed) return true;
            if (alive()) {
                watchers = Watcher.add(watchers, watcher);
                return true;
            }
            Extras r = present();
            if (r != null && r.inbox != null && r.inbox.keepsWatchers()) {
                // the request of a caller may be left to the next process of the name
                if (watcher.awaits(this)) watchers = Watcher.add(watchers, watcher);
                return true;
            }
        }
        awaitCall(); // its last message has to come before the news of its death
        return false;
    }

    @Override
    @AnyThread
    final void unwatch(Watcher watcher) {
        synchronized (lock()) {
            if (watcher.listed) watchers = Watcher.remove(watchers, watcher);
        }
    }

    /**
     * The request of that caller is left to the next process of the name, whichever that is: the
     * caller waits for it, and does not hear of the end of this one.
     */
    @AnyThread
    final void letGo(ReplyCell caller) {
        synchronized (lock()) {
            if (caller.listed) watchers = Watcher.remove(watchers, caller);
            caller.aim(null);
        }
    }

    /** The process that waits for an answer to a request which this process has taken, or null. */
    final @Nullable Pid clientOf(Node request) {
        if (request instanceof Envelope envelope && envelope.reply != null) {
            return envelope.reply.caller;
        }
        synchronized (lock()) {
            return Watcher.callerOf(watchers, request);
        }
    }

    /** Whether a caller waits for a reply of this process. */
    final boolean isAwaited() {
        synchronized (lock()) {
            return Watcher.hasCaller(watchers);
        }
    }

    final int watcherCount() {
        synchronized (lock()) {
            return Watcher.count(watchers);
        }
    }

    /**
     * Moves what has to be told and released to {@code into}, and keeps nothing of it. Allocates
     * nothing. Does nothing the second time, unless the first time failed for want of stack.
     */
    @AnyThread
    final void release(Released into) {
        synchronized (lock()) {
            if (into.taken) return;
            Watcher.unlist(watchers);
            NameState held = nameHeld();
            Extras r = present();
            if (r != null && r.inbox != null) r.inbox.closeWatchers();
            into.taken = true; // from here on no call: an overflow would lose what is moved
            into.watchers = watchers;
            watchers = null;
            into.links = links;
            links = null;
            into.name = held;
            if (r == null) return;
            if (r.monitors != null) into.monitors = r.monitors;
            r.monitors = null;
        }
    }

    /** The processes that this one monitors. */
    @AnyThread
    final List<Pid> monitored() {
        synchronized (lock()) {
            Extras r = present();
            Set<Monitor> monitors = r == null ? null : r.monitors;
            return monitors == null ? List.of() : monitors.stream().map(Monitor::pid).toList();
        }
    }

    @AnyThread
    final void forgetMonitor(Monitor monitor) {
        synchronized (lock()) {
            Extras r = present();
            if (r != null && r.monitors != null) r.monitors.remove(monitor);
        }
    }

    /** The name that gives this process its own subject, or null. */
    @AnyThread
    final @Nullable NameState ownName() {
        Object r =
                extras; // not removed meanwhile: there is an own name from the beginning, or never
        if (r instanceof NameState held) return held;
        return r instanceof Extras own ? own.ownName : null;
    }

    /** The name this process holds or held, or null. */
    @AnyThread
    final @Nullable NameState name() {
        synchronized (lock()) {
            return nameHeld();
        }
    }

    private @Nullable NameState nameHeld() {
        Object r = extras;
        if (r instanceof NameState held) return held;
        return r instanceof Extras own ? own.name : null;
    }

    /** Takes a name for this process. The caller has the name's lock. */
    final NameState.Registration claimName(NameState name) {
        synchronized (lock()) {
            if (!alive()) return NameState.Registration.DEAD;
            Extras r = extras();
            if (r.name != null) return NameState.Registration.HAS_NAME;
            r.name = name;
            return NameState.Registration.DONE;
        }
    }

    final void disclaimName(NameState name) {
        synchronized (lock()) {
            if (nameHeld() == name) extras().name = null;
        }
    }

    private Extras extras() {
        Object seen = extras;
        if (seen instanceof Extras own) return own;
        var own = new Extras();
        if (seen instanceof NameState held) own.name = own.ownName = held;
        extras = own;
        return own;
    }

    /**
     * A tag for a new subject.
     *
     * @throws ProcessExit if the process has ended
     */
    @OwnerThread
    final long newTag() {
        checkAlive();
        synchronized (lock()) {
            return ++extras().tags;
        }
    }

    /** How many subjects the process has made; their tags count from one. */
    @OwnerThread
    final long subjectsMade() {
        Extras r = present(); // without the lock: the owner sees what it wrote itself
        return r == null ? 0 : r.tags;
    }

    final void starting(StartCell start) {
        synchronized (lock()) {
            extras().start = start;
        }
    }

    /**
     * The start that waits for this process's initialiser, or null once the starter knows that the
     * process runs.
     */
    final @Nullable StartCell pendingStart() {
        synchronized (lock()) {
            Extras r = present();
            StartCell start = r == null ? null : r.start;
            return start == null || start.outcome() instanceof Startup.Running ? null : start;
        }
    }

    final void started() {
        synchronized (lock()) {
            Extras r = present();
            if (r != null) r.start = null;
            letGoOfExtras();
        }
    }

    /**
     * Removes empty extras: an idle process keeps nothing that it does not need. The caller has the
     * lock.
     */
    private void letGoOfExtras() {
        Extras r = present();
        if (r != null && r.isIdle() && r.name == r.ownName) extras = r.ownName;
    }

    final Place.@Nullable Given placement() {
        synchronized (lock()) {
            Extras r = present();
            return r == null ? null : r.placement;
        }
    }

    final void placement(Place.@Nullable Given next) {
        synchronized (lock()) {
            extras().placement = next;
        }
    }

    /** The limit that the processes inherit which this one starts, or null. */
    @OwnerThread
    final @Nullable ConcurrencyLimit passedOn() {
        Extras r = present(); // without the lock: set before the process runs, and then kept
        return r == null ? null : r.passedOn;
    }

    /** Called by the starter, before the process runs. */
    final void passOn(ConcurrencyLimit limit) {
        synchronized (lock()) {
            extras().passedOn = limit;
        }
    }

    /** The inbox, or null if the process has not needed one so far. */
    final @Nullable Inbox inboxIfUsed() {
        Extras r = present(); // without the lock: the owner sees what it wrote itself
        return r == null ? null : r.inbox;
    }

    /** The inbox if the mailbox is retained, else null. It never changes. */
    @AnyThread
    final @Nullable Inbox retainedInbox() {
        Inbox used = inboxIfUsed();
        return used == null || used.retention() == null ? null : used;
    }

    /** The setting of a process whose mailbox is retained, else null. */
    @AnyThread
    final @Nullable MailboxRetention retention() {
        Inbox used = inboxIfUsed();
        return used == null ? null : used.retention();
    }

    /** Whether this dead process is about to leave messages to the next process of its name. */
    @AnyThread
    final boolean isLeaving() {
        Inbox used = inboxIfUsed();
        return used != null && used.isLeaving();
    }

    @OwnerThread
    final void keepInbox(Inbox inbox) {
        synchronized (lock()) {
            extras().inbox = inbox;
        }
    }

    final void dropInbox() {
        synchronized (lock()) {
            Extras r = present(); // a retained one is needed until the end was reported
            if (r != null && r.inbox != null && r.inbox.retention() == null) r.inbox = null;
        }
    }

    /**
     * Records a monitor of this process.
     *
     * @throws ProcessExit if the process has ended
     */
    @OwnerThread
    final void keepMonitor(Monitor monitor) {
        synchronized (lock()) {
            checkAlive();
            Extras r = extras();
            if (r.monitors == null) r.monitors = new HashSet<>();
            r.monitors.add(monitor);
        }
    }
}

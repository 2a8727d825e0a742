/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox;
import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.user.UserCode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the end of a process, and of the processes that its links take along. It works
 * off a list and does not recurse: a chain of a million links needs no stack. The thread that
 * decided the end runs it, holding no lock and no engine flag, in three rounds over all these
 * processes:
 *
 * <ol>
 *   <li>Close the mailbox, free the name, tell links, monitors and callers. Nothing here waits
 *       except for the end of an engine call, and nothing runs user code.
 *   <li>Wake and interrupt the threads that run dead processes.
 *   <li>Count what was dropped and tell listeners, outside of any process.
 * </ol>
 *
 * <p>A process that dies of {@link Processes#killTree} is <em>whole</em>: a linked process that has
 * it as its parent dies too, whether it traps exits or not, and so does what that one has started.
 * A link to a new child is made before the child runs, and only while the parent lives; so the
 * links that are released here name each child, also one whose initialiser runs.
 *
 * <p>An error can end {@link #perform} at any point: there is no memory, or the stack is full. Then
 * the same thread or the sentry calls it again, and it goes on where it was. So each step either
 * may be done twice, or ends in a plain store that records it, with no allocation and no call
 * between the effect and the store.
 */
final class Aftermath {
    /** A process with a decided end, and how far its aftermath has come. */
    private static final class Case {
        final ProcessCell cell;
        final ExitReason reason;

        /** Whether it takes its linked children along, those that trap exits too. */
        final boolean whole;

        @Nullable Case next;

        boolean begun;
        boolean own;
        boolean shut;
        @Nullable Node found;

        ProcessTies.@Nullable Released released;
        @Nullable List<ProcessPort> partners;
        int partnersTold;
        boolean signalled; // the next partner has its message
        boolean startTold;

        @Nullable Inbox retained;
        @Nullable Inbox aside;
        boolean dropsTold;

        Case(ProcessCell cell, ExitReason reason, boolean whole) {
            this.cell = cell;
            this.reason = reason;
            this.whole = whole;
        }
    }

    private final Debtor teller;
    private Case last;

    /** The next case of each round, or null if the round is over. */
    private @Nullable Case telling;

    private @Nullable Case waking;
    private @Nullable Case reporting;
    private boolean elsewhere;

    /**
     * The aftermath of a process that {@code teller} has ended. Pushes are recorded in {@code
     * teller}, which must owe nothing else.
     */
    Aftermath(Debtor teller, ProcessCell dead) {
        this.teller = teller;
        this.last =
                new Case(
                        dead, Objects.requireNonNull(dead.exitReason(), "not ended"), teller.whole);
        this.telling = last;
        this.waking = last;
        this.reporting = last;
    }

    /** Makes another thread tell listeners, because this one has to come back soon. */
    void reportElsewhere() {
        elsewhere = true;
    }

    /** Does what is left to do. */
    void perform() {
        for (; telling != null; telling = telling.next) tell(telling);
        for (; waking != null; waking = waking.next) wake(waking);
        Engine runtime = last.cell.runtime;
        if (elsewhere) runtime.scheduler.start("otp:reports", this::report);
        else Current.outside(this::report);
        runtime.scheduler.point();
    }

    // ---- round 1

    private void tell(Case dead) {
        ProcessCell cell = dead.cell;
        if (!dead.begun) {
            dead.own = Current.process() == cell;
            dead.begun = true;
        }
        cell.tellRunner(); // again: this may have failed where the end was decided
        if (!dead.own) cell.awaitCall();
        if (!dead.shut) {
            dead.found = cell.mailbox.shut();
            dead.shut = true;
        }
        if (isRunElsewhere(dead)) cell.zombify(); // before any process hears of the end
        leaveMessages(dead);
        StartCell start = cell.pendingStart();
        ProcessTies.Released released = releasedBy(dead);
        NameState name = released.name;
        if (name != null) name.vacate(cell);
        StartCell failed = start != null && start.fails() ? start : null;
        List<ProcessPort> partners = partnersOf(dead, released);
        cell.runtime.leavesBehind(cell, partners); // before any process hears of the end
        for (Monitor monitor : released.monitors) monitor.target.unwatch(monitor.watch);
        tellPartners(dead, partners, failed);
        if (failed != null && !dead.startTold) {
            failed.tell(dead.reason); // the name is free, and the starter is dead or traps exits
            dead.startTold = true;
        }
        tellWatchers(dead, released);
    }

    /** Leaves what a retained mailbox has to the next process of the name. */
    private static void leaveMessages(Case dead) {
        Inbox inbox = dead.cell.retainedInbox();
        if (inbox == null) return;
        dead.retained = inbox;
        inbox.leave(dead.found, dead.reason);
    }

    /** Whether another thread may run the process. */
    private static boolean isRunElsewhere(Case dead) {
        return !dead.own && Mailbox.closed(dead.found).owner() != Mailbox.Owner.ABSENT;
    }

    private static ProcessTies.Released releasedBy(Case dead) {
        ProcessTies.Released released = dead.released;
        if (released == null) dead.released = released = new ProcessTies.Released();
        dead.cell.release(released);
        return released;
    }

    private static List<ProcessPort> partnersOf(Case dead, ProcessTies.Released released) {
        List<ProcessPort> partners = dead.partners;
        if (partners == null) dead.partners = partners = Links.list(released.links);
        return partners;
    }

    private void tellPartners(Case dead, List<ProcessPort> partners, @Nullable StartCell failed) {
        for (; dead.partnersTold < partners.size(); dead.partnersTold++) {
            if (partners.get(dead.partnersTold) instanceof ProcessCell local) {
                breakOff(local, dead, failed);
            }
            dead.signalled = false;
        }
    }

    /**
     * Ends the link of a dead process to a partner, and gives the partner its signal. Both are one
     * step under the partner's lock: after the partner's unlink has returned neither can happen.
     *
     * @param start the start that has failed by this death, or null; its starter hears of the death
     *     from the start itself
     */
    private void breakOff(ProcessCell partner, Case dead, @Nullable StartCell start) {
        synchronized (partner.lock()) {
            if (!dead.signalled && Links.contains(partner.links(), dead.cell)) {
                if (dead.whole && partner.parent == dead.cell) {
                    condemn(partner, ExitReason.KILLED, true);
                } else if (partner.trapExits) {
                    if (start == null || start.starter != partner) signalExit(partner, dead);
                } else if (!dead.reason.isHarmless()) {
                    condemn(partner, dead.reason, dead.whole);
                }
            }
            partner.links(Links.remove(partner.links(), dead.cell));
        }
        teller.payCreditor();
    }

    private void signalExit(ProcessCell partner, Case dead) {
        var exit = new Signal.Exit(new ExitMessage(dead.cell, dead.reason));
        Owed owed = partner.enqueue(exit);
        teller.owed = owed;
        teller.launched = null;
        teller.creditor = partner; // no call since the push: no error in between
        dead.signalled = true;
    }

    private void condemn(ProcessCell partner, ExitReason reason, boolean whole) {
        var next = new Case(partner, reason, whole);
        if (!partner.decide(reason)) return;
        last.next = next; // no call since the decision: no error in between
        last = next;
    }

    private void tellWatchers(Case dead, ProcessTies.Released released) {
        for (Watcher watcher; (watcher = released.watchers) != null; ) {
            Watcher after = watcher.next;
            if (watcher instanceof Monitor.Watch monitor) {
                Node down = monitor.down(dead.reason);
                ProcessCell owner = monitor.owner();
                Owed owed = owner.enqueue(down);
                teller.owed = owed;
                teller.launched = null;
                teller.creditor = owner; // no call since the push: no error in between
                released.watchers = after;
                teller.payCreditor();
            } else {
                tell(watcher, dead);
                released.watchers = after;
            }
            watcher.next = null;
        }
    }

    /**
     * Tells a watcher. If that fails for want of stack or memory it is tried again. Any other
     * failure would come each time, so it is only reported.
     */
    private static void tell(Watcher watcher, Case dead) {
        try {
            watcher.targetEnded(dead.cell, dead.reason);
        } catch (VirtualMachineError later) {
            throw later;
        } catch (Throwable failed) {
            dead.cell.runtime.watcherFailed(dead.cell, failed);
        }
    }

    // ---- round 2

    private static void wake(Case dead) {
        ProcessCell cell = dead.cell;
        Mailbox.Owner owner = Mailbox.closed(dead.found).owner();
        if (owner == Mailbox.Owner.ABSENT) {
            // a suspended process may be idle while it has messages put aside
            if (dead.aside == null) dead.aside = cell.inboxIfUsed();
            if (dead.aside != null) dead.aside.ended();
            cell.clear();
        }
        if (owner == Mailbox.Owner.WAITING) cell.runtime.scheduler.unpark(cell.thread());
        if (isRunElsewhere(dead)) cell.interruptOwner();
    }

    // ---- round 3

    private void report() {
        for (Case dead; (dead = reporting) != null; reporting = dead.next) {
            countDropped(dead);
            dead.cell.runtime.ended(dead.cell, dead.reason);
        }
    }

    /**
     * Counts dropped messages. Tried only once: a message that is not counted is better than one
     * that is counted twice.
     */
    private static void countDropped(Case dead) {
        if (dead.dropsTold) return;
        dead.dropsTold = true;
        ProcessCell cell = dead.cell;
        Inbox retained = dead.retained;
        if (retained != null) {
            UserCode.runQuietly(() -> retained.reportLeft(dead.found));
            return;
        }
        UserCode.runQuietly(
                () ->
                        Mailbox.closed(dead.found)
                                .forEach(node -> cell.runtime.drop(DropReason.DEAD, node, cell)));
        Inbox aside = dead.aside;
        if (aside == null) return;
        UserCode.runQuietly(
                () -> aside.dropAside(node -> cell.runtime.drop(DropReason.DEAD, node, cell)));
    }
}

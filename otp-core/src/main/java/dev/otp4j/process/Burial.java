/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the end of a process, and of those whom its links take along, from a work list
 * and not by recursion: a chain of a million links needs no stack. Run by whoever decided the end,
 * in its own thread, without any lock or engine flag held, in three rounds over all of them:
 *
 * <ol>
 *   <li>Close the mailbox, free the name, tell links, monitors and callers. Nothing here waits but
 *       for the end of an engine call, and nothing runs user code.
 *   <li>Wake and interrupt the threads that run dead processes.
 *   <li>Count what was dropped and tell listeners, as code that is no process.
 * </ol>
 */
final class Burial {
    /** A process whose end was decided, and what the first round found. */
    private static final class Case {
        final ProcessCell cell;
        final ExitReason reason;
        boolean own;
        Mailbox.@Nullable Closed closed;
        @Nullable Inbox aside;

        Case(ProcessCell cell) {
            this.cell = cell;
            ExitReason known = cell.exitReason();
            if (known == null) throw new IllegalStateException("not ended: " + cell);
            this.reason = known;
        }
    }

    private final List<Case> cases = new ArrayList<>(1);

    private Burial() {}

    /** Buries a process that the caller has decided to end. */
    static void of(ProcessCell cell) {
        var burial = new Burial();
        burial.cases.add(new Case(cell));
        for (int i = 0; i < burial.cases.size(); i++) burial.tell(burial.cases.get(i));
        for (Case dead : burial.cases) wake(dead);
        Current.outside(() -> burial.cases.forEach(Burial::report));
        cell.runtime.scheduler().point();
    }

    private void tell(Case dead) {
        ProcessCell cell = dead.cell;
        dead.own = Current.process() == cell;
        if (!dead.own) cell.awaitCall();
        dead.closed = cell.mailbox.close();
        StartCell start = cell.pendingStart();
        ProcessCell.Estate estate = cell.takeEstate();
        Name<?> name = estate.name();
        if (name != null) name.vacate(cell);
        StartCell failed = start != null && start.fails() ? start : null;
        for (Monitor monitor : estate.monitors()) monitor.target.unwatch(monitor.watch);
        for (ProcessPort partner : estate.links()) {
            if (partner instanceof ProcessCell local
                    && Links.breakOff(local, cell, dead.reason, failed)) {
                cases.add(new Case(local));
            }
        }
        if (failed != null)
            failed.tell(dead.reason); // its name is free, its starter dead or trapping
        for (Watcher watcher : estate.watchers()) watcher.targetEnded(cell, dead.reason);
    }

    private static void wake(Case dead) {
        ProcessCell cell = dead.cell;
        Mailbox.Owner owner = Objects.requireNonNull(dead.closed).owner();
        if (owner == Mailbox.Owner.ABSENT) {
            dead.aside = cell.inboxIfUsed(); // a suspended process is idle with messages put aside
            cell.clear();
        }
        if (owner == Mailbox.Owner.WAITING) cell.runtime.scheduler().unpark(cell.thread());
        if (owner != Mailbox.Owner.ABSENT && !dead.own) cell.interruptOwner();
    }

    private static void report(Case dead) {
        ProcessCell cell = dead.cell;
        Objects.requireNonNull(dead.closed)
                .forEach(node -> cell.runtime.drop(DropReason.DEAD, node, cell));
        Inbox aside = dead.aside;
        if (aside != null) aside.dropAside(node -> cell.runtime.drop(DropReason.DEAD, node, cell));
        cell.runtime.ended(cell, dead.reason);
    }
}

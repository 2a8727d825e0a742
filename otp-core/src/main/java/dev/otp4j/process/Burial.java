/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the end of a process: its mailbox is closed, then everybody who asked is told,
 * then its thread is interrupted. Those whom its links take along are buried from a work list, not
 * by recursion: a chain of a million links needs no stack.
 *
 * <p>Run by whoever decided the end, in its own thread, without any lock or engine flag held.
 */
final class Burial {
    private final ArrayDeque<ProcessCell> dead = new ArrayDeque<>();

    private Burial() {}

    static void of(ProcessCell cell) {
        var burial = new Burial();
        burial.dead.add(cell);
        ProcessCell next;
        while ((next = burial.dead.poll()) != null) burial.bury(next);
        cell.runtime.scheduler().point();
    }

    private void bury(ProcessCell cell) {
        boolean own = Current.process() == cell;
        if (!own) cell.awaitCall();
        ExitReason reason = cell.exitReason();
        if (reason == null) throw new IllegalStateException("not ended: " + cell);
        Mailbox.Owner owner =
                cell.mailbox.close(node -> cell.runtime.drop(DropReason.DEAD, node, cell));
        tell(cell, reason);
        if (owner == Mailbox.Owner.ABSENT) cell.clear();
        if (owner == Mailbox.Owner.WAITING) cell.runtime.scheduler().unpark(cell.thread);
        if (owner != Mailbox.Owner.ABSENT && !own) cell.interruptOwner();
    }

    private void tell(ProcessCell cell, ExitReason reason) {
        StartCell start = cell.pendingStart();
        ProcessCell.Estate estate = cell.takeEstate();
        Name<?> name = estate.name();
        if (name != null) name.vacate(cell);
        for (Monitor monitor : estate.monitors()) monitor.target.unwatch(monitor.watch);
        for (ProcessPort partner : estate.links()) {
            if (partner instanceof ProcessCell local && Links.sever(local, cell)) {
                breakLink(local, cell, reason, start);
            }
        }
        for (Watcher watcher : estate.watchers()) watcher.targetEnded(cell, reason);
        cell.runtime.ended(cell, reason);
    }

    /** The link signal: harmless, a message for who traps, fatal otherwise. */
    private void breakLink(
            ProcessCell partner, ProcessCell from, ExitReason reason, @Nullable StartCell start) {
        if (partner.trapExits) {
            // a starter hears of a failed start from the start itself, not by an exit message as
            // well
            if (start != null && start.starter == partner) return;
            partner.deliver(new Signal.Exit(new ExitMessage(from, reason)));
        } else if (!reason.isHarmless() && partner.decide(reason)) {
            dead.add(partner);
        }
    }
}

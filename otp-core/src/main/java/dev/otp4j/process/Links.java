/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.table.SerialTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links between processes. A link stands at both ends; most processes have one, so it is kept
 * bare, and only the second makes a table.
 *
 * <p>Both ends change under both locks, taken in the order of the serials.
 */
final class Links {
    private Links() {}

    /** Links two local processes. The dead one of them, or null if they are linked now. */
    static @Nullable ProcessCell connect(ProcessCell a, ProcessCell b) {
        ProcessCell first = a.serial() < b.serial() ? a : b;
        ProcessCell second = first == a ? b : a;
        synchronized (first.lock()) {
            synchronized (second.lock()) {
                if (!a.alive()) return a;
                if (!b.alive()) return b;
                a.links(add(a.links(), b));
                b.links(add(b.links(), a));
                return null;
            }
        }
    }

    /** Removes the link at both ends, whoever lives. */
    static void disconnect(ProcessCell a, ProcessCell b) {
        ProcessCell first = a.serial() < b.serial() ? a : b;
        ProcessCell second = first == a ? b : a;
        synchronized (first.lock()) {
            synchronized (second.lock()) {
                a.links(remove(a.links(), b));
                b.links(remove(b.links(), a));
            }
        }
    }

    /**
     * The link signal of {@code dead} to a partner. The link's end and the signal's effect are one
     * step under the partner's lock: after its unlink has returned neither can happen. True if the
     * partner dies of it and is to be buried.
     *
     * @param start the start that has failed by this death, of which its starter has heard; or null
     */
    static boolean breakOff(
            ProcessCell partner, ProcessCell dead, ExitReason reason, @Nullable StartCell start) {
        Owed owed = Owed.NOTHING;
        boolean fatal = false;
        synchronized (partner.lock()) {
            Object before = partner.links();
            if (!contains(before, dead)) return false;
            partner.links(remove(before, dead));
            if (!partner.trapExits) {
                fatal = !reason.isHarmless() && partner.decide(reason);
            } else if (start == null || start.starter != partner) {
                owed = partner.enqueue(new Signal.Exit(new ExitMessage(dead, reason)));
            } // else: a starter hears of a failed start from the start itself
        }
        partner.settle(owed);
        return fatal;
    }

    @SuppressWarnings("unchecked")
    private static SerialTable<ProcessPort> many(Object links) {
        return (SerialTable<ProcessPort>) links;
    }

    private static boolean contains(@Nullable Object links, ProcessPort partner) {
        if (links == null) return false;
        return links instanceof ProcessPort single
                ? single == partner
                : many(links).get(partner.serial()) == partner;
    }

    private static Object add(@Nullable Object links, ProcessPort partner) {
        if (links == null || links == partner) return partner;
        if (links instanceof ProcessPort single) {
            var both = new SerialTable<ProcessPort>(ProcessPort::serial);
            both.add(single);
            both.add(partner);
            return both;
        }
        SerialTable<ProcessPort> linked = many(links);
        if (linked.get(partner.serial()) != partner) linked.add(partner);
        return links;
    }

    private static @Nullable Object remove(@Nullable Object links, ProcessPort partner) {
        if (links == null || links == partner) return null;
        if (links instanceof ProcessPort) return links;
        SerialTable<ProcessPort> rest = many(links);
        rest.remove(partner.serial(), partner);
        return rest.size() == 0 ? null : rest;
    }

    static List<ProcessPort> list(@Nullable Object links) {
        if (links == null) return List.of();
        return links instanceof ProcessPort single
                ? List.of(single)
                : many(links).stream().toList();
    }
}

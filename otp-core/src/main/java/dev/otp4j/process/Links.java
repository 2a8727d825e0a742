/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.table.SerialTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Functions over the links between processes. Both ends keep a link. Most processes have one link,
 * which is kept as a bare reference; the second link makes a table.
 *
 * <p>Both ends change under both locks, taken in the order of the serials.
 */
final class Links {
    private Links() {}

    /** Links two local processes. Returns the one that is dead, or null if they are linked now. */
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

    /** Removes the link at both ends, whether the processes live or not. */
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

    @SuppressWarnings("unchecked")
    private static SerialTable<ProcessPort> many(Object links) {
        return (SerialTable<ProcessPort>) links;
    }

    static boolean contains(@Nullable Object links, ProcessPort partner) {
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

    static @Nullable Object remove(@Nullable Object links, ProcessPort partner) {
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

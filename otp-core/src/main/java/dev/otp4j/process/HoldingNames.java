/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The names of a runtime that hold messages while they are vacant: those that its processes have
 * adopted, and those that hold a message now. This does not keep a name from being collected.
 */
final class HoldingNames {
    private final Set<NameState> adopted = Collections.newSetFromMap(new WeakHashMap<>());
    private final Set<NameState> filled = Collections.newSetFromMap(new WeakHashMap<>());

    /** Says that a process of the runtime has adopted a name that holds messages. */
    void adopted(NameState name) {
        synchronized (adopted) {
            adopted.add(name);
        }
    }

    /** Whether a process of the runtime has adopted that name while it held messages. */
    boolean hasAdopted(NameState name) {
        synchronized (adopted) {
            return adopted.contains(name);
        }
    }

    /** Says that a vacant name holds its first message. The caller has the name's lock. */
    void holdsMessages(NameState name) {
        synchronized (filled) {
            filled.add(name);
        }
    }

    /** Says that a name holds no message any more. The caller has the name's lock. */
    void holdsNothing(NameState name) {
        synchronized (filled) {
            filled.remove(name);
        }
    }

    /**
     * How many messages all names hold. Takes the lock of each name that holds messages for a
     * moment.
     */
    long heldMessages() {
        List<NameState> names;
        synchronized (filled) {
            names = List.copyOf(filled);
        }
        long sum = 0;
        for (NameState name : names) sum += name.heldNow();
        return sum;
    }

    /**
     * Gives up all names that were adopted or hold a message, as {@link ProcessRuntime#takeNames}
     * says.
     *
     * @return an action that drops the held messages; the caller runs it under no lock
     */
    Runnable giveUp(String why) {
        var names = new LinkedHashSet<NameState>();
        synchronized (adopted) {
            names.addAll(adopted);
        }
        synchronized (filled) {
            names.addAll(
                    filled); // one that is started on demand may hold messages before its first
            // process
        }
        List<Runnable> drops = names.stream().map(name -> name.abandonWithRuntime(why)).toList();
        return () -> drops.forEach(Runnable::run);
    }
}

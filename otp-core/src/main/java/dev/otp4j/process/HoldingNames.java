/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The names that hold messages while they are vacant, of a runtime: those that its processes have
 * adopted, and those that hold a message now. Neither keeps a name from being collected.
 */
final class HoldingNames {
    private final Set<NameState> adopted = Collections.newSetFromMap(new WeakHashMap<>());
    private final Set<NameState> filled = Collections.newSetFromMap(new WeakHashMap<>());

    /** A name that holds messages was adopted by a process of the runtime. */
    void adopted(NameState name) {
        synchronized (adopted) {
            adopted.add(name);
        }
    }

    /** A vacant name holds its first message. Called under the name's lock. */
    void holdsMessages(NameState name) {
        synchronized (filled) {
            filled.add(name);
        }
    }

    /** A name holds no message any more. Called under the name's lock. */
    void holdsNothing(NameState name) {
        synchronized (filled) {
            filled.remove(name);
        }
    }

    /** How many messages are held. Locks each name that holds messages for a moment. */
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
     * Gives up all names that were adopted, as {@link ProcessRuntime#takeNames} says.
     *
     * @return drops what was held; to be run under no lock
     */
    Runnable giveUp(String why) {
        List<NameState> names;
        synchronized (adopted) {
            names = List.copyOf(adopted);
        }
        List<Runnable> drops = names.stream().map(name -> name.abandonWithRuntime(why)).toList();
        return () -> drops.forEach(Runnable::run);
    }
}

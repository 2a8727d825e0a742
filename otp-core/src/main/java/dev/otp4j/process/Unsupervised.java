/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The living processes of a runtime that no supervisor has in its book, so that the end of a
 * supervision tree can find what runs beside it. A process that a supervisor has taken over costs
 * nothing here.
 *
 * <pre>
 * absent -> listed   before the process runs                           its starter
 * listed -> absent   a supervisor has it in its book: adopt            the supervisor's process
 * absent -> listed   its parent has ended                              the thread that tells of that end, before it
 *                                                                      tells anybody of the end
 * listed -> absent   it has ended                                      the thread that tells of the end
 * </pre>
 *
 * <p>Each entry is followed by a look at the process's life, and the thread that tells of its end
 * has decided its end before it removes it: one of the two removes it. A supervisor that adopts
 * looks afterwards whether it lives itself: the thread that tells of its end has decided its end
 * before it lists the children, so one of the two lists the child.
 */
final class Unsupervised {
    private final Set<ProcessCell> listed = ConcurrentHashMap.newKeySet();

    void enter(ProcessCell cell) {
        listed.add(cell);
        if (!cell.alive()) listed.remove(cell);
    }

    /** A process has ended; its children may live on. */
    void enterChildren(ProcessCell dead, List<ProcessPort> links) {
        for (ProcessPort partner : links) {
            if (partner instanceof ProcessCell cell && cell.parent == dead) enter(cell);
        }
    }

    void leave(ProcessCell cell) {
        listed.remove(cell);
    }

    /** A supervisor has a child of its own in its book. */
    void adopt(ProcessCell supervisor, ProcessCell child) {
        if (child.parent != supervisor) return;
        listed.remove(child);
        if (!supervisor.alive()) enter(child);
    }

    /** Those that live now, the oldest first: who was started before what it started. */
    List<ProcessCell> living() {
        return listed.stream()
                .filter(ProcessCell::alive)
                .sorted(Comparator.comparingLong(ProcessCell::serial))
                .toList();
    }
}

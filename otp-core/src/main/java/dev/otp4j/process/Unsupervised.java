/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The living processes of a runtime that no supervisor has in its list of children. The end of a
 * supervision tree finds here what runs beside the tree. A process that a supervisor has taken over
 * costs nothing here.
 *
 * <pre>
 * absent -> listed   before the process runs                           its starter
 * listed -> absent   a supervisor has it in its list: adopt            the supervisor's process
 * absent -> listed   its parent has ended                              the thread that tells of that end, before it
 *                                                                      tells any link or watcher
 * listed -> absent   it has ended                                      the thread that tells of the end
 * </pre>
 *
 * <p>A thread that lists a process then looks whether the process is alive. The thread that tells
 * of the end has decided the end before it removes the process. So one of the two removes it. A
 * supervisor that adopts a child then looks whether it is alive itself. The thread that tells of
 * the supervisor's end has decided that end before it lists the children. So one of the two lists
 * the child.
 */
final class Unsupervised {
    private final Set<ProcessCell> listed = ConcurrentHashMap.newKeySet();

    void enter(ProcessCell cell) {
        listed.add(cell);
        if (!cell.alive()) listed.remove(cell);
    }

    /** Lists the children of a process that has ended; they may live on. */
    void enterChildren(ProcessCell dead, List<ProcessPort> links) {
        for (ProcessPort partner : links) {
            if (partner instanceof ProcessCell cell && cell.parent == dead) enter(cell);
        }
    }

    void leave(ProcessCell cell) {
        listed.remove(cell);
    }

    /** Removes a child that a supervisor has in its list of children. */
    void adopt(ProcessCell supervisor, ProcessCell child) {
        if (child.parent != supervisor) return;
        listed.remove(child);
        if (!supervisor.alive()) enter(child);
    }

    /**
     * The processes that live now, oldest first: each comes before the processes that it started.
     */
    List<ProcessCell> living() {
        return listed.stream()
                .filter(ProcessCell::alive)
                .sorted(Comparator.comparingLong(ProcessCell::serial))
                .toList();
    }
}

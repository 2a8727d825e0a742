/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What supervisors and their handles read of a supervisor, beside what tools read. */
interface SupervisorView extends SupervisorInfo {
    /**
     * What the predecessor of the child that is being started showed, if both are supervisors; or
     * null. The child reads it in its initialiser.
     */
    @Nullable SupervisorView replaced();

    /**
     * The records of the children: in start order for a static supervisor, in no order for a
     * factory. Nothing is copied.
     */
    Stream<Child> books();

    /** The record of the child with that id, or null. */
    default @Nullable Child book(String id) {
        return books().filter(child -> child.id().equals(id)).findFirst().orElse(null);
    }

    @Override
    default Stream<ChildInfo> children() {
        return books().map(child -> child);
    }

    /** The children in the same order, as they are now. */
    default List<ChildInfo> snapshots() {
        return books().map(Child::info).toList();
    }

    /** Counts the children while it walks; copies nothing. */
    default ChildCounts counts() {
        int all = 0;
        int active = 0;
        int supervisors = 0;
        for (Iterator<Child> left = books().iterator(); left.hasNext(); ) {
            Child child = left.next();
            all++;
            Pid pid = child.pid();
            if (pid != null && Processes.isAlive(pid)) active++;
            if (child.type() == ChildType.SUPERVISOR) supervisors++;
        }
        return new ChildCounts(all, active, supervisors, all - supervisors);
    }
}

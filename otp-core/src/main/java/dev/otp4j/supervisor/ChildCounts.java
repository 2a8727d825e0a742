/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import java.util.stream.Stream;

/**
 * How many children a supervisor has.
 *
 * <p>Counterpart: {@code supervisor:count_children/1}.
 *
 * @param specifications all, running or not; of a factory, which has one template, its children
 * @param active those whose process lives
 * @param supervisors those that supervise, running or not
 * @param workers those that work, running or not
 * @since 0.1.0
 */
public record ChildCounts(int specifications, int active, int supervisors, int workers) {
    /** Counts while it walks; copies nothing. */
    static ChildCounts of(Stream<Child> children) {
        int all = 0;
        int active = 0;
        int supervisors = 0;
        for (Child child : (Iterable<Child>) children::iterator) {
            all++;
            Pid pid = child.pid();
            if (pid != null && Processes.isAlive(pid)) active++;
            if (child.terms().type() == ChildType.SUPERVISOR) supervisors++;
        }
        return new ChildCounts(all, active, supervisors, all - supervisors);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.util.List;

/**
 * How many children a supervisor has.
 *
 * <p>Counterpart: {@code supervisor:count_children/1}.
 *
 * @param specifications all, running or not
 * @param active those that have a process
 * @param supervisors those that supervise, running or not
 * @param workers those that work, running or not
 * @since 0.1.0
 */
public record ChildCounts(int specifications, int active, int supervisors, int workers) {
    static ChildCounts of(List<ChildInfo> children) {
        int active = 0;
        int supervisors = 0;
        for (ChildInfo child : children) {
            if (child.pid() != null) active++;
            if (child.type() == ChildType.SUPERVISOR) supervisors++;
        }
        return new ChildCounts(children.size(), active, supervisors, children.size() - supervisors);
    }
}

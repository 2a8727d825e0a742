/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.ArrayList;
import java.util.List;

/**
 * Processes that wait for each other's replies in a circle: each has called the next one, and the
 * last one has called the first. None of them goes on before the time limit of one of the calls.
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param processes the processes in the order of the calls
 * @since 0.1.0
 */
public record CallCircle(List<Pid> processes) {
    /** Copies the list. */
    public CallCircle {
        processes = List.copyOf(processes);
    }

    /** The same circle, told from one of its processes. */
    static CallCircle from(Pid first, List<Pid> circle) {
        int at = circle.indexOf(first);
        var turned = new ArrayList<>(circle.subList(at, circle.size()));
        turned.addAll(circle.subList(0, at));
        return new CallCircle(turned);
    }

    /** The log line. */
    @Override
    public String toString() {
        var text =
                new StringBuilder().append(processes.getFirst()).append(" waits for a reply of ");
        for (Pid next : processes.subList(1, processes.size())) {
            text.append(next).append(", which waits for a reply of ");
        }
        return text.append(processes.getFirst()).append(": a circle of calls").toString();
    }
}

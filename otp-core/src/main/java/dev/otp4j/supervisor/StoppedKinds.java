/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Children of a factory that were asked to stop and ended for reasons of the same kind; the oldest
 * of them.
 */
record StoppedKinds(Child first, Pid pid, ExitReason reason, int count) {
    private StoppedKinds and(StoppedKinds other) {
        StoppedKinds older = first.number() < other.first.number() ? this : other;
        return new StoppedKinds(older.first, older.pid, older.reason, count + other.count);
    }

    /** One report for each kind of reason: a report for each child would push out all others. */
    static void report(
            Reporter reporter,
            Shutdown shutdown,
            Map<Pid, ExitReason> reasons,
            Function<Pid, @Nullable Child> children) {
        var kinds = new LinkedHashMap<String, StoppedKinds>();
        reasons.forEach(
                (pid, reason) -> {
                    Child child = children.apply(pid);
                    if (child == null) return;
                    kinds.merge(
                            ChildFailure.type(reason),
                            new StoppedKinds(child, pid, reason, 1),
                            StoppedKinds::and);
                });
        for (StoppedKinds kind : kinds.values()) {
            reporter.ended(kind.first(), kind.reason(), kind.count());
            if (RestartDecider.endedAsAsked(shutdown, kind.reason())) continue;
            reporter.stoppedBadly(kind.first(), kind.pid(), kind.reason(), kind.count());
        }
    }
}

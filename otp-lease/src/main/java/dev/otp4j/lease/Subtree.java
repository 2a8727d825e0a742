/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.ChildType;
import dev.otp4j.supervisor.SupervisorInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor and everything below it, to be ended without asking any supervisor.
 *
 * @param root the supervisor
 * @param view what it shows; still read when it is dead
 */
record Subtree(Pid root, @Nullable SupervisorInfo view) {
    /** What is below a supervisor that lives. */
    static Subtree of(Pid root) {
        return new Subtree(root, SupervisorInfo.of(root).orElse(null));
    }

    boolean isOf(Pid supervisor) {
        return root.equals(supervisor);
    }

    /**
     * Kills all of it: first what is linked, at once and also what is being started; then what the
     * supervisors have recorded as their children. These are processes that others have started,
     * and those whose supervisor was dead before. Runs on any thread, also while no virtual thread
     * can begin.
     */
    void kill() {
        List<SupervisorInfo> supervisors = supervisors(); // a dead one shows nothing
        Processes.killTree(root);
        for (SupervisorInfo supervisor : supervisors) {
            supervisor.children().map(ChildInfo::pid).forEach(Subtree::killRest);
        }
    }

    private static void killRest(@Nullable Pid recorded) {
        if (recorded != null && Processes.isAlive(recorded)) Processes.killTree(recorded);
    }

    /** Each supervisor before those below it. */
    private List<SupervisorInfo> supervisors() {
        var found = new ArrayList<SupervisorInfo>();
        var open = new ArrayDeque<SupervisorInfo>();
        if (view != null) open.add(view);
        for (SupervisorInfo next; (next = open.poll()) != null; ) {
            found.add(next);
            next.children()
                    .filter(child -> child.type() == ChildType.SUPERVISOR)
                    .map(ChildInfo::pid)
                    .forEach(pid -> addView(open, pid));
        }
        return found;
    }

    private static void addView(ArrayDeque<SupervisorInfo> open, @Nullable Pid pid) {
        if (pid != null) SupervisorInfo.of(pid).ifPresent(open::add);
    }
}

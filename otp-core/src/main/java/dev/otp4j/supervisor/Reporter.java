/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.SupervisorReport.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A supervisor's voice: it makes the reports on its children. Made and used in its process. */
final class Reporter {
    private final Pid supervisor = Processes.self();
    private final String path;
    private final String definition;
    private final boolean factory;
    private final String tolerated;
    private final Reports to = new Reports();

    /**
     * @param factory whether the children are instances of the supervisor, not of their own id
     */
    Reporter(Tolerance tolerance, boolean factory) {
        this.factory = factory;
        path = Objects.requireNonNullElseGet(ProcessInfo.pathOf(supervisor), supervisor::toString);
        definition = definition(supervisor, path);
        tolerated = tolerance.intensity() + " restarts in " + tolerance.period();
    }

    private static String definition(Pid supervisor, String path) {
        Pid parent = ProcessInfo.parentOf(supervisor);
        Object above = parent == null ? null : ProcessInfo.viewOf(parent);
        if (above instanceof SupervisorView maker && maker.isFactory()) return maker.definition();
        return path.equals("/") ? "root" : path.substring(path.lastIndexOf('/') + 1);
    }

    /** What the supervisor is an instance of. */
    String definition() {
        return definition;
    }

    /** The supervisor's path, or its pid if it has none. */
    String path() {
        return path;
    }

    void started(Child child) {
        report(child, Context.STARTED, ExitReason.NORMAL, child.pid(), "started");
    }

    void restarted(Child child) {
        report(child, Context.RESTARTED, ExitReason.NORMAL, child.pid(), "restarted");
    }

    void startFailed(Child child, ExitReason reason, String decision) {
        report(child, Context.START_ERROR, reason, null, decision);
    }

    void willTryAgain(Child child, ExitReason reason) {
        startFailed(child, reason, "try again: at most " + tolerated);
    }

    /**
     * @param used how much of the tolerance was used up before
     */
    void terminated(
            Child child, Pid pid, ExitReason reason, RestartDecider.Decision decision, int used) {
        String word =
                switch (decision) {
                    case RESTART -> "restart, " + used + " of " + tolerated + " used";
                    case KEEP_DOWN, REMOVE -> factory ? "removed" : "stays down";
                };
        report(child, Context.CHILD_TERMINATED, reason, pid, word);
    }

    /** It was asked to stop, and ended otherwise. */
    void stoppedBadly(Child child, Pid pid, ExitReason reason) {
        report(child, Context.SHUTDOWN_ERROR, reason, pid, "stopped");
    }

    void givesUp(Child child) {
        String decision = "gives up: more than " + tolerated;
        report(child, Context.SHUTDOWN, ExitReason.SHUTDOWN, null, decision);
    }

    private void report(
            Child child, Context context, ExitReason reason, @Nullable Pid pid, String decision) {
        to.publish(
                new SupervisorReport(
                        supervisor,
                        path,
                        context,
                        reason,
                        child.id,
                        factory ? definition : child.id,
                        pid,
                        child.restart,
                        decision,
                        definition));
    }
}

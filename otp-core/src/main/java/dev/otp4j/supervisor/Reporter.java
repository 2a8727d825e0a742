/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.SupervisorReport.Context;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A supervisor's voice: it makes the reports on its children. Made and used in its process. */
final class Reporter {
    private final Pid supervisor = Processes.self();
    private final String path;
    private final String definition;
    private final boolean factory;
    private final String tolerated;
    private final Reports to;

    /**
     * @param later takes what is to be done later, in order
     * @param factory whether the children are instances of the supervisor, not of their own id
     */
    Reporter(Consumer<Runnable> later, Tolerance tolerance, boolean factory) {
        to = new Reports(later);
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

    /** There are as many of these as a factory has children, so they go to who counts only. */
    void started(Child child) {
        if (!to.heard(Context.STARTED)) return; // nobody waits for a text that nobody reads
        SupervisorReport report =
                report(child, Context.STARTED, ExitReason.NORMAL, child.pid(), "started");
        if (factory) to.count(report);
        else to.publish(report);
    }

    void restarted(Child child) {
        publish(child, Context.RESTARTED, ExitReason.NORMAL, child.pid(), "restarted");
    }

    void startFailed(Child child, ExitReason reason, String decision) {
        publish(child, Context.START_ERROR, reason, null, decision);
    }

    void willTryAgain(Child child, ExitReason reason) {
        startFailed(child, reason, "try again: at most " + tolerated);
    }

    /**
     * @param used how much of the tolerance was used up before
     */
    void terminated(
            Child child, Pid pid, ExitReason reason, RestartDecider.Decision decision, int used) {
        if (!to.heard(Context.CHILD_TERMINATED)) return;
        String word =
                switch (decision) {
                    case RESTART -> "restart, " + used + " of " + tolerated + " used";
                    case KEEP_DOWN, REMOVE -> factory ? "removed" : "stays down";
                };
        publish(child, Context.CHILD_TERMINATED, reason, pid, word);
    }

    /** It was asked to stop, and ended otherwise. */
    void stoppedBadly(Child child, Pid pid, ExitReason reason) {
        stoppedBadly(child, pid, reason, 1);
    }

    /** So many were asked to stop, and ended otherwise for the same kind of reason. */
    void stoppedBadly(Child first, Pid pid, ExitReason reason, int children) {
        Context context = Context.SHUTDOWN_ERROR;
        if (!to.heard(context)) return;
        to.publish(report(first, context, reason, pid, "stopped", children));
    }

    void givesUp(Child child) {
        ExitReason reason = ExitReason.shutdown("reached_max_restart_intensity");
        publish(child, Context.SHUTDOWN, reason, null, "gives up: more than " + tolerated);
    }

    private void publish(
            Child child, Context context, ExitReason reason, @Nullable Pid pid, String decision) {
        if (to.heard(context)) to.publish(report(child, context, reason, pid, decision));
    }

    private SupervisorReport report(
            Child child, Context context, ExitReason reason, @Nullable Pid pid, String decision) {
        return report(child, context, reason, pid, decision, 1);
    }

    private SupervisorReport report(
            Child child,
            Context context,
            ExitReason reason,
            @Nullable Pid pid,
            String decision,
            int children) {
        ChildTerms terms = child.terms();
        String id = child.id();
        return new SupervisorReport(
                supervisor,
                path,
                context,
                reason,
                id,
                factory ? definition : id,
                pid,
                terms.restart(),
                decision,
                definition,
                terms.type(),
                terms.shutdown(),
                terms.significant(),
                children);
    }
}

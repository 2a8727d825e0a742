/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.internal.path.Path;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.SupervisorReport.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Makes a supervisor's reports on its children. Made and used in its process. */
final class Reporter {
    private final Pid supervisor = Processes.self();
    private final String path;
    private final String definition;
    private final boolean factory;
    private final String tolerated;
    private final ReportSink to;

    /** How long the start that succeeded last took, or null. */
    private @Nullable Duration lastStart;

    /**
     * @param later takes what is to be done later, in order, and the process that it is about
     * @param factory whether the children are instances of the supervisor, not of their own id
     */
    Reporter(BiConsumer<Pid, Runnable> later, Tolerance tolerance, boolean factory) {
        to = new ReportSink(later);
        this.factory = factory;
        path = ProcessInfo.pathOf(supervisor).orElseGet(supervisor::toString);
        definition = definition(supervisor, path);
        tolerated = tolerance.intensity() + " restarts in " + tolerance.period();
    }

    private static String definition(Pid supervisor, String path) {
        Object above = ProcessInfo.parentOf(supervisor).flatMap(ProcessInfo::viewOf).orElse(null);
        if (above instanceof SupervisorView maker && maker.isFactory()) return maker.definition();
        return Path.isRoot(path) ? "root" : Path.last(path);
    }

    /** What the supervisor is an instance of. */
    String definition() {
        return definition;
    }

    /** A start function has returned after so long; a report of that start may follow. */
    void tookToStart(long nanos) {
        lastStart = Duration.ofNanos(nanos);
    }

    /** The supervisor's path, or its pid if it has none. */
    String path() {
        return path;
    }

    /** Of a factory there is one such report for each child, so only {@code counted} gets them. */
    void started(Child child) {
        if (!to.heard(Context.STARTED)) return; // do not make a text that is not read
        SupervisorReport report =
                report(child, Context.STARTED, ExitReason.NORMAL, child.pid(), "started");
        if (factory) to.count(report);
        else to.publish(report);
    }

    /**
     * @param reason why it had ended
     */
    void restarted(Child child, ExitReason reason) {
        publish(child, Context.RESTARTED, reason, child.pid(), "restarted");
    }

    /** A child has ended, by itself or because it was stopped. */
    void ended(Child child, ExitReason reason) {
        ended(child, reason, 1);
    }

    /** That many have ended for the same kind of reason. */
    void ended(Child first, ExitReason reason, int children) {
        if (!to.isHeard()) return;
        String own = factory ? definition : first.id();
        to.count(
                new ChildEnd(
                        supervisor,
                        path,
                        first.id(),
                        first.lastPid(),
                        first.terms().type(),
                        own,
                        definition,
                        reason,
                        children));
    }

    /** It was stopped and started again because a sibling failed. */
    void restartedWith(Child failed, Child child) {
        String decision = "restarted with '" + failed.id() + "'";
        publish(child, Context.RESTARTED, ExitReason.SHUTDOWN, child.pid(), decision);
    }

    void startFailed(Child child, ExitReason reason, String decision) {
        publish(child, Context.START_ERROR, reason, null, decision);
    }

    /** It was started when its caller's time limit was over, and was stopped. */
    void startedTooLate(Child child) {
        startFailed(child, ExitReason.shutdown("its caller no longer waits"), "stopped, not added");
    }

    void willTryAgain(Child child, ExitReason reason) {
        String decision = "tries again if the tolerance of " + tolerated + " allows it";
        startFailed(child, reason, decision);
    }

    /** {@link #willTryAgain(Child, ExitReason)} after a delay; the attempt that failed counts. */
    void willTryAgain(Child child, ExitReason reason, int used, Delay delay) {
        if (!to.heard(Context.START_ERROR)) return;
        String decision = "tries again" + after(delay) + ", " + used + " of " + tolerated;
        to.publish(report(child, Context.START_ERROR, reason, null, decision, 1, delay));
    }

    /** One more attempt would exceed the tolerance; {@link #givesUp} follows. */
    void triesNoMore(Child child, ExitReason reason) {
        startFailed(child, reason, "tries no more: more than " + tolerated);
    }

    /**
     * @param used how many restarts count against the tolerance, this one included
     * @param delay what the restart waits for, or null
     * @param codeRuns whether it waits for the code of the process to return
     */
    void restarts(
            Child child,
            Pid pid,
            ExitReason reason,
            int used,
            @Nullable Delay delay,
            boolean codeRuns) {
        Context context = Context.CHILD_TERMINATED;
        if (!to.heard(context)) return;
        String decision =
                "restart"
                        + (delay == null ? "" : after(delay))
                        + (codeRuns ? " once its code has returned" + within(child) : "")
                        + ", "
                        + used
                        + " of "
                        + tolerated;
        to.publish(report(child, context, reason, pid, decision, 1, delay));
    }

    private static String after(Delay delay) {
        Duration time = Duration.ofMillis((delay.time().toNanos() + 999_999) / 1_000_000);
        return " in %s (attempt %d)".formatted(time, delay.attempt());
    }

    private static String within(Child child) {
        return ", after " + child.terms().awaitThread() + " at the latest";
    }

    /** One more restart would exceed the tolerance; {@link #givesUp} follows. */
    void restartsNoMore(Child child, Pid pid, ExitReason reason) {
        String decision = "no restart: more than " + tolerated;
        publish(child, Context.CHILD_TERMINATED, reason, pid, decision);
    }

    void keptDown(Child child, Pid pid, ExitReason reason) {
        String decision = factory ? "removed" : "stays down";
        publish(child, Context.CHILD_TERMINATED, reason, pid, decision);
    }

    /** It was asked to stop, and ended for another reason. */
    void stoppedBadly(Child child, Pid pid, ExitReason reason) {
        stoppedBadly(child, pid, reason, 1);
    }

    /** That many were asked to stop, and all ended for another reason of the same kind. */
    void stoppedBadly(Child first, Pid pid, ExitReason reason, int children) {
        Context context = Context.SHUTDOWN_ERROR;
        if (!to.heard(context)) return;
        to.publish(report(first, context, reason, pid, "stopped", children, null));
    }

    Offender offender(Child child, ExitReason reason) {
        var failure = new ChildFailure(Instant.now(), reason);
        return new Offender(Path.join(path, child.id()), path, failure);
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
        return report(child, context, reason, pid, decision, 1, null);
    }

    private SupervisorReport report(
            Child child,
            Context context,
            ExitReason reason,
            @Nullable Pid pid,
            String decision,
            int children,
            @Nullable Delay delay) {
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
                children,
                context == Context.STARTED || context == Context.RESTARTED ? lastStart : null,
                child.restarts(),
                Instant.now(),
                delay == null ? null : delay.time(),
                delay == null ? 0 : delay.attempt());
    }
}

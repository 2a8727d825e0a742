/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ProcessListener;

/**
 * Hears what supervisors report. What it throws is logged and dropped.
 *
 * {@snippet :
 * class Alarm implements SupervisorListener {
 *     @Override
 *     public void reported(SupervisorReport report) {
 *         if (report.context() == SupervisorReport.Context.SHUTDOWN) page(report.toString());
 *     }
 * }
 * }
 *
 * @since 0.1.0
 */
public interface SupervisorListener extends ProcessListener {
    /**
     * A supervisor has reported. Called on a thread outside of processes, in the order of all
     * reports of the runtime, crash reports included. May block: no supervisor waits for it, but
     * reports that pile up are dropped and {@linkplain
     * dev.otp4j.process.ProcessRuntime#droppedReports counted}. Not called when a factory has
     * started a child: for that only {@link #counted} is called. Does nothing by default.
     */
    default void reported(SupervisorReport report) {}

    /**
     * A supervisor reports. Called for every report, in the supervisor's process: made for
     * counting. The report is queued for the log and for {@link #reported} already, so {@link
     * dev.otp4j.process.ProcessRuntime#awaitReports} waits for the log lines of all reports that
     * were counted; {@code reported} can be called before, after or during this. Must return at
     * once and not block. Does nothing by default.
     */
    default void counted(SupervisorReport report) {}

    /**
     * A child has ended, by itself or because its supervisor stopped it. Called once for each child
     * that its supervisor saw end; of children that a factory stops together once for each kind of
     * reason. A child that outlives its supervisor, because that was killed, is not told of. Called
     * in the supervisor's process, before a report on the same end: made for counting. Must return
     * at once and not block. Does nothing by default.
     */
    default void childEnded(ChildEnd end) {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ProcessListener;

/**
 * Told what supervisors report. What it throws is logged and dropped.
 *
 * @since 0.1.0
 */
public interface SupervisorListener extends ProcessListener {
    /**
     * A supervisor has reported. Told on a thread that is no process, in the order of all reports
     * of the runtime, crash reports included. May be slow: no supervisor waits for it, but reports
     * that pile up are dropped and {@linkplain dev.otp4j.process.ProcessRuntime#droppedReports
     * counted}. Not told that a factory has started a child; {@link #counted} is.
     */
    void reported(SupervisorReport report);

    /**
     * A supervisor reports. Told of every report, in the supervisor's process, before anybody else:
     * for those who count. Must return at once and not block. Does nothing by default.
     */
    default void counted(SupervisorReport report) {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ProcessListener;

/**
 * Told what supervisors report. Called in the supervisor's process: must return at once and not
 * block; what it throws is logged and dropped.
 *
 * @since 0.1.0
 */
public interface SupervisorListener extends ProcessListener {
    /** A supervisor reports. */
    void reported(SupervisorReport report);
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ProcessListener;

/**
 * Told when the tree of a system has ended: by a stop, or by itself. Called once per life, on a
 * thread of its own that is no process; may block. What it throws is logged and dropped.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SystemListener extends ProcessListener {
    /** The tree has ended; nothing of it runs any more. */
    void terminated(Termination termination);
}

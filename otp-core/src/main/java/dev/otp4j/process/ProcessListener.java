/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Told by a runtime what happens to its processes. Called in the thread in which it happens: must
 * return at once and not block; what it throws is logged and dropped.
 *
 * @since 0.1.0
 */
public interface ProcessListener {
    /** A process ended, for whatever reason. Everybody who watched it was told before. */
    default void processEnded(Pid pid, ExitReason reason) {}
}

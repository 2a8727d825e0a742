/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.process.ProcessListener;

/**
 * Is told when a system's tree ends and when the system's state changes. What it throws is logged
 * and dropped.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SystemListener extends ProcessListener {
    /**
     * The tree has ended, by a stop or by itself; nothing of it runs any more. Called once per
     * life, on a thread of its own outside of processes; may block.
     */
    void terminated(Termination termination);

    /**
     * The system is running, stopped, or has given up, and was not before. Called after each such
     * change by the thread that made it, under no lock; a start or a stop returns after that. Must
     * return at once and not block. Does nothing by default.
     *
     * <p>Read {@link OtpSystem#state()} to learn the state. Another thread may have changed it
     * again already: the call for the later change can come first, and the state that is read last
     * is the right one. Listeners are not told that a tree is being started or stopped.
     */
    default void stateChanged(OtpSystem system) {}
}

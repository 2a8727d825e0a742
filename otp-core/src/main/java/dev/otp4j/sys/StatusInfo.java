/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import dev.otp4j.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * The status of a process, as the process itself reports it; see {@link Sys#getStatus(Pid)}.
 *
 * <p>Counterpart: {@code sys:get_status/1}.
 *
 * @param pid the process
 * @param module name of the class that has the process's code: for an actor the user's class
 * @param mode whether the process handles messages
 * @param parent the process that started it, or null if that is not known
 * @param queued how many messages wait in its mailbox
 * @param debug what tools watch of it
 * @param state its state or a snapshot of it, or null
 * @since 0.1.0
 */
public record StatusInfo(
        Pid pid,
        String module,
        Mode mode,
        @Nullable Pid parent,
        int queued,
        Debug debug,
        @Nullable Object state) {

    /** Whether a process handles messages. */
    public enum Mode {
        /** The process handles messages. */
        RUNNING,
        /** Messages stay queued; the process serves system messages only. */
        SUSPENDED
    }

    /**
     * What tools watch of a process.
     *
     * @param statistics whether messages are counted
     * @param logged how many events the log keeps; 0 if there is no log, or if it has switched
     *     itself off
     * @param traced how many more messages will be written to the logger {@code dev.otp4j.sys}
     */
    public record Debug(boolean statistics, int logged, int traced) {}
}

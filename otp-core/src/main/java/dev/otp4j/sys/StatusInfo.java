/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import dev.otp4j.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * What a process says of itself.
 *
 * <p>Counterpart: {@code sys:get_status/1}.
 *
 * @param pid the process
 * @param module the class whose code it runs: for an actor the user's
 * @param mode whether it handles messages
 * @param parent who started it, or null if that is not known
 * @param queued how many messages wait
 * @param debug what is watched of it
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
        /** It does. */
        RUNNING,
        /** They stay queued; system messages alone are served. */
        SUSPENDED
    }

    /**
     * What is watched of a process.
     *
     * @param statistics whether messages are counted
     * @param logged how many events the log keeps; 0 without log, or when it has switched itself
     *     off
     * @param traced how many events are still written to the system log
     */
    public record Debug(boolean statistics, int logged, int traced) {}
}

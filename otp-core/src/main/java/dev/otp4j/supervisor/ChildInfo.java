/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * A child as its supervisor sees it now.
 *
 * <p>Counterpart: an element of {@code supervisor:which_children/1}.
 *
 * @param id its name within the supervisor; for a child of a factory its number
 * @param pid the process, or null if there is none now
 * @param state whether it runs, is down, or is being restarted
 * @param type whether it works or supervises
 * @param restart when it is started again
 * @param restarts how often it was started again
 * @param held how many messages its name holds until it has a process again
 * @param lastFailure the last time it failed, or null
 * @since 0.1.0
 */
public record ChildInfo(
        String id,
        @Nullable Pid pid,
        State state,
        ChildType type,
        Restart restart,
        int restarts,
        int held,
        @Nullable ChildFailure lastFailure) {

    /** What a child is doing, as its supervisor sees it. */
    public enum State {
        /** It was started and has not ended since. */
        RUNNING,
        /**
         * It has no process: it ended, was stopped, was not started yet, or waits for a sibling
         * before it that is being restarted.
         */
        STOPPED,
        /** It ended, and attempts to start it again go on. */
        RESTARTING
    }
}

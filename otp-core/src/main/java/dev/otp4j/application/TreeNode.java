/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.ChildFailure;
import dev.otp4j.supervisor.KeyCounts;
import dev.otp4j.supervisor.PendingRestart;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.Strategy;
import dev.otp4j.supervisor.Tolerance;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of a supervision tree as it could be read at one moment, with those below it. Plain
 * values: nothing in it refers to the engine but the pid.
 *
 * <p>Components may be added in any release: do not call the constructor, and do not match with a
 * record pattern. Tests read one from a system that they have started.
 *
 * @param path where it stands, {@code /} for the root
 * @param name the last part of its path, {@code root} for the root
 * @param definition what it is an instance of: its name, or that of its factory
 * @param kind what it is
 * @param state what it is doing
 * @param pid its process, or null if there is none now
 * @param mailboxSize how many messages are queued
 * @param held how many messages its name holds until it has a process again; they are not part of
 *     {@code mailboxSize}
 * @param restarts how often it was started again by its supervisor
 * @param restartPolicy when it is started again, or null for the root
 * @param strategy of a static supervisor, else null
 * @param tolerance of a supervisor, else null
 * @param toleranceUsed how many restarts count against the tolerance now
 * @param keyCounts how many keys of a {@code KeyedFactory} are in which state, or null for any
 *     other
 * @param lastFailure the last time it failed, or null
 * @param pendingRestart when it is started again, if it waits for that; or null
 * @param declaredBy the class that declares it, or null if that is not known
 * @param childCount how many children it has, shown or not
 * @param childStates how many of its children are in which state
 * @param children as many as were asked for: in start order for a static supervisor; those with
 *     most messages queued first for a factory
 * @param truncated whether there are children that are not shown
 * @since 0.1.0
 */
public record TreeNode(
        String path,
        String name,
        String definition,
        Kind kind,
        State state,
        @Nullable Pid pid,
        int mailboxSize,
        int held,
        int restarts,
        @Nullable Restart restartPolicy,
        @Nullable Strategy strategy,
        @Nullable Tolerance tolerance,
        int toleranceUsed,
        @Nullable KeyCounts keyCounts,
        @Nullable ChildFailure lastFailure,
        @Nullable PendingRestart pendingRestart,
        @Nullable Class<?> declaredBy,
        int childCount,
        Map<State, Integer> childStates,
        List<TreeNode> children,
        boolean truncated) {

    /** What a node is. */
    public enum Kind {
        /** It works. */
        ACTOR,
        /** It supervises children known beforehand. */
        SUPERVISOR,
        /** It supervises children started on request. */
        FACTORY_SUPERVISOR
    }

    /** What a node is doing. */
    public enum State {
        /** It was started and lives: it handles messages as they come. */
        RUNNING,
        /** It handles one message for too long; see {@code StuckHandler}. */
        STUCK,
        /** A tool has suspended it: its messages stay queued until it is resumed. */
        SUSPENDED,
        /** Its initialiser runs. */
        STARTING,
        /** It failed and is to be started again, at once or after a delay. */
        RESTARTING,
        /** It ended and stays down. */
        STOPPED,
        /**
         * It failed more often than is tolerated of one key, and stays down; see {@code
         * KeyedFactory}.
         */
        FAILED
    }
}

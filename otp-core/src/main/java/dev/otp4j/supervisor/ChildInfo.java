/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * A child as its supervisor sees it.
 *
 * {@snippet :
 * tree.data().children().stream().filter(child -> child.pid() == null).forEach(System.out::println);
 * }
 *
 * <p>The handles of supervisors return snapshots: their values were read at one moment. {@link
 * SupervisorInfo#children} and {@link SupervisorInfo#child} copy nothing and return live ones: each
 * accessor says what is true when it is called, so read {@link #pid} once. Accessors may be added,
 * so implement it in tests only.
 *
 * <p>Counterpart: an element of {@code supervisor:which_children/1}.
 *
 * @since 0.1.0
 */
public interface ChildInfo {
    /** {@return its name within the supervisor; for a child of a factory its number} */
    String id();

    /** {@return its place by age among the children of a factory, from 1; 0 for any other child} */
    long number();

    /** {@return the process, or null if there is none now} */
    @Nullable Pid pid();

    /** {@return whether it runs, is down, or is being restarted} */
    State state();

    /** {@return whether it works or supervises} */
    ChildType type();

    /** {@return when it is started again} */
    Restart restart();

    /** {@return how often it was started again} */
    int restarts();

    /** {@return how many messages its name holds until it has a process again} */
    int held();

    /** {@return the last time it failed, or null} */
    @Nullable ChildFailure lastFailure();

    /**
     * {@return the class that declares it, see {@link ChildSpecification#declaredBy(Class)}; null
     * if that is not known, and for a child of a factory}
     */
    default @Nullable Class<?> declaredBy() {
        return null;
    }

    /**
     * {@return when it is started again, if it waits for that because of its {@link Backoff} or for
     * the code of a killed process; or null} The state is {@link State#RESTARTING} then.
     */
    default @Nullable PendingRestart pendingRestart() {
        return null;
    }

    /** What a child is doing, as its supervisor sees it. */
    enum State {
        /** It was started and has not ended since. */
        RUNNING,
        /**
         * It has no process: it ended, was stopped, was not started yet, or waits for a sibling
         * before it that is being restarted.
         */
        STOPPED,
        /**
         * It ended, and attempts to start it again go on, or it waits for the next one; see {@link
         * ChildInfo#pendingRestart}.
         */
        RESTARTING,
        /**
         * It is being started for the first time, or waits for its turn. Of a {@link KeyedFactory}.
         */
        STARTING,
        /**
         * It failed more often than is tolerated of one key, and is left down until {@link
         * KeyedFactory#restart}.
         */
        FAILED
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import java.util.List;
import java.util.stream.IntStream;

/** What a supervisor does when a child has ended by itself. Pure. */
final class RestartDecider {
    private RestartDecider() {}

    /** What becomes of the child that ended. */
    enum Decision {
        /**
         * Start it again, together with the siblings that the strategy restarts. Counts against the
         * tolerance.
         */
        RESTART,
        /** It stays down; its specification is kept. */
        KEEP_DOWN,
        /** It stays down and its specification goes. */
        REMOVE
    }

    static Decision decide(Restart restart, ExitReason reason) {
        return switch (restart) {
            case PERMANENT -> Decision.RESTART;
            case TRANSIENT -> reason.isClean() ? Decision.KEEP_DOWN : Decision.RESTART;
            case TEMPORARY -> Decision.REMOVE;
        };
    }

    /** Whether the exit is worth a report: not if the child ended cleanly and was allowed to. */
    static boolean isReported(Restart restart, ExitReason reason) {
        return restart == Restart.PERMANENT || !reason.isClean();
    }

    /**
     * Whether a child that was asked to stop did so: it did not fail and did not have to be killed.
     */
    static boolean endedAsAsked(Shutdown shutdown, ExitReason reason) {
        return reason.isClean() || shutdown instanceof Shutdown.BrutalKill;
    }

    /**
     * Whether the supervisor stops itself because a child has ended by itself.
     *
     * @param significant whether the child that ended is significant
     * @param decision what becomes of it
     * @param othersActive whether another significant child has a process or is being restarted
     */
    static boolean shutsDown(
            AutoShutdown autoShutdown,
            boolean significant,
            Decision decision,
            boolean othersActive) {
        if (!significant || decision == Decision.RESTART) return false;
        return switch (autoShutdown) {
            case NEVER -> false;
            case ANY_SIGNIFICANT -> true;
            case ALL_SIGNIFICANT -> !othersActive;
        };
    }

    /**
     * The positions, in start order, that are stopped and started again when the child at {@code
     * failed} fails.
     */
    static List<Integer> affected(Strategy strategy, int failed, int children) {
        return switch (strategy) {
            case ONE_FOR_ONE -> List.of(failed);
            case ONE_FOR_ALL -> IntStream.range(0, children).boxed().toList();
            case REST_FOR_ONE -> IntStream.range(failed, children).boxed().toList();
        };
    }
}

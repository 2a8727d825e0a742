/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import java.time.Duration;
import java.util.List;

/** One thing that happens to a tree. Children are named by their path, from {@code /}, the root. */
sealed interface ModelStep {
    /** How a process comes to its end, or does not. */
    enum How {
        /** Its handler says so. */
        STOP,
        /** Its handler throws. */
        THROW,
        /** A stranger sends an exit signal. */
        SIGNAL,
        /** A process it is linked to ends. */
        LINK
    }

    /** Asks a supervisor for something. */
    sealed interface Request extends ModelStep {
        String path();
    }

    record Start(String path, ModelSpec child) implements Request {}

    record Terminate(String path, String id) implements Request {}

    record Again(String path, String id) implements Request {}

    record Delete(String path, String id) implements Request {}

    record Make(String path) implements Request {}

    /** Stops a child of a factory; {@code label} is that of its last process. */
    record Stop(String path, String label) implements Request {}

    record End(String path, How how, ExitReason reason) implements ModelStep {}

    /** The next starts of a child come to that. */
    record Plan(String path, List<ModelPlan.Outcome> outcomes) implements ModelStep {}

    /** Time passes. */
    record Pass(Duration time) implements ModelStep {}

    /** The root's parent asks it to end. */
    record Close(ExitReason reason) implements ModelStep {}

    /**
     * A child ends, and while its supervisor tries in vain to start it again, requests and ends of
     * its siblings queue up.
     */
    record Meanwhile(
            String path, End cause, List<ModelPlan.Outcome> outcomes, List<ModelStep> queued)
            implements ModelStep {}
}

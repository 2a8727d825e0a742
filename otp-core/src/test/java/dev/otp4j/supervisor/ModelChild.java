/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import org.jspecify.annotations.Nullable;

/** A supervisor's book on one child of the model. */
final class ModelChild {
    final ModelSpec spec;
    ChildInfo.State state = ChildInfo.State.STOPPED;
    @Nullable ModelProcess process;

    /** The last process it had. */
    @Nullable String last;

    /** The last process it had, if that supervised. */
    @Nullable ModelSupervisor lastSupervisor;

    @Nullable ExitReason failure;
    int restarts;

    ModelChild(ModelSpec spec) {
        this.spec = spec;
    }

    boolean isActive() {
        return process != null || state == ChildInfo.State.RESTARTING;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import java.time.Duration;
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

    /** Its restarts in a row, if they are delayed. */
    int inARow;

    /** When its delayed restart is due, and why; null if it waits for none. */
    @Nullable Due due;

    record Due(long at, ExitReason why) {}

    ModelChild(ModelSpec spec) {
        this.spec = spec;
    }

    /** The delay before its next restart, or null. */
    @Nullable Duration nextDelay() {
        Backoff backoff = spec.backoff();
        if (backoff == null) return null;
        inARow++;
        Duration delay = backoff.first();
        for (int i = 1; i < inARow && delay.compareTo(backoff.longest()) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(backoff.longest()) < 0 ? delay : backoff.longest();
    }

    boolean isActive() {
        return process != null || state == ChildInfo.State.RESTARTING;
    }
}

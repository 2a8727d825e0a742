/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.ExitReason;
import java.time.Instant;

/**
 * The last time a child failed. It survives the child.
 *
 * @param at when, by the wall clock
 * @param reason why it ended, or could not be started
 * @since 0.1.0
 */
public record ChildFailure(Instant at, ExitReason reason) {
    /**
     * {@return the class of what was thrown, or the reason's own name: fit for a page without
     * secrets}
     */
    public String type() {
        return type(reason);
    }

    static String type(ExitReason reason) {
        Throwable thrown = ExitReason.throwableOf(reason).orElse(null);
        if (thrown != null) return thrown.getClass().getName();
        return reason instanceof ExitReason.Abnormal(Object cause)
                ? cause.getClass().getName()
                : reason.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}

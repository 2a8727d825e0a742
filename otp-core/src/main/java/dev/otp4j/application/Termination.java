/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.process.ExitReason;

/**
 * The root supervisor of a system has ended, and with it everything below.
 *
 * @param system name of the system
 * @param type what its end means
 * @param reason why the root ended
 * @param requested whether the system was stopped; otherwise the root ended by itself
 * @since 0.1.0
 */
public record Termination(
        String system, OtpSystem.Type type, ExitReason reason, boolean requested) {

    /**
     * {@return whether all that runs in this JVM is to end as well} True if the root ended by
     * itself and the {@linkplain OtpSystem.Type type} says so.
     */
    public boolean endsAll() {
        return !requested && type.endsAll(reason);
    }
}

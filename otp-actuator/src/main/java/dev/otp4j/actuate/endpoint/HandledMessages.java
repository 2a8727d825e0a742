/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * Says how many messages actors have handled, where that is measured. The engine counts none.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HandledMessages {
    /** Where nothing is measured. */
    HandledMessages NOT_MEASURED = process -> null;

    /**
     * {@return the number of messages that the actors of the process's definition have handled, or
     * null if that is not measured} An estimate if not all messages are measured.
     *
     * @param process the process of an actor
     */
    @Nullable Long handledBy(Pid process);
}

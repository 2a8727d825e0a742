/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.application.OtpSystem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The whole system in brief, part of each answer: a tool that asks for one view again and again
 * sees without another request that the application has started again, or that something is stuck.
 * Reads a few numbers, however many actors there are.
 *
 * @param name name of the system
 * @param incarnation changes when the application starts again
 * @param now when this was read, by the clock of the application
 * @param operable whether the endpoint's access allows operations
 * @param state {@code stopped}, {@code starting}, {@code running}, {@code stopping} or {@code
 *     gave-up}
 * @param startedAt when the tree was last started, or null if it never was
 * @param restarts number of restarts of children since the application started
 * @param stuck number of handlers that have been busy with one message for too long
 * @param deadLetters number of messages that reached no handler since the application started
 * @since 0.1.0
 */
public record SystemSummary(
        String name,
        String incarnation,
        Instant now,
        boolean operable,
        String state,
        @Nullable Instant startedAt,
        long restarts,
        int stuck,
        long deadLetters)
        implements OperationResponseBody {
    static SystemSummary of(OtpSystem system, boolean operable) {
        return new SystemSummary(
                system.name(),
                Long.toHexString(system.runtime().node().incarnation()),
                Instant.now(),
                operable,
                Texts.lowerCase(system.state()),
                system.startedAt().orElse(null),
                system.restarts(),
                system.runtime().stuckHandlers().size(),
                system.deadLetters());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A publication that was given up after its last attempt.
 *
 * @param publication its id in the event publication registry
 * @param target the target that has not handled it
 * @param type name of the class of the event
 * @param eventId the id of the event as text, or null if the event cannot be read any more
 * @param attempts how often it was tried
 * @param published when the event was published
 * @param lastAttempt when it was last tried
 * @since 0.1.0
 */
public record GivenUp(
        UUID publication,
        String target,
        String type,
        @Nullable String eventId,
        int attempts,
        Instant published,
        Instant lastAttempt) {}

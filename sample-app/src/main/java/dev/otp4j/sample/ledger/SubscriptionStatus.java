/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as it is shown.
 *
 * @param enabled whether deliveries are made; if not, they wait in order
 * @param eventTypes which events it gets
 * @param operational whether it is told which others the relay has disabled
 * @param oldSecretUntil until when deliveries are signed with an old secret as well; or null
 * @param problem why nothing can be delivered to it, or why the relay itself has disabled it; or
 *     null
 */
public record SubscriptionStatus(
        String id,
        String url,
        boolean enabled,
        EventTypes eventTypes,
        boolean operational,
        @Nullable Instant oldSecretUntil,
        @Nullable String problem) {}

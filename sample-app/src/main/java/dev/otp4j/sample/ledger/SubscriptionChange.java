/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What is to become another in a subscription.
 *
 * @param enabled whether deliveries are made; null if that stays
 * @param eventTypes which events it gets, from those that are pending on; null if that stays
 * @param operational whether it is told of what becomes of others; null if that stays
 */
public record SubscriptionChange(
        @Nullable Boolean enabled, @Nullable EventTypes eventTypes, @Nullable Boolean operational) {
    static final SubscriptionChange NONE = new SubscriptionChange(null, null, null);

    /** {@return a change that has deliveries made, or not} */
    public static SubscriptionChange enabled(boolean enabled) {
        return new SubscriptionChange(enabled, null, null);
    }

    /** {@return whether a subscription is as this change makes it} */
    boolean isMadeIn(boolean enabledNow, EventTypes eventTypesNow, boolean operationalNow) {
        return (enabled == null || enabled == enabledNow)
                && (eventTypes == null || eventTypes.equals(eventTypesNow))
                && (operational == null || operational == operationalNow);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What becomes of subscriptions in time.
 *
 * @param secretOverlap How long deliveries are signed with the old secret as well after a new one
 *     was set. With 0 the old secret is not used from then on.
 * @param disableAfter Time after which a subscription is disabled if all its deliveries failed. 0
 *     disables none.
 */
@ConfigurationProperties("relay")
record SubscriptionProperties(
        @DefaultValue("24h") Duration secretOverlap, @DefaultValue("5d") Duration disableAfter) {
    private static final Duration LONGEST = Duration.ofDays(365);

    SubscriptionProperties {
        check("secret-overlap", secretOverlap);
        check("disable-after", disableAfter);
    }

    private static void check(String name, Duration value) {
        if (!value.isNegative() && value.compareTo(LONGEST) <= 0) return;
        throw new IllegalArgumentException(
                "'relay." + name + "' must be from 0 to 365 days: " + value);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the keeper of leases.
 *
 * @param ttl How long a lease lives without being renewed.
 * @param margin Time before the end of 'ttl' at which an instance counts its lease as lost.
 *     Default: a fifth of 'ttl'.
 * @param pollInterval How often an instance looks at a lease that another one has. Default: 500 ms,
 *     or a fifth of 'ttl' if that is shorter.
 * @param instance Name that other instances show as the owner of the leases of this one. Default:
 *     host and process number.
 * @since 0.1.0
 */
@ConfigurationProperties("otp.lease")
public record LeaseProperties(
        @DefaultValue("10s") Duration ttl,
        @Nullable Duration margin,
        @Nullable Duration pollInterval,
        @Nullable String instance) {
    private static final Duration SHORTEST_TTL = Duration.ofMillis(100);
    private static final Duration LONGEST_TTL = Duration.ofDays(1);
    private static final int LONGEST_NAME = 200;

    /** Refuses what no keeper can use, with the names of the properties. */
    void check() {
        if (ttl.compareTo(SHORTEST_TTL) < 0 || ttl.compareTo(LONGEST_TTL) > 0) {
            throw new TreeDeclarationException(
                    "'otp.lease.ttl' must be from 100 ms to one day: %s.".formatted(ttl),
                    "Set 'otp.lease.ttl' to a duration of that range, such as 10s.");
        }
        checkPart("otp.lease.margin", margin, "half of 'otp.lease.ttl'", ttl.dividedBy(2));
        checkPart("otp.lease.poll-interval", pollInterval, "'otp.lease.ttl'", ttl);
        if (instance != null && (instance.isBlank() || instance.length() > LONGEST_NAME)) {
            throw new TreeDeclarationException(
                    "'otp.lease.instance' must have from 1 to %d characters: \"%s\"."
                            .formatted(LONGEST_NAME, instance),
                    "Set 'otp.lease.instance' to a shorter name, or remove it.");
        }
    }

    private void checkPart(String property, @Nullable Duration part, String of, Duration most) {
        if (part == null || part.isPositive() && part.compareTo(most) <= 0) return;
        String rule =
                part.isPositive()
                        ? "not be longer than %s (%s)".formatted(of, most)
                        : "be positive";
        throw new TreeDeclarationException(
                "'%s' must %s: %s.".formatted(property, rule, part),
                "Set '%s' to a positive duration of at most %s.".formatted(property, most));
    }
}

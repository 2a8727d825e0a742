/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the supervision tree's health.
 *
 * @param toleranceWarning Share of its restart tolerance from which a supervisor is listed as near
 *     to giving up. Above 0 and at most 1.
 * @param subtrees Paths of supervisors or actors that have a health of their own, by name. The name
 *     is that of a component of the contributor 'otpSubtrees'.
 */
@ConfigurationProperties("management.health.otp")
record OtpHealthProperties(
        @DefaultValue("0.66") double toleranceWarning, @DefaultValue Map<String, String> subtrees) {
    OtpHealthProperties {
        if (!(toleranceWarning > 0 && toleranceWarning <= 1)) {
            throw new IllegalArgumentException(
                    "'management.health.otp.tolerance-warning' must be above 0 and at most 1: "
                            + toleranceWarning);
        }
        subtrees.forEach(OtpHealthProperties::check);
    }

    private static void check(String name, String path) {
        if (path.startsWith("/")) return;
        throw new IllegalArgumentException(
                "'management.health.otp.subtrees.%s' must be a path that begins with '/': '%s'"
                        .formatted(name, path));
    }
}

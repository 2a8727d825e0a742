/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the keeper of leases.
 *
 * @param ttl How long a lease lives without being renewed.
 * @param margin How long before that it counts as lost; a fifth of the TTL unless set.
 * @param pollInterval How often an instance looks at a lease that another one has; 500 ms or a
 *     fifth of the TTL unless set.
 * @param instance What other instances show as the owner; host and process number unless set.
 * @since 0.1.0
 */
@ConfigurationProperties("otp.lease")
public record LeaseProperties(
        @DefaultValue("10s") Duration ttl,
        @Nullable Duration margin,
        @Nullable Duration pollInterval,
        @Nullable String instance) {}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton.autoconfigure;

import dev.otp4j.lease.LeaseKeeper;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of what shows leases: meters, health and the endpoint {@code otpleases}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        after = SingletonAutoConfiguration.class,
        afterName =
                "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnBean(LeaseKeeper.class)
public final class LeaseActuatorAutoConfiguration {
    LeaseActuatorAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    static class Meters {
        @Bean
        @ConditionalOnBean(MeterRegistry.class)
        LeaseMeters otpLeaseMeters(MeterRegistry registry, LeaseKeeper keeper) {
            return new LeaseMeters(registry, keeper);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    static class HealthOfLeases {
        @Bean
        @ConditionalOnEnabledHealthIndicator("otpleases")
        LeaseHealthIndicator otpLeasesHealthIndicator(LeaseKeeper keeper) {
            return new LeaseHealthIndicator(keeper);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class EndpointOfLeases {
        @Bean
        @ConditionalOnAvailableEndpoint(LeasesEndpoint.class)
        LeasesEndpoint otpLeasesEndpoint(LeaseKeeper keeper) {
            return new LeasesEndpoint(keeper);
        }
    }
}

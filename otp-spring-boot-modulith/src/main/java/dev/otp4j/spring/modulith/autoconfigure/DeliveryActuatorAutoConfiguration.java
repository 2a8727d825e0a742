/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of what shows durable delivery: meters, health and the endpoint {@code
 * otpdelivery}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        after = DurableDeliveryAutoConfiguration.class,
        afterName =
                "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnBean(Deliveries.class)
public final class DeliveryActuatorAutoConfiguration {
    DeliveryActuatorAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    static class Meters {
        @Bean
        @ConditionalOnBean(MeterRegistry.class)
        DeliveryMeters otpDeliveryMeters(Deliveries deliveries) {
            return new DeliveryMeters(deliveries);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    static class HealthOfDelivery {
        @Bean
        @ConditionalOnEnabledHealthIndicator("otpdelivery")
        DeliveryHealthIndicator otpDeliveryHealthIndicator(Deliveries deliveries) {
            return new DeliveryHealthIndicator(deliveries);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
    static class EndpointOfDelivery {
        @Bean
        @ConditionalOnAvailableEndpoint(DeliveryEndpoint.class)
        DeliveryEndpoint otpDeliveryEndpoint(Deliveries deliveries) {
            return new DeliveryEndpoint(deliveries);
        }

        @Bean
        @ConditionalOnAvailableEndpoint(
                endpoint = DeliveryEndpoint.class,
                exposure = EndpointExposure.WEB)
        DeliveryEndpointWebExtension otpDeliveryEndpointWebExtension(DeliveryEndpoint endpoint) {
            return new DeliveryEndpointWebExtension(endpoint);
        }
    }
}

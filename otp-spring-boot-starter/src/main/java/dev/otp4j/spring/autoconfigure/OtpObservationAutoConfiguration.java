/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.observation.DefaultOtpObservationConvention;
import dev.otp4j.spring.observation.MessageObservations;
import dev.otp4j.spring.observation.OtpObservationConvention;
import dev.otp4j.spring.observation.OtpTracingObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of the observations of calls and handled messages, and of their spans. It is
 * off unless {@code otp.observation.enabled} is true.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        after = OtpAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration"
        })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBooleanProperty("otp.observation.enabled")
@ConditionalOnBean(ObservationRegistry.class)
public final class OtpObservationAutoConfiguration {
    OtpObservationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    OtpObservationConvention otpObservationConvention() {
        return new DefaultOtpObservationConvention();
    }

    /** Observations without spans. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(type = "io.micrometer.tracing.Tracer")
    static class Untraced {
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        @ConditionalOnMissingBean
        MessageObservations otpMessageObservations(
                ObservationRegistry registry,
                OtpObservationConvention convention,
                OtpProperties properties) {
            return new MessageObservations(registry, convention, properties.observation().sends());
        }
    }

    /** Observations with spans. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Tracer.class)
    @ConditionalOnBean(Tracer.class)
    static class Traced {
        /** Before the handlers of every context, and those of senders and receivers. */
        @Bean
        @Order(0)
        @ConditionalOnMissingBean
        OtpTracingObservationHandler otpTracingObservationHandler(Tracer tracer) {
            return new OtpTracingObservationHandler(tracer);
        }

        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        @ConditionalOnMissingBean
        MessageObservations otpMessageObservations(
                ObservationRegistry registry,
                OtpObservationConvention convention,
                OtpProperties properties,
                OtpTracingObservationHandler tracing) {
            return tracing.observations(registry, convention, properties.observation().sends());
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.metrics.OtpMeters;
import dev.otp4j.actuate.metrics.ProcessingMeters;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.HandlerTiming;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the meters {@code otp.*}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        afterName = {
            "dev.otp4j.spring.autoconfigure.OtpAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({OtpSystem.class, MeterRegistry.class})
public final class OtpMetricsAutoConfiguration {
    OtpMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    OtpMeters otpMeters(OtpSystem system) {
        return new OtpMeters(system);
    }

    /**
     * Used by the system only if {@code otp.metrics.message-timing} is {@code all} or {@code
     * sampled}.
     */
    @Bean
    @ConditionalOnMissingBean(HandlerTiming.class)
    ProcessingMeters otpProcessingMeters() {
        return new ProcessingMeters();
    }
}

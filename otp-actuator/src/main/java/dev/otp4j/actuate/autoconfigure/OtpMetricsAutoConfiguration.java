/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.metrics.CallMeters;
import dev.otp4j.actuate.metrics.OtpMeters;
import dev.otp4j.actuate.metrics.ProcessingMeters;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallTiming;
import dev.otp4j.process.HandlerTiming;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
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
    OtpMeters otpMeters(
            OtpSystem system,
            ObjectProvider<ProcessingMeters> processing,
            ObjectProvider<CallMeters> calls) {
        var meters = new OtpMeters(system);
        processing.ifAvailable(meters::removingFrom);
        calls.ifAvailable(meters::removingFrom);
        return meters;
    }

    /**
     * Used by the system only if {@code otp.metrics.message-timing} is {@code all} or {@code
     * sampled}.
     */
    @Bean
    @ConditionalOnMissingBean(HandlerTiming.class)
    ProcessingMeters otpProcessingMeters(OtpSystem system) {
        return new ProcessingMeters(system.runtime()::timedOneIn);
    }

    /** Used by the system only if {@code otp.metrics.call-timing} is {@code true}. */
    @Bean
    @ConditionalOnMissingBean(CallTiming.class)
    CallMeters otpCallMeters() {
        return new CallMeters();
    }
}

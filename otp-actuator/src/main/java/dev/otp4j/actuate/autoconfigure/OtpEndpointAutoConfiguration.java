/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.endpoint.OtpEndpoint;
import dev.otp4j.application.OtpSystem;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the endpoint {@code otp}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "dev.otp4j.spring.autoconfigure.OtpAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(OtpEndpoint.class)
@ConditionalOnBean(OtpSystem.class)
public final class OtpEndpointAutoConfiguration {
    OtpEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    OtpEndpoint otpEndpoint(OtpSystem system) {
        return new OtpEndpoint(system);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.health.OtpHealthIndicator;
import dev.otp4j.application.OtpSystem;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the health indicator {@code otp}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "dev.otp4j.spring.autoconfigure.OtpAutoConfiguration")
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("otp")
@ConditionalOnBean(OtpSystem.class)
public final class OtpHealthContributorAutoConfiguration {
    OtpHealthContributorAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = {"otpHealthIndicator", "otpHealthContributor"})
    OtpHealthIndicator otpHealthContributor(OtpSystem system) {
        return new OtpHealthIndicator(system);
    }
}

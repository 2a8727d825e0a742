/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.health.OtpHealthIndicator;
import dev.otp4j.actuate.health.SubtreeHealthIndicator;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.StartFailures;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration of the health indicator {@code otp}, and of {@code otpSubtrees} with a
 * component for each subtree that the properties name.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "dev.otp4j.spring.autoconfigure.OtpAutoConfiguration")
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("otp")
@ConditionalOnBean(OtpSystem.class)
@EnableConfigurationProperties(OtpHealthProperties.class)
public final class OtpHealthContributorAutoConfiguration {
    OtpHealthContributorAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = {"otpHealthIndicator", "otpHealthContributor"})
    OtpHealthIndicator otpHealthContributor(
            OtpSystem system,
            OtpHealthProperties properties,
            ObjectProvider<StartFailures> failures) {
        return new OtpHealthIndicator(
                system,
                properties.toleranceWarning(),
                failures.getIfAvailable(() -> new StartFailures(failure -> {})));
    }

    @Bean
    @Conditional(OnSubtreesCondition.class)
    @ConditionalOnMissingBean(name = {"otpSubtreesHealthIndicator", "otpSubtreesHealthContributor"})
    CompositeHealthContributor otpSubtreesHealthContributor(
            OtpSystem system, OtpHealthProperties properties) {
        return CompositeHealthContributor.fromMap(
                properties.subtrees(), path -> new SubtreeHealthIndicator(system, path));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.MessageContext;
import dev.otp4j.spring.observation.Sends;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of what messages carry from the threads that send them to handlers: thread
 * locals that Micrometer's context-propagation knows, and entries of the MDC. It is off unless
 * {@code otp.context.propagation} is true.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = OtpAutoConfiguration.class)
@ConditionalOnBooleanProperty("otp.context.propagation")
public final class OtpContextAutoConfiguration {
    /** The key of Micrometer's accessor for the current observation. */
    private static final String OBSERVATION = "micrometer.observation";

    OtpContextAutoConfiguration() {}

    /** What context-propagation captures. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "io.micrometer.context.ContextSnapshotFactory")
    static class Snapshots {
        /** Outside of observations: they set the current one themselves. */
        @Bean
        @Order(0)
        @ConditionalOnMissingBean(name = "otpSnapshotContext")
        MessageContext otpSnapshotContext(OtpProperties properties) {
            OtpProperties.Observation observed = properties.observation();
            boolean own = observed.enabled() && observed.sends() != Sends.NONE;
            return new SnapshotContext(key -> !(own && OBSERVATION.equals(key)));
        }
    }

    /** Entries of SLF4J's MDC. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.slf4j.MDC")
    @Conditional(OnMdcKeysCondition.class)
    static class Entries {
        @Bean
        @Order(10)
        @ConditionalOnMissingBean(name = "otpMdcEntries")
        MessageContext otpMdcEntries(OtpProperties properties) {
            return new MdcEntries(properties.context().mdcKeys());
        }
    }
}

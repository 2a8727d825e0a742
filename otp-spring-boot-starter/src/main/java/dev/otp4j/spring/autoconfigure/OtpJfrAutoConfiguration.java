/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.jfr.JfrEvents;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the events of JDK Flight Recorder, if the JVM has it. The system tells the
 * listener as it tells each listener bean.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = OtpAutoConfiguration.class)
@ConditionalOnClass(name = "jdk.jfr.Event")
@ConditionalOnBooleanProperty(name = "otp.jfr.enabled", matchIfMissing = true)
public final class OtpJfrAutoConfiguration {
    OtpJfrAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    JfrEvents otpJfrEvents() {
        return new JfrEvents();
    }
}

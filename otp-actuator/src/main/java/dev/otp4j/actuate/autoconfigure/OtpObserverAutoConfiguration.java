/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.observer.Observer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the {@link Observer} that keeps events, crashes, starts, dropped messages
 * and failed calls. The system tells it as it tells each listener bean.
 *
 * @since 0.1.0
 */
@AutoConfiguration(beforeName = "dev.otp4j.spring.autoconfigure.OtpAutoConfiguration")
public final class OtpObserverAutoConfiguration {
    OtpObserverAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    Observer otpObserver() {
        return new Observer();
    }
}

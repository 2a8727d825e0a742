/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.page.OtpPageEndpoint;
import dev.otp4j.actuate.page.PagePaths;
import dev.otp4j.actuate.page.PageWebFilter;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.web.server.WebFilter;

/**
 * The headers of the page in a reactive application, also on a management port of its own.
 *
 * @since 0.1.0
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnClass(WebFilter.class)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnBean(OtpPageEndpoint.class)
public class OtpPageReactiveConfiguration {
    OtpPageReactiveConfiguration() {}

    @Bean
    PageWebFilter otpPageWebFilter(PagePaths paths) {
        return new PageWebFilter(paths);
    }
}

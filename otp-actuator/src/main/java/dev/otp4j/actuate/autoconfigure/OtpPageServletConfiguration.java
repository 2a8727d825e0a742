/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.page.OtpPageEndpoint;
import dev.otp4j.actuate.page.PagePaths;
import dev.otp4j.actuate.page.PageServletFilter;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The headers of the page in a servlet application, also on a management port of its own.
 *
 * @since 0.1.0
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnClass(OncePerRequestFilter.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBean(OtpPageEndpoint.class)
public class OtpPageServletConfiguration {
    OtpPageServletConfiguration() {}

    @Bean
    FilterRegistrationBean<PageServletFilter> otpPageServletFilter(PagePaths paths) {
        var filter = new FilterRegistrationBean<>(new PageServletFilter(paths));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }
}

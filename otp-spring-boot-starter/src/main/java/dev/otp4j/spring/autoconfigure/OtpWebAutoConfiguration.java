/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of problem details for sends and calls that fail in a controller of Spring MVC
 * or Spring WebFlux. It is off unless {@code otp.web.problemdetails.enabled} is true.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnBooleanProperty("otp.web.problemdetails.enabled")
@EnableConfigurationProperties(OtpWebProperties.class)
public final class OtpWebAutoConfiguration {
    OtpWebAutoConfiguration() {}

    /** The advice for Spring MVC. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.SERVLET)
    @ConditionalOnClass(name = "org.springframework.web.servlet.DispatcherServlet")
    static class Mvc {
        @Bean
        ProblemDetailsAdvice otpProblemDetailsAdvice(OtpWebProperties properties) {
            return new ProblemDetailsAdvice(properties.problemdetails().retryAfter());
        }
    }

    /** The advice for Spring WebFlux. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.REACTIVE)
    @ConditionalOnClass(name = "org.springframework.web.reactive.DispatcherHandler")
    static class WebFlux {
        @Bean
        ProblemDetailsAdvice otpProblemDetailsAdvice(OtpWebProperties properties) {
            return new ProblemDetailsAdvice(properties.problemdetails().retryAfter());
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/** What the web server itself answers. */
@Configuration(proxyBeanMethods = false)
class WebServer {
    /** Comes after Spring Boot's, so that the valve is the first that sees an error. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemDetails() {
        return factory ->
                factory.addContextCustomizers(
                        context -> context.getParent().getPipeline().addValve(new ProblemValve()));
    }

    /** Refuses what no path takes: parts of a form, and parameters that cannot be decoded. */
    @Bean
    OncePerRequestFilter refusals() {
        return new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(
                    HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                if (isMultipart(request.getContentType())) {
                    response.sendError(HttpStatus.UNSUPPORTED_MEDIA_TYPE.value());
                } else if (!hasReadableParameters(request)) {
                    // after a broken chunk Tomcat has refused the request already
                    if (!response.isCommitted()) response.sendError(HttpStatus.BAD_REQUEST.value());
                } else {
                    chain.doFilter(request, response);
                }
            }
        };
    }

    private static boolean isMultipart(@Nullable String contentType) {
        return contentType != null
                && contentType.strip().toLowerCase(Locale.ROOT).startsWith("multipart/");
    }

    private static boolean hasReadableParameters(HttpServletRequest request) {
        try {
            request.getParameterMap();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}

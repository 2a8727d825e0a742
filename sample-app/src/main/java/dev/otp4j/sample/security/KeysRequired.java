/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import tools.jackson.databind.json.JsonMapper;

/** Each request needs an API key, with {@code relay.security.enabled=true}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("relay.security.enabled")
@EnableWebSecurity
class KeysRequired {
    private static final String FILTER = "springSecurityFilterChain";

    /** Before the filters of the application, so that a refused request gets no further. */
    private static final int ORDER = -100;

    /**
     * There is neither a session nor a cookie, so a page of another origin cannot use a client's
     * key, and no token against that is needed.
     */
    @Bean
    SecurityFilterChain relaySecurity(
            HttpSecurity http,
            SecurityProperties properties,
            JsonMapper json,
            @Value("${management.endpoints.web.base-path:/actuator}") String actuator)
            throws Exception {
        var access = new Access(actuator);
        var refusals = new Refusals(json, access);
        var filter = new ApiKeyFilter(new ApiKeys(properties.apiKeys()), refusals);
        return http.csrf(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(
                        e -> e.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .addFilterBefore(filter, AnonymousAuthenticationFilter.class)
                .authorizeHttpRequests(
                        requests ->
                                requests.requestMatchers(access.open())
                                        .permitAll()
                                        .anyRequest()
                                        .access(role(access)))
                .build();
    }

    private static AuthorizationManager<RequestAuthorizationContext> role(Access access) {
        return (authentication, context) -> {
            String needed = "ROLE_" + access.roleFor(context.getRequest()).name();
            return new AuthorizationDecision(
                    authentication.get().getAuthorities().stream()
                            .anyMatch(each -> needed.equals(each.getAuthority())));
        };
    }

    /** What Spring Boot's starter would do. Errors are answered without a second check. */
    @Bean
    DelegatingFilterProxyRegistrationBean securityFilter() {
        var registration = new DelegatingFilterProxyRegistrationBean(FILTER);
        registration.setOrder(ORDER);
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        return registration;
    }
}

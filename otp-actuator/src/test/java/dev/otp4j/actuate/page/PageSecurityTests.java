/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** Behind Spring Security: its headers leave the page's as they are, and its CSRF token works. */
@Timeout(60)
class PageSecurityTests {
    private static Pages pages;

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Security {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.csrf(csrf -> csrf.spa())
                    .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .headers(
                            headers ->
                                    headers.contentSecurityPolicy(
                                            policy -> policy.policyDirectives("script-src *")))
                    .build();
        }

        @Bean
        DelegatingFilterProxyRegistrationBean securityFilter() {
            var filter = new DelegatingFilterProxyRegistrationBean("springSecurityFilterChain");
            filter.setOrder(-100);
            return filter;
        }
    }

    @BeforeAll
    static void start() {
        pages =
                Pages.start(
                        Map.of("management.endpoint.otp.access", "unrestricted"),
                        "/actuator",
                        Security.class);
    }

    @AfterAll
    static void stop() {
        pages.close();
    }

    @Test
    void thePageKeepsItsHeaders() {
        HttpResponse<String> answer = pages.get("/otpui");
        assertThat(answer.headers().allValues("content-security-policy"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("default-src 'none'");
        assertThat(answer.headers().allValues("cache-control")).containsExactly("no-store");
        assertThat(pages.get("/health").headers().allValues("content-security-policy"))
                .containsExactly("script-src *");
    }

    private static HttpResponse<String> operate(String... headers) {
        return Pages.send(
                Pages.request(pages.address() + "/otp/no", headers)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"action\":\"stop\"}"))
                        .build());
    }

    /** What the page does: the refusal brings the token, with which it tries once more. */
    @Test
    void anOperationTakesTheTokenOfTheCookie() {
        HttpResponse<String> refused = operate();
        assertThat(refused.statusCode()).isEqualTo(403);
        List<String> cookies = refused.headers().allValues("set-cookie");
        assertThat(cookies).anyMatch(cookie -> cookie.matches("XSRF-TOKEN=[\\w-]+;.*"));
        assertThat(cookies.toString()).doesNotContainIgnoringCase("httponly");
        String token = cookies.getFirst().replaceAll("XSRF-TOKEN=([\\w-]+);.*", "$1");
        HttpResponse<String> asked =
                operate("Cookie", "XSRF-TOKEN=" + token, "X-XSRF-TOKEN", token);
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(404);
        assertThat(asked.body()).contains("the tree has no node '/no'");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.web.context.reactive.GenericReactiveWebApplicationContext;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.context.support.GenericWebApplicationContext;

/** In which applications the running tree keeps the JVM alive. */
class KeepAliveTests {
    private static OtpProperties properties(String keepAlive) {
        var source =
                new MapConfigurationPropertySource(Map.of("otp.supervision.keep-alive", keepAlive));
        return new Binder(source).bind("otp", OtpProperties.class).get();
    }

    static List<ApplicationContext> webApplications() {
        return List.of(
                new ServletWebServerApplicationContext(),
                new AnnotationConfigServletWebServerApplicationContext(),
                new AnnotationConfigReactiveWebServerApplicationContext(),
                new GenericWebApplicationContext(),
                new GenericReactiveWebApplicationContext());
    }

    static List<ApplicationContext> otherApplications() {
        return List.of(new AnnotationConfigApplicationContext(), new GenericApplicationContext());
    }

    @ParameterizedTest
    @MethodSource("webApplications")
    void theServerOfAWebApplicationDoesThatItself(ApplicationContext context) {
        assertThat(WebServers.keepAlive(context, properties("auto"))).isFalse();
        assertThat(WebServers.keepAlive(context, properties("always"))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("otherApplications")
    void theTreeOfAnyOtherApplicationHasTo(ApplicationContext context) {
        assertThat(WebServers.keepAlive(context, properties("auto"))).isTrue();
        assertThat(WebServers.keepAlive(context, properties("never"))).isFalse();
    }

    @Test
    void thereIsNoOtherKindOfContextInBoot() {
        assertThat(org.springframework.boot.WebApplicationType.values())
                .extracting(Enum::name)
                .containsExactlyInAnyOrder("NONE", "SERVLET", "REACTIVE");
    }
}

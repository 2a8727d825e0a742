/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.StaticSupervisor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Each part is configured if the library that it needs is present; without that library everything
 * else still starts.
 */
class OptionalPartsTests {
    /**
     * Imports by name, as Boot does, so that an absent class is absent from their annotations as
     * well.
     */
    static class Parts implements DeferredImportSelector {
        @Override
        public String[] selectImports(AnnotationMetadata importing) {
            String room = OptionalPartsTests.class.getPackageName() + ".";
            return new String[] {
                room + "OtpEndpointAutoConfiguration",
                room + "OtpHealthContributorAutoConfiguration",
                room + "OtpMetricsAutoConfiguration",
                room + "OtpPageAutoConfiguration"
            };
        }
    }

    @Configuration
    @Import(Parts.class)
    static class Application {}

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withUserConfiguration(Application.class)
                    .withBean(SimpleMeterRegistry.class)
                    .withPropertyValues("management.endpoints.web.exposure.include=*");

    private final ApplicationContextRunner withSystem =
            runner.withBean(
                    OtpSystem.class,
                    () -> OtpSystem.builder("x").root(StaticSupervisor::oneForOne).build());

    @Test
    void areAllThere() {
        withSystem.run(
                context ->
                        assertThat(context)
                                .hasBean("otpEndpoint")
                                .hasBean("otpHealthContributor")
                                .hasBean("otpMeters"));
    }

    @Test
    void areNotThereWithoutASystem() {
        runner.run(
                context ->
                        assertThat(context)
                                .doesNotHaveBean("otpEndpoint")
                                .doesNotHaveBean("otpHealthContributor")
                                .doesNotHaveBean("otpMeters"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.micrometer",
                "org.springframework.boot.health",
                "org.springframework.boot.actuate",
                "org.springframework.boot.micrometer",
                "org.springframework.web",
                "jakarta.servlet",
                "reactor"
            })
    void startWithoutAnyOfBootsModules(String absent) {
        withSystem
                .withClassLoader(new FilteredClassLoader(absent))
                .run(
                        context -> {
                            assertThat(context).hasNotFailed();
                            assertThat(context.containsBean("otpMeters"))
                                    .isEqualTo(!absent.equals("io.micrometer"));
                            assertThat(context.containsBean("otpHealthContributor"))
                                    .isEqualTo(!absent.equals("org.springframework.boot.health"));
                            assertThat(context.containsBean("otpEndpoint"))
                                    .isEqualTo(!absent.equals("org.springframework.boot.actuate"));
                        });
    }

    @Test
    void thePageIsForWebApplications() {
        withSystem.run(context -> assertThat(context).doesNotHaveBean("otpPageEndpoint"));
        var inTheWeb =
                new WebApplicationContextRunner()
                        .withUserConfiguration(Application.class)
                        .withBean(
                                OtpSystem.class,
                                () ->
                                        OtpSystem.builder("x")
                                                .root(StaticSupervisor::oneForOne)
                                                .build());
        inTheWeb.run(context -> assertThat(context).doesNotHaveBean("otpPageEndpoint"));
        var exposed =
                inTheWeb.withPropertyValues("management.endpoints.web.exposure.include=otpui");
        exposed.run(context -> assertThat(context).hasBean("otpPageEndpoint"));
        exposed.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void areSwitchedOffByProperties() {
        withSystem
                .withPropertyValues(
                        "management.endpoint.otp.access=NONE",
                        "management.health.otp.enabled=false")
                .run(
                        context ->
                                assertThat(context)
                                        .doesNotHaveBean("otpEndpoint")
                                        .doesNotHaveBean("otpHealthContributor"));
    }

    @Test
    void theEndpointIsNotThereUnlessItIsExposed() {
        withSystem
                .withPropertyValues("management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context).doesNotHaveBean("otpEndpoint"));
    }
}

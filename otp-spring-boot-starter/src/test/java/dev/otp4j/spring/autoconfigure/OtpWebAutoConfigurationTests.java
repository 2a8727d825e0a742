/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

/** In which applications there is an advice. */
class OtpWebAutoConfigurationTests {
    private static <R extends AbstractApplicationContextRunner<R, ?, ?>> R enabled(R runner) {
        return runner.withConfiguration(AutoConfigurations.of(OtpWebAutoConfiguration.class))
                .withPropertyValues("otp.web.problemdetails.enabled=true");
    }

    private static void advice(AbstractApplicationContextRunner<?, ?, ?> runner, int count) {
        runner.run(
                context ->
                        assertThat(context.getBeanNamesForType(ProblemDetailsAdvice.class))
                                .hasSize(count));
    }

    @Test
    void thereIsOneInAWebApplicationOfEitherKind() {
        advice(enabled(new WebApplicationContextRunner()), 1);
        advice(enabled(new ReactiveWebApplicationContextRunner()), 1);
        advice(enabled(new ApplicationContextRunner()), 0);
    }

    @Test
    void thereIsNoneUnlessTheApplicationAsksForIt() {
        String off = "otp.web.problemdetails.enabled=false";
        advice(enabled(new WebApplicationContextRunner()).withPropertyValues(off), 0);
        advice(enabled(new ReactiveWebApplicationContextRunner()).withPropertyValues(off), 0);
        advice(
                new WebApplicationContextRunner()
                        .withConfiguration(AutoConfigurations.of(OtpWebAutoConfiguration.class)),
                0);
    }

    @Test
    void eachNeedsItsOwnFramework() {
        var noMvc = new FilteredClassLoader(DispatcherServlet.class);
        var noWebFlux = new FilteredClassLoader(DispatcherHandler.class);
        advice(enabled(new WebApplicationContextRunner()).withClassLoader(noMvc), 0);
        advice(enabled(new WebApplicationContextRunner()).withClassLoader(noWebFlux), 1);
        advice(enabled(new ReactiveWebApplicationContextRunner()).withClassLoader(noWebFlux), 0);
        advice(enabled(new ReactiveWebApplicationContextRunner()).withClassLoader(noMvc), 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"org.springframework.web", "org.springframework.http", "jakarta.servlet"})
    void anApplicationWithoutTheWebStarts(String absent) {
        advice(
                enabled(new ApplicationContextRunner())
                        .withClassLoader(new FilteredClassLoader(absent)),
                0);
    }

    @Test
    void aNegativeTimeIsRefusedByName() {
        enabled(new WebApplicationContextRunner())
                .withPropertyValues("otp.web.problemdetails.retry-after=-1s")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessage(
                                                "'otp.web.problemdetails.retry-after' must not be negative: PT-1S"));
    }
}

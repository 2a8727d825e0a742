/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actuate.health.OtpHealthIndicator;
import dev.otp4j.actuate.health.Subtrees;
import dev.otp4j.application.OtpSystem;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.web.servlet.client.RestTestClient;

/** The properties of the health, and readiness that follows one supervisor, over real HTTP. */
@Timeout(60)
class SubtreeHealthTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(OtpHealthContributorAutoConfiguration.class))
                    .withBean(Subtrees.class)
                    .withBean(OtpSystem.class, () -> new Subtrees().system);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        Subtrees subtrees() {
            return new Subtrees();
        }

        @Bean(destroyMethod = "")
        OtpSystem otpSystem(Subtrees subtrees) {
            return subtrees.system;
        }
    }

    @Test
    void thereIsNoneUnlessAPropertyNamesOne() {
        runner.run(
                context ->
                        assertThat(context)
                                .hasSingleBean(OtpHealthIndicator.class)
                                .doesNotHaveBean(CompositeHealthContributor.class));
    }

    @Test
    void eachNamedSubtreeIsAComponent() {
        runner.withPropertyValues(
                        "management.health.otp.subtrees.payments=/payments",
                        "management.health.otp.subtrees.others=/other")
                .run(
                        context -> {
                            assertThat(context).hasBean("otpSubtreesHealthContributor");
                            var all = context.getBean(CompositeHealthContributor.class);
                            assertThat(all.getContributor("others"))
                                    .isInstanceOf(HealthIndicator.class);
                            var payments = (HealthIndicator) all.getContributor("payments");
                            assertThat(payments.health().getStatus())
                                    .isEqualTo(Status.OUT_OF_SERVICE);
                            context.getBean(OtpSystem.class).start();
                            assertThat(payments.health().getStatus()).isEqualTo(Status.UP);
                        });
    }

    @Test
    void allOfItIsSwitchedOffByOneProperty() {
        runner.withPropertyValues(
                        "management.health.otp.subtrees.payments=/payments",
                        "management.health.otp.enabled=false")
                .run(
                        context ->
                                assertThat(context)
                                        .doesNotHaveBean(OtpHealthIndicator.class)
                                        .doesNotHaveBean(CompositeHealthContributor.class));
    }

    @Test
    void aPathOrShareThatIsNoneIsRefusedWithItsProperty() {
        runner.withPropertyValues("management.health.otp.subtrees.payments=payments")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .hasRootCauseMessage(
                                                "'management.health.otp.subtrees.payments' must be a path that begins with '/': 'payments'"));
        runner.withPropertyValues("management.health.otp.tolerance-warning=1.5")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .hasRootCauseMessage(
                                                "'management.health.otp.tolerance-warning' must be above 0 and at most 1: 1.5"));
    }

    @Test
    void readinessFollowsOneSupervisor() {
        try (var context =
                new SpringApplicationBuilder(Application.class)
                        .properties(
                                Map.of(
                                        "server.port",
                                        "0",
                                        "management.endpoint.health.probes.enabled",
                                        "true",
                                        "management.endpoint.health.show-details",
                                        "always",
                                        "management.health.otp.subtrees.payments",
                                        "/payments",
                                        "management.endpoint.health.group.readiness.include",
                                        "readinessState,otpSubtrees/payments"))
                        .run()) {
            var server = ((WebServerApplicationContext) context).getWebServer();
            var client =
                    RestTestClient.bindToServer()
                            .baseUrl("http://localhost:" + server.getPort())
                            .build();
            Subtrees tree = context.getBean(Subtrees.class);
            assertThat(status(client, "readiness")).isEqualTo(503);
            tree.system.start();
            assertThat(status(client, "readiness")).isEqualTo(200);

            tree.crash();
            tree.failToStart();

            await().until(() -> status(client, "readiness") == 503);
            assertThat(status(client, "liveness")).isEqualTo(200);
            assertThat(body(client, "readiness"))
                    .contains("\"otpSubtrees\"")
                    .contains("\"culprit\"")
                    .contains("\"path\":\"/payments\"")
                    .doesNotContain("secret");
            assertThat(body(client, "otpSubtrees/payments")).contains("\"status\":\"DOWN\"");

            tree.succeed();

            await().until(() -> status(client, "readiness") == 200);
        }
    }

    private static int status(RestTestClient client, String part) {
        return client.get()
                .uri("/actuator/health/" + part)
                .exchange()
                .returnResult(String.class)
                .getStatus()
                .value();
    }

    private static String body(RestTestClient client, String part) {
        return String.valueOf(
                client.get()
                        .uri("/actuator/health/" + part)
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }
}

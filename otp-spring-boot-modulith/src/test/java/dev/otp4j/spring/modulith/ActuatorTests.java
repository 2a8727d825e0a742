/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.spring.modulith.Instance.Board;
import dev.otp4j.spring.modulith.autoconfigure.DeliveryEndpoint;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Rule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What shows the events that were given up. */
@Timeout(60)
class ActuatorTests {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Instance.Application.class)
    static class Application {
        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    private final Board board = new Board();
    private Instance one;
    private DeliveryEndpoint endpoint;

    @BeforeEach
    @Timeout(60)
    void start() {
        board.script = (entry, time, replyTo) -> replyTo.fail(new IllegalStateException("no"));
        one =
                Instance.started(
                        Application.class,
                        Databases.h2(),
                        board,
                        "otp.durable-delivery.max-attempts=1");
        endpoint = one.context.getBean(DeliveryEndpoint.class);
        one.publish("a");
        one.publish("b");
        eventually("given up", () -> one.ledger().givenUp() == 2);
    }

    @AfterEach
    void stop() {
        one.close();
    }

    @Test
    @Rule("DD-07")
    void theEndpointShowsWhatWasGivenUpAndDeliversItAgain() {
        var shown = Objects.requireNonNull(endpoint.target("ledger", null));
        assertThat(shown.givenUp()).hasSize(2);
        assertThat(shown.target().lastFailure()).isEqualTo("java.lang.IllegalStateException");
        assertThat(Objects.requireNonNull(endpoint.target("ledger", 1)).givenUp()).hasSize(1);
        assertThat(endpoint.targets().targets()).containsExactly(one.ledger());
        board.script = (entry, time, replyTo) -> replyTo.send(true);

        UUID first = shown.givenUp().getFirst().publication();
        assertThat(Objects.requireNonNull(endpoint.resubmit("ledger", first)).resubmitted())
                .isEqualTo(1);
        eventually("one is handled", () -> one.incomplete() == 1);
        assertThat(Objects.requireNonNull(endpoint.resubmit("ledger", null)).resubmitted())
                .isEqualTo(1);

        one.awaitAllCompleted();
        assertThat(endpoint.target("other", null)).isNull();
        assertThat(endpoint.resubmit("other", null)).isNull();
    }

    @Test
    @Rule("DD-07")
    void metersHealthAndTreeShowIt() {
        var registry = one.context.getBean(MeterRegistry.class);
        assertThat(registry.get("otp.delivery.given.up").tag("target", "ledger").gauge().value())
                .isEqualTo(2);
        assertThat(registry.get("otp.delivery.failed").functionCounter().count()).isEqualTo(2);
        assertThat(registry.get("otp.delivery.handled").functionCounter().count()).isZero();

        var health = one.context.getBean("otpDeliveryHealthIndicator", HealthIndicator.class);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        assertThat(health.health().getDetails())
                .containsEntry("ledger", Map.of("waiting", 0, "givenUp", 2L));

        var node = one.context.getBean(OtpSystem.class).find("/durable-delivery/resubmitter", 0, 1);
        assertThat(Sys.getState(Objects.requireNonNull(node.orElseThrow().pid()), String.class))
                .isEqualTo("2 events are given up; the endpoint otpdelivery delivers them again");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.modulith.Instance.Board;
import dev.otp4j.spring.modulith.autoconfigure.DeliveryEndpoint;
import dev.otp4j.spring.modulith.autoconfigure.DeliveryEndpointWebExtension;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Rule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
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
        /** A second target, which makes no message. */
        @Bean
        DurableTarget<UUID> idleTarget(Subject<Instance.Ledger.Write> ledger) {
            return DurableTarget.of("idle", UUID.class, id -> id)
                    .calling(
                            ledger,
                            (UUID id, ReplyTo<Boolean> reply) -> {
                                throw new LinkageError("broken");
                            });
        }

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
        assertThat(endpoint.targets().targets()).hasSize(2).contains(one.ledger());
        board.script = (entry, time, replyTo) -> replyTo.send(true);

        UUID first = shown.givenUp().getFirst().publication();
        assertThat(endpoint.resubmit("ledger", first.toString()).resubmitted()).isEqualTo(1);
        eventually("one is handled", () -> one.incomplete() == 1);
        assertThat(endpoint.resubmit("ledger", null).resubmitted()).isEqualTo(1);

        one.awaitAllCompleted();
        assertThat(endpoint.target("other", null)).isNull();
    }

    @Test
    @Rule("DD-07")
    void aRequestThatIsWrongDeliversNothingAndSaysWhy() {
        UUID first = one.delivery().givenUp("ledger", 1).getFirst().publication();
        var web = one.context.getBean(DeliveryEndpointWebExtension.class);

        var noTarget = web.resubmit("none", first.toString());
        assertThat(noTarget.getStatus()).isEqualTo(404);
        assertThat(noTarget.getBody())
                .asString()
                .contains("there is no durable target 'none'; there are: [idle, ledger]");
        assertThat(web.resubmit("none", null).getStatus()).isEqualTo(404);
        for (String noId : List.of("", " ", "first")) {
            var answer = web.resubmit("ledger", noId);
            assertThat(answer.getStatus()).as(noId).isEqualTo(400);
            assertThat(answer.getBody())
                    .asString()
                    .contains("'publication' must be an id: \"%s\"".formatted(noId));
            assertThatThrownBy(() -> endpoint.resubmit("ledger", noId))
                    .isInstanceOf(InvalidEndpointRequestException.class);
        }
        assertThatThrownBy(() -> endpoint.resubmit("none", null))
                .isInstanceOf(InvalidEndpointRequestException.class);
        assertThat(endpoint.resubmit("idle", first.toString()).resubmitted())
                .as("it is a publication of another target")
                .isZero();
        assertThat(one.delivery().givenUp("ledger", 10)).hasSize(2);
    }

    @Test
    @Rule("DD-07")
    @ExtendWith(OutputCaptureExtension.class)
    void theLogSaysWhichEventIsGivenUpAndWhatDeliversItAgain(CapturedOutput output) {
        for (GivenUp event : one.delivery().givenUp("ledger", 10)) {
            String text =
                    "durable target 'ledger' failed to handle event %s (%s), attempt 1 of 1; the event is given up, the endpoint 'otpdelivery' can deliver it again"
                            .formatted(event.eventId(), event.type());
            eventually(text, () -> output.toString().contains(text));
        }
    }

    /** A crash of the dispatcher would also lose what it has in hand of other events. */
    @Test
    @Rule("DD-04")
    void anErrorOfTheTargetsOwnCodeIsAFailedAttempt() {
        for (int i = 0; i < 20; i++) one.context.publishEvent(UUID.randomUUID());

        eventually("given up", () -> one.delivery().targets().getFirst().givenUp() == 20);
        TargetInfo idle = one.delivery().targets().getFirst();
        assertThat(idle.failed()).isEqualTo(20);
        assertThat(idle.lastFailure()).isEqualTo("java.lang.LinkageError");
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
                .isEqualTo(
                        "2 events are given up; the endpoint 'otpdelivery' can deliver them again");
    }
}

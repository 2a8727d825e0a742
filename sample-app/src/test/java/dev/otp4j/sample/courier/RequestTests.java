/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.sys.Sys;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * Tests what happens to a courier when the process of its request ends, and the other way round.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "relay.retry-delay=100ms")
class RequestTests {
    @TempDir static Path folder;

    @DynamicPropertySource
    static void dataDir(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
    }

    @LocalServerPort int port;
    @Autowired KeyedFactory<String, CourierMessage> couriers;

    private final Receiver receiver = new Receiver();
    private final CountDownLatch never = new CountDownLatch(1);
    private Relay relay;
    private JsonNode subscription;
    private String event;
    private Pid courier;
    private Pid request;

    /** The first delivery is never answered, the others are answered at once. */
    @BeforeEach
    void makeRequest() {
        relay = new Relay(port);
        subscription =
                relay.subscribe(
                        receiver.endpoint(
                                "/once", a -> receiver.at("/once").size() == 1 ? hang() : 200));
        event = relay.event("{}");
        await().until(() -> receiver.at("/once").size() == 1);
        courier = couriers.find(subscription.get("id").stringValue()).orElseThrow();
        request = Sys.getState(courier, CourierState.class).run().process();
    }

    private int hang() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 500;
    }

    @AfterEach
    void end() {
        relay.delete("/subscriptions/" + subscription.get("id").stringValue());
        receiver.close();
    }

    private void awaitDelivered() {
        await().untilAsserted(
                        () ->
                                assertThat(relay.delivery(event, subscription).get("state"))
                                        .hasToString("\"delivered\""));
        assertThat(receiver.at("/once")).hasSize(2);
        assertThat(receiver.idsAt("/once")).isEqualTo(List.of(event));
    }

    @Test
    void aRequestThatIsKilledIsNoAttemptAndNoHarmToTheCourier() {
        Processes.kill(request);

        awaitDelivered();
        assertThat(Processes.isAlive(courier)).isTrue();
        assertThat(relay.delivery(event, subscription).get("attempts").intValue()).isEqualTo(1);
    }

    @Test
    void aCourierThatDiesTakesItsRequestAlongAndTheNextOneRepeatsIt() {
        Processes.kill(courier);

        await().until(() -> !Processes.isAlive(request));
        awaitDelivered();
        assertThat(relay.delivery(event, subscription).get("attempts").intValue()).isEqualTo(1);
    }

    @Test
    void aCourierAnswersToolsWhileItsSubscriberDoesNot() {
        assertThat(Sys.getState(courier, CourierState.class).run().due().getFirst().eventId())
                .isEqualTo(event);
        assertThat(Processes.isAlive(request)).isTrue();
        never.countDown();
        await().until(() -> receiver.at("/once").size() == 2);
    }
}

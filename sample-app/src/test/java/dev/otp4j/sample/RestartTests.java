/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Relay;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

class RestartTests {
    @TempDir Path folder;

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(SampleApplication.class)
                .run(
                        "--server.port=0",
                        "--relay.data-dir=" + folder,
                        "--relay.retry-delay=200ms",
                        "--spring.main.banner-mode=off");
    }

    private static Relay relay(ConfigurableApplicationContext context) {
        var web = (ServletWebServerApplicationContext) context;
        return new Relay(web.getWebServer().getPort());
    }

    @Test
    @Timeout(180) // enough for two starts on a busy machine
    void whatWasPendingIsDeliveredAfterARestartUnderTheSameId() {
        try (var receiver = new Receiver()) {
            var status = new AtomicInteger(503);
            String url = receiver.endpoint("/later", arrival -> status.get());
            JsonNode subscription;
            List<String> events;
            try (var context = start()) {
                Relay relay = relay(context);
                subscription = relay.subscribe(url);
                events = List.of(relay.event("{\"n\":1}"), relay.event("{\"n\":2}"));
                await().until(() -> !receiver.at("/later").isEmpty());
            }
            assertThat(receiver.idsAt("/later")).containsExactly(events.getFirst());

            status.set(200);
            try (var context = start()) {
                Relay relay = relay(context);
                await().untilAsserted(
                                () ->
                                        assertThat(receiver.idsAt("/later"))
                                                .containsExactlyElementsOf(events));
                assertThat(relay.get("/subscriptions").json().get(0).get("id"))
                        .isEqualTo(subscription.get("id"));
            }
        }
    }
}

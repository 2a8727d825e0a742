/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.sample.ledger.Postgres;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Relay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The whole application with the profile {@code postgresql}. */
@Timeout(180) // enough for two starts on a busy machine
class PostgresTests {
    @TempDir Path folder;

    private ConfigurableApplicationContext start(String url) {
        return new SpringApplicationBuilder(SampleApplication.class)
                .profiles("postgresql", "chaos")
                .run(
                        "--server.port=0",
                        "--spring.datasource.url=" + url,
                        "--spring.datasource.username=postgres",
                        "--relay.data-dir=" + folder.resolve("data"),
                        "--relay.retry-delay=200ms",
                        "--spring.main.banner-mode=off");
    }

    private static Relay relay(ConfigurableApplicationContext context) {
        var web = (ServletWebServerApplicationContext) context;
        return new Relay(web.getWebServer().getPort());
    }

    @Test
    void killsAndARestartLoseNothingAndKeepTheOrder() {
        String url = Postgres.database();
        try (var receiver = new Receiver()) {
            var status = new AtomicInteger(204);
            var events = new ArrayList<String>();
            JsonNode subscription;
            try (var context = start(url)) {
                Relay relay = relay(context);
                subscription =
                        relay.subscribe(receiver.endpoint("/ordered", arrival -> status.get()));
                for (int n = 0; n < 100; n++) {
                    events.add(relay.event("{\"n\":" + n + "}"));
                    if (n % 20 == 5) relay.kill("/ledger");
                    if (n % 20 == 10) relay.kill("/results");
                    if (n % 20 == 15) relay.kill("/relay/couriers");
                }
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(
                                () -> assertThat(receiver.idsAt("/ordered")).isEqualTo(events));
                assertThat(
                                context.getBean(JdbcClient.class)
                                        .sql("SHOW synchronous_commit")
                                        .query(String.class)
                                        .single())
                        .isEqualTo("on");
                assertThat(context.getBean(OtpSystem.class)).isRunning();
                status.set(503);
                events.add(relay.event("{\"last\":true}"));
                await().until(() -> receiver.idsAt("/ordered").size() == 101);
            }
            status.set(204);
            try (var context = start(url)) {
                Relay relay = relay(context);
                await().untilAsserted(
                                () ->
                                        assertThat(
                                                        relay.delivery(
                                                                        events.getLast(),
                                                                        subscription)
                                                                .get("state"))
                                                .hasToString("\"delivered\""));
                assertThat(receiver.idsAt("/ordered")).isEqualTo(events);
                assertThat(
                                relay.delete(
                                                "/subscriptions/"
                                                        + subscription.get("id").stringValue())
                                        .status())
                        .isEqualTo(204);
            }
        }
        assertThat(Files.exists(folder.resolve("data"))).as("a file of H2").isFalse();
    }
}

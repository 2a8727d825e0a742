/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.sample.SampleApplication;
import dev.otp4j.sample.testkit.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** The demo receiver of a running relay. */
@Timeout(120)
class DemoReceiverTests {
    @TempDir Path folder;

    private ConfigurableApplicationContext start(String... more) {
        var builder = new SpringApplicationBuilder(SampleApplication.class).profiles("chaos");
        String[] all = Arrays.copyOf(more, more.length + 3);
        all[more.length] = "--server.port=0";
        all[more.length + 1] = "--relay.data-dir=" + folder;
        all[more.length + 2] = "--spring.main.banner-mode=off";
        return builder.run(all);
    }

    private ConfigurableApplicationContext startDemo(int port) {
        return start(
                "--relay.demo=true",
                "--relay.allow-private-addresses=true",
                "--relay.retry-delay=100ms",
                "--relay.demo-port=" + port);
    }

    private static Relay relay(ConfigurableApplicationContext context) {
        return new Relay(((ServletWebServerApplicationContext) context).getWebServer().getPort());
    }

    private static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static int free() throws IOException {
        try (ServerSocket socket = taken()) {
            return socket.getLocalPort();
        }
    }

    private static JsonNode state(Relay relay) {
        return relay.get("/demo/receiver").json();
    }

    private static void await(Relay relay, String field, String value) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(state(relay).get(field).asString()).isEqualTo(value));
    }

    private static void subscribed(Relay relay) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> relay.get("/subscriptions").json().size() == 1);
    }

    @Test
    void subscribesAtTheFirstStartAndGoesOnAfterARestart() throws IOException {
        int port = free();
        JsonNode first;
        try (var context = startDemo(port)) {
            Relay relay = relay(context);
            subscribed(relay);
            first = relay.get("/subscriptions").json();
        }
        try (var context = startDemo(port)) {
            Relay relay = relay(context);
            relay.event("{\"type\":\"order.created\"}");
            await(relay, "received", "1");
            assertThat(state(relay).get("arrivals").get(0).get("verified").asBoolean()).isTrue();
            assertThat(relay.get("/subscriptions").json()).isEqualTo(first);
        }
    }

    @Test
    void aReceiverThatIsKilledListensAgain() throws IOException {
        try (var context = startDemo(free())) {
            Relay relay = relay(context);
            subscribed(relay);

            assertThat(relay.kill("/demo-receiver")).isTrue();

            relay.event("{\"type\":\"order.created\"}");
            await(relay, "received", "1");
            assertThat(state(relay).get("problem").isNull()).isTrue();
            assertThat(relay.get("/subscriptions").json()).hasSize(1);
        }
    }

    @Test
    void aPortInUseIsToldAndTriedAgain() throws IOException {
        ServerSocket other = taken();
        try (var context = startDemo(other.getLocalPort())) {
            Relay relay = relay(context);
            assertThat(state(relay).get("problem").asString())
                    .contains("cannot listen at port " + other.getLocalPort(), "demo-port");
            relay.event("{\"type\":\"order.created\"}");

            other.close();

            await(relay, "received", "1");
        }
    }

    @Test
    void aModeThatThereIsNotIsRefused() throws IOException {
        try (var context = startDemo(free())) {
            var answer = relay(context).post("/demo/receiver?mode=sleepy", "");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().get("detail").asString())
                    .isEqualTo("'mode' must be healthy, slow, failing or down");
        }
    }

    @Test
    void isNotThereUnlessItIsAskedFor() {
        try (var context = start()) {
            Relay relay = relay(context);
            assertThat(relay.get("/demo/receiver").status()).isEqualTo(404);
            assertThat(relay.get("/subscriptions").json()).isEmpty();
            assertThat(relay.get("/overview").json().get("demo").asBoolean()).isFalse();
        }
    }

    @Test
    void doesNotStartWherePrivateAddressesAreRefused() {
        assertThatThrownBy(
                        () -> start("--relay.demo=true", "--relay.allow-private-addresses=false"))
                .hasStackTraceContaining(
                        "'relay.demo=true' needs 'relay.allow-private-addresses=true'");
    }
}

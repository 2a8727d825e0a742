/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.testkit.RawReceiver;
import dev.otp4j.sample.testkit.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A relay that has no file descriptors left, because clients hold many connections. From its jar:
 * from folders of classes the JVM needs a descriptor for each class that it loads.
 */
@EnabledIfSystemProperty(named = "sample.jar", matches = ".+")
@Timeout(180)
@DisabledOnOs(OS.WINDOWS)
class PackagedDescriptorsTests {
    private static final int LIMIT = 600;

    @TempDir Path folder;

    private final List<Socket> held = new ArrayList<>();

    /** The receiver closes each connection, so each request needs a new one. */
    @Test
    void aDeliveryWaitsUntilThereAreDescriptors() throws IOException {
        RelayProcess process =
                RelayProcess.startJarWithFiles(
                        LIMIT,
                        Path.of(System.getProperty("sample.jar")),
                        folder,
                        "128m",
                        "--relay.max-attempts=1",
                        "--relay.retry-delay=200ms",
                        "--server.tomcat.connection-timeout=10m");
        try (var receiver =
                new RawReceiver(
                        connection -> {
                            connection.request();
                            connection.send(
                                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                        })) {
            Relay relay = process.relay();
            JsonNode subscription = relay.subscribe(receiver.url());
            String before = relay.event("{}");
            awaitDelivered(relay, before, subscription);

            while (!process.output().contains("Socket accept failed")) connect(process.port());
            var events = new ArrayList<String>();
            // The web server takes each descriptor that becomes free, until none does.
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                events.add(relay.event("{}"));
                                return process.output().contains("has no file descriptors left");
                            });
            for (Socket socket : held) socket.close();

            awaitDelivered(relay, events.getLast(), subscription);
            for (String event : events) {
                JsonNode delivery = relay.delivery(event, subscription);
                assertThat(delivery.get("state").stringValue()).isEqualTo("delivered");
                assertThat(delivery.get("attempts").intValue()).isEqualTo(1);
            }
        } finally {
            process.kill();
        }
    }

    private void connect(int port) {
        var socket = new Socket();
        held.add(socket);
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        } catch (IOException e) {
            // the web server accepts no more
        }
    }

    private static void awaitDelivered(Relay relay, String event, JsonNode subscription) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () ->
                                assertThat(relay.delivery(event, subscription).get("state"))
                                        .hasToString("\"delivered\""));
    }
}

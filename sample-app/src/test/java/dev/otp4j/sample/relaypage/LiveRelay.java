/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relaypage;

import dev.otp4j.sample.SampleApplication;
import dev.otp4j.sample.testkit.Browser;
import dev.otp4j.sample.testkit.PageExtension;
import dev.otp4j.sample.testkit.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/**
 * The relay as the first command of its README starts it, and a browser that shows its page; one of
 * each for all test classes.
 */
final class LiveRelay extends PageExtension<LiveRelay.Running> {
    /**
     * What runs.
     *
     * @param relay a client of it
     * @param hook the URL of the demo receiver
     */
    record Running(
            ConfigurableApplicationContext context,
            Browser browser,
            Relay relay,
            String address,
            String hook,
            Path folder)
            implements AutoCloseable {

        static Running start() {
            try {
                Path folder = Files.createTempDirectory("relay");
                int demoPort = freePort();
                ConfigurableApplicationContext context = application(folder, demoPort);
                int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
                return new Running(
                        context,
                        Browser.start(),
                        new Relay(port),
                        "http://localhost:" + port + "/",
                        "http://localhost:" + demoPort + "/hook",
                        folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int freePort() throws IOException {
            try (var socket = new ServerSocket(0)) {
                return socket.getLocalPort();
            }
        }

        private static ConfigurableApplicationContext application(Path folder, int demoPort) {
            return new SpringApplicationBuilder(SampleApplication.class)
                    .profiles("chaos")
                    .run(
                            "--server.port=0",
                            "--relay.data-dir=" + folder,
                            "--relay.demo=true",
                            "--relay.demo-port=" + demoPort,
                            "--relay.allow-private-addresses=true",
                            // fails soon, and is seen as one that is retried before that
                            "--relay.retry-schedule=100ms,100ms,100ms,2s",
                            "--spring.main.banner-mode=off");
        }

        /**
         * Opens the page in a window of the usual size: with a healthy demo receiver, whose
         * subscription is the only one and has nothing pending.
         */
        Browser open() {
            receiver("healthy");
            for (JsonNode each : relay.get("/subscriptions").json()) {
                boolean demo = each.get("url").stringValue().equals(hook);
                String path = "/subscriptions/" + each.get("id").stringValue();
                if (demo) relay.patch(path, "{\"enabled\": true, \"eventTypes\": []}");
                else relay.delete(path);
            }
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> subscription().get("pending").asLong() == 0);
            browser.usual();
            browser.open(address);
            browser.showsEventually("#subscriptions", hook.replace("http://", ""));
            return browser;
        }

        /** The subscription of the demo receiver, as the page gets it. */
        JsonNode subscription() {
            for (JsonNode each : relay.get("/overview").json().get("subscriptions")) {
                if (each.get("url").stringValue().equals(hook)) return each;
            }
            throw new AssertionError("the demo receiver has no subscription");
        }

        /** A subscription, as a client of the API gets it. */
        JsonNode listed(String id) {
            for (JsonNode each : relay.get("/subscriptions").json()) {
                if (each.get("id").stringValue().equals(id)) return each;
            }
            throw new AssertionError("no subscription " + id);
        }

        void receiver(String mode) {
            relay.post("/demo/receiver?mode=" + mode, "");
        }

        @Override
        public void close() throws IOException {
            browser.close();
            context.close();
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    LiveRelay() {
        super(Running.class, Running::start, Running::browser);
    }
}

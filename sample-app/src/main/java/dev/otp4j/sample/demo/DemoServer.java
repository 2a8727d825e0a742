/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;

/**
 * The HTTP server of the demo receiver, on a port of the loopback interface. It is a bean, so that
 * it can be closed for the successor of a receiver that was killed.
 */
@Component
@ConditionalOnBooleanProperty("relay.demo")
class DemoServer {
    private static final int MAX_BYTES = 256 * 1024;

    private final AtomicReference<@Nullable HttpServer> open = new AtomicReference<>();

    /**
     * Opens the port, which is closed.
     *
     * @param answers blocks for as long as the answer is to wait, and returns its status
     * @throws IOException if the port is in use
     */
    void open(int port, Function<Delivered, Integer> answers) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        HttpServer server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/hook", exchange -> handle(exchange, answers));
        server.start();
        open.set(server);
    }

    boolean isOpen() {
        return open.get() != null;
    }

    /** Closes the port and all connections; does nothing if it is closed. */
    void close() {
        Optional.ofNullable(open.getAndSet(null)).ifPresent(server -> server.stop(0));
    }

    private static void handle(HttpExchange exchange, Function<Delivered, Integer> answers)
            throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES);
            int status = 405;
            if (exchange.getRequestMethod().equals("POST")) {
                status = answers.apply(delivered(exchange, body));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static Delivered delivered(HttpExchange exchange, byte[] body) {
        return new Delivered(
                header(exchange, "webhook-id"),
                header(exchange, "webhook-timestamp"),
                header(exchange, "webhook-signature"),
                body);
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }
}

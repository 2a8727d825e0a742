/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.storm;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server for the deliveries to endpoints. It listens once it is opened. */
final class EndpointServer implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final int port;
    private volatile HttpServer server;

    /** Creates a server that refuses connections until it is opened. */
    EndpointServer() {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    EndpointServer open() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> endpoints.get(exchange.getRequestURI().getPath()).handle(exchange));
        server.start();
        return this;
    }

    /** Adds an endpoint. {@return the URL of the endpoint} */
    String add(Endpoint endpoint) {
        endpoints.put(endpoint.path, endpoint);
        return "http://localhost:" + port + endpoint.path;
    }

    @Override
    public void close() {
        if (server != null) server.stop(0);
        threads.shutdownNow();
    }
}

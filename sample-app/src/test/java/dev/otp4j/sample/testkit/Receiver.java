/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;

/** A subscriber with any number of endpoints, each of which answers in its own way. */
public final class Receiver implements AutoCloseable {

    /** A delivery that arrived. */
    public record Arrival(String path, Map<String, List<String>> headers, String body, long at) {
        /** {@return its {@code webhook-id}} */
        public String id() {
            return headers.get("Webhook-id").getFirst();
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    private final Map<String, Function<Arrival, Integer>> endpoints = new ConcurrentHashMap<>();

    /** Starts a receiver on a free port. */
    public Receiver() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * Sets how an endpoint answers: {@code answer} waits as long as it likes and returns the
     * status.
     */
    public String endpoint(String path, Function<Arrival, Integer> answer) {
        endpoints.put(path, answer);
        return "http://localhost:" + server.getAddress().getPort() + path;
    }

    /** Adds an endpoint that answers every delivery with success. */
    public String endpoint(String path) {
        return endpoint(path, arrival -> 204);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            var arrival =
                    new Arrival(
                            path,
                            Map.copyOf(exchange.getRequestHeaders()),
                            body,
                            System.nanoTime());
            arrivals.add(arrival);
            int status = endpoints.getOrDefault(path, nowhere -> 404).apply(arrival);
            if (status / 100 == 3) exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, -1);
        }
    }

    /** {@return what arrived at an endpoint, in order} */
    public List<Arrival> at(String path) {
        return arrivals.stream().filter(arrival -> arrival.path().equals(path)).toList();
    }

    /** {@return the ids that arrived at an endpoint, in order, without repetitions} */
    public List<String> idsAt(String path) {
        return distinct(at(path).stream());
    }

    private static List<String> distinct(Stream<Arrival> arrived) {
        return arrived.map(Arrival::id).distinct().toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

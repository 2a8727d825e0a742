/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus server on a free loopback port, with its data in a temporary folder. */
final class Prometheus implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration START = Duration.ofSeconds(30);
    private static final int TRIES = 3;
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI base;

    private Prometheus(Process process, int port) {
        this.process = process;
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /**
     * Skips the running test where Prometheus is not installed; fails it if this is a run of {@code
     * .ci/run}, which installs it.
     */
    static void assumeInstalled() {
        if (isInstalled("prometheus") && isInstalled("promtool")) return;
        String missing = "'prometheus' and 'promtool' are not installed (Debian: prometheus)";
        if ("1".equals(System.getenv("OTP4J_CI"))) fail(missing);
        if (!TOLD.getAndSet(true))
            System.out.println("skipping the tests with Prometheus: " + missing);
        abort(missing);
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    /** Starts one with the configuration {@code prometheus.yml} of a folder. */
    static Prometheus start(Path folder) {
        for (int i = 1; i < TRIES; i++) {
            Prometheus started = launch(folder);
            if (started.isReady()) return started;
            started.close(); // another process may have taken its port
        }
        Prometheus last = launch(folder);
        assertThat(last.isReady()).as(() -> log(folder)).isTrue();
        return last;
    }

    private static Prometheus launch(Path folder) {
        try {
            int port = freePort();
            var builder =
                    new ProcessBuilder(
                                    "prometheus",
                                    "--config.file=" + folder.resolve("prometheus.yml"),
                                    "--storage.tsdb.path=" + folder.resolve("data"),
                                    "--web.listen-address=127.0.0.1:" + port,
                                    "--log.level=warn")
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("prometheus.log").toFile());
            builder.environment().put("GOMAXPROCS", "1");
            return new Prometheus(builder.start(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String log(Path folder) {
        try {
            return Files.readString(folder.resolve("prometheus.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        long deadline = System.nanoTime() + START.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                if (get("/-/ready").statusCode() == 200) return true;
            } catch (UncheckedIOException notYet) {
                // it does not listen yet
            }
            ended(Duration.ofMillis(50));
        }
        return false;
    }

    private boolean ended(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- queries

    /** {@return the series that an expression has now} Fails if it is no expression. */
    List<JsonNode> query(String expression) {
        return data("/api/v1/query?query=" + encoded(expression));
    }

    /** {@return the series that an expression had in the last minute} */
    List<JsonNode> queryRange(String expression) {
        Instant now = Instant.now();
        String range = "&step=1&start=%s&end=%s".formatted(now.minusSeconds(60), now);
        return data("/api/v1/query_range?query=" + encoded(expression) + range);
    }

    /** {@return the values of a label of the series that a selector selects} */
    List<String> labelValues(String selector, String label) {
        JsonNode values = answer("/api/v1/label/" + label + "/values?match[]=" + encoded(selector));
        return values.valueStream().map(JsonNode::stringValue).toList();
    }

    /** {@return the names of the alerts that fired since a time} */
    Set<String> firedSince(Instant begin) {
        long seconds = Duration.between(begin, Instant.now()).toSeconds() + 1;
        String fired = "ALERTS{alertstate=\"firing\"}[%ds]".formatted(seconds);
        var names = new TreeSet<String>();
        for (JsonNode alert : query("count by (alertname) (max_over_time(" + fired + "))")) {
            names.add(alert.get("metric").get("alertname").stringValue());
        }
        return names;
    }

    private List<JsonNode> data(String request) {
        return answer(request).get("result").valueStream().toList();
    }

    private JsonNode answer(String request) {
        HttpResponse<String> response = get(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body()).get("data");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    // ---- promtool

    /** Runs {@code promtool}; fails if it finds something. */
    static void tool(Path folder, String... arguments) throws IOException, InterruptedException {
        var command = Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList();
        Process tool =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(output).isZero();
    }

    @Override
    public void close() {
        process.destroy();
        if (!ended(Duration.ofSeconds(5))) process.destroyForcibly();
    }
}

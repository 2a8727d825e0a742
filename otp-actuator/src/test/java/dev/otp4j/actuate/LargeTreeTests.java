/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.actuate.endpoint.OtpEndpoint;
import dev.otp4j.actuate.health.OtpHealthIndicator;
import dev.otp4j.actuate.metrics.OtpMeters;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;

/** The cost of reading a tree with many children. */
@Timeout(120)
class LargeTreeTests {
    private static final FactoryName<Integer, Subject<Integer>> MANY = FactoryName.create("many");
    private static final ActorBuilder<Integer, Integer, Subject<Integer>> IDLE =
            Actor.startingWith(() -> 0)
                    .onMessage((Integer state, Integer message) -> Next.continueWith(state));

    private static OtpSystem.Builder builder() {
        return OtpSystem.builder("large")
                .root(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .add(
                                                FactorySupervisor.workerChild(
                                                                (Integer n) -> IDLE.start())
                                                        .named(MANY)
                                                        .supervised("many")));
    }

    private static OtpSystem start(OtpSystem.Builder builder, int children) {
        OtpSystem system = builder.build();
        system.start();
        var factory = FactorySupervisor.byName(MANY);
        var starting =
                Thread.ofVirtual() // a call from a virtual thread is cheaper
                        .start(
                                () -> {
                                    for (int n = 0; n < children; n++) factory.startChild(n);
                                });
        try {
            starting.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return system;
    }

    @Test
    void healthEndpointAndMetersAllocateForTheirAnswerAlone() {
        int children = 40_000;
        var meters = new AtomicReference<OtpMeters>();
        var telling =
                new SupervisorListener() {
                    @Override
                    public void counted(SupervisorReport report) {
                        OtpMeters told = meters.get();
                        if (told != null) told.counted(report);
                    }
                };
        try (OtpSystem system = start(builder().listener(telling), children)) {
            var registry = new SimpleMeterRegistry();
            var told = new OtpMeters(system);
            told.bindTo(registry);
            meters.set(told);
            FactorySupervisor.byName(MANY).startChild(0);
            var health = new OtpHealthIndicator(system);
            var endpoint = new OtpEndpoint(system);

            assertThat(allocated(health::health)).isLessThan(children);
            assertThat(allocated(() -> endpoint.tree(1, 10))).isLessThan(children);
            assertThat(allocated(() -> endpoint.node(1, 10, null, new String[] {"many"})))
                    .isLessThan(children);
            var running = registry.get("otp.actors.running").gauge();
            assertThat(allocated(running::value)).isLessThan(children);

            assertThat(health.health().getDetails()).containsEntry("actors", children + 1);
            assertThat(endpoint.tree(1, 10).actors()).isEqualTo(children + 1);
            assertThat(running.value()).isEqualTo(children + 1);
        }
    }

    /** The smallest of several measurements, so that one-time allocations do not count. */
    private static long allocated(Callable<?> code) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                code.call();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    /** Runs in a separate JVM with little memory, with eight clients at a time. */
    @Test
    void clientsAreAnsweredThoughTheTreeFillsMuchOfTheHeap() throws Exception {
        Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LargeMain.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(jvm.waitFor()).as(output).isZero();
        assertThat(output).doesNotContain("OutOfMemoryError");
    }

    /** Exits with 0 if all requests were answered. */
    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class LargeMain {
        private static final int CHILDREN = 200_000;
        private static final int CLIENTS = 8;
        private static final int ROUNDS = 1;

        public static void main(String[] args) {
            try {
                run();
                System.exit(0);
            } catch (Throwable failed) {
                failed.printStackTrace(System.out);
                System.exit(1);
            }
        }

        @Bean(destroyMethod = "")
        OtpSystem otpSystem() {
            return start(builder(), CHILDREN);
        }

        private static void run() throws Exception {
            Map<String, Object> properties =
                    Map.of(
                            "server.port",
                            0,
                            "management.endpoints.web.exposure.include",
                            "health,otp,metrics",
                            "management.endpoint.health.show-details",
                            "always");
            var context =
                    new SpringApplicationBuilder(LargeMain.class).properties(properties).run();
            String base =
                    "http://localhost:"
                            + context.getEnvironment().getRequiredProperty("local.server.port");
            try (var clients = Executors.newFixedThreadPool(CLIENTS);
                    HttpClient http = HttpClient.newHttpClient()) {
                List<Future<Integer>> answers = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    answers.add(clients.submit(() -> ask(http, base)));
                }
                for (Future<Integer> answer : answers) {
                    assertThat(answer.get()).isEqualTo(2 * ROUNDS);
                }
            }
        }

        /** How many answers were right. */
        private static int ask(HttpClient http, String base) throws Exception {
            int right = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (String path : List.of("/actuator/health", "/actuator/otp?depth=1&limit=10")) {
                    HttpResponse<String> answer =
                            http.send(
                                    HttpRequest.newBuilder(URI.create(base + path))
                                            .timeout(Duration.ofSeconds(20))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
                    boolean counted = answer.body().contains("\"actors\":" + CHILDREN);
                    if (answer.statusCode() == 200 && counted) right++;
                }
            }
            return right;
        }
    }
}

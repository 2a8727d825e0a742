/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actuate.endpoint.OtpEndpoint;
import dev.otp4j.cases.programs.ManyChildren;
import dev.otp4j.process.Subject;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** What tools show of large trees under load. */
@Timeout(value = 59, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class LoadCases {
    private static final int HELD = 700;

    @Test
    @Tag("O3")
    void messagesHeldForAnActorThatIsStartedAgainAreShown() {
        Contexts.runner(Gate.Gated.class, Contexts.Client.class)
                .withBean(Gate.class)
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoints.jmx.exposure.include=*")
                .run(
                        context -> {
                            Gate gate = context.getBean(Gate.class);
                            Subject<Probe.Message> probe = Contexts.probe(context);
                            assertThat(Probe.total(probe)).isZero();
                            probe.send(Probe.fail("told to"));
                            gate.entered.await();
                            for (int i = 0; i < HELD; i++) probe.send(new Probe.Add(1));

                            var tree = context.getBean(OtpEndpoint.class).tree(10, 100);
                            String json = new JsonMapper().writeValueAsString(tree);
                            var values = values(context.getBean(MeterRegistry.class));
                            gate.open();

                            assertThat(json).containsPattern(":" + HELD + "\\b");
                            assertThat(values).containsValue((double) HELD);
                            assertThat(Probe.total(probe)).isEqualTo(HELD);
                        });
    }

    private static Map<String, Double> values(MeterRegistry registry) {
        var values = new ConcurrentHashMap<String, Double>();
        for (Meter meter : registry.getMeters()) {
            if (!meter.getId().getName().startsWith("otp.")) continue;
            for (Measurement measurement : meter.measure()) {
                values.merge(meter.getId().getName(), measurement.getValue(), Math::max);
            }
        }
        return values;
    }

    private static final int CLIENTS = 8;
    private static final Duration FLOOD = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    @Tag("O5")
    void healthAndEndpointAnswerManyClientsThoughThereAreVeryManyChildrenAndLittleMemory()
            throws Exception {
        var options = List.of("-Xmx256m", "-XX:ActiveProcessorCount=2");
        try (var jvm = ChildJvm.start(ManyChildren.class, options)) {
            int port = Integer.parseInt(jvm.awaitValue("port", Duration.ofSeconds(40)));
            Map<String, Integer> answers = flood("http://localhost:" + port + "/actuator");

            assertThat(answers).containsOnlyKeys("/health 200", "/otp?depth=1&limit=10 200");
            assertThat(jvm.text()).doesNotContain("OutOfMemoryError");
        }
    }

    /** {@return how often each answer came} */
    private static Map<String, Integer> flood(String base) throws Exception {
        var answers = new ConcurrentHashMap<String, Integer>();
        try (var clients = Executors.newFixedThreadPool(CLIENTS);
                var http = HttpClient.newHttpClient()) {
            status(http, base + "/health"); // the first answer takes longer
            long end = System.nanoTime() + FLOOD.toNanos();
            var floods = new ArrayList<Future<?>>();
            for (int i = 0; i < CLIENTS; i++) {
                String path = i % 2 == 0 ? "/health" : "/otp?depth=1&limit=10";
                floods.add(
                        clients.submit(
                                () -> {
                                    while (System.nanoTime() < end) {
                                        String answer = path + " " + status(http, base + path);
                                        answers.merge(answer, 1, Integer::sum);
                                    }
                                }));
            }
            for (var flood : floods) flood.get();
        }
        return answers;
    }

    private static String status(HttpClient http, String url) {
        try {
            var request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
            return "" + http.send(request.build(), BodyHandlers.discarding()).statusCode();
        } catch (Exception failed) {
            return failed.getClass().getSimpleName();
        }
    }
}

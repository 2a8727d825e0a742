/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.process.Subject;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** From an HTTP request to the spans and log lines of actors, with OpenTelemetry's SDK. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class MessageSpanTests {
    private static final Logger LOG = LoggerFactory.getLogger(MessageSpanTests.class);

    /** The spans that ended. */
    static final class Exported {
        final InMemorySpanExporter exporter = InMemorySpanExporter.create();

        List<SpanData> named(String name) {
            return exporter.getFinishedSpanItems().stream()
                    .filter(span -> span.getName().equals(name))
                    .toList();
        }

        /** The spans of that name, once there are that many. */
        List<SpanData> awaited(String name, int count) {
            await().pollInterval(Duration.ofMillis(5)).until(() -> named(name).size() >= count);
            return named(name);
        }

        /** The span of the only request, or of the first one. */
        SpanData request() {
            return requests().getFirst();
        }

        List<SpanData> requests() {
            return exporter.getFinishedSpanItems().stream().filter(Exported::serves).toList();
        }

        private static boolean serves(SpanData span) {
            return span.getKind() == SpanKind.SERVER;
        }
    }

    /** A message that sends itself again with a timer, some times. */
    record Retry(int left, Subject<Runnable> to) implements Runnable {
        @Override
        public void run() {
            LOG.info("retry {}", left);
            if (left > 0) to.sendAfter(Duration.ofMillis(1), new Retry(left - 1, to));
        }
    }

    @RestController
    static class Controller {
        final Subject<Runnable> first;
        final Subject<Runnable> second;

        Controller(Subject<Runnable> first, Subject<Runnable> second) {
            this.first = first;
            this.second = second;
        }

        @GetMapping("/call")
        String call() {
            MDC.put("tenant", "blue");
            try {
                return first.<String>call(
                        reply ->
                                () -> {
                                    LOG.info("in the handler of a call, {}", MDC.get("tenant"));
                                    reply.send("done");
                                });
            } finally {
                MDC.remove("tenant");
            }
        }

        /** The second actor mostly runs on the thread of the first one. */
        @GetMapping("/chain")
        void chain() {
            first.send(
                    () -> {
                        LOG.info("in the handler of a send");
                        second.send(() -> LOG.info("in the handler of the second send"));
                    });
        }

        @GetMapping("/retry")
        void retry() {
            first.send(new Retry(3, first));
        }

        @GetMapping("/crash")
        void crash() {
            first.send(
                    () -> {
                        throw new IllegalStateException("boom");
                    });
        }
    }

    @EnableAutoConfiguration
    @Import({Runs.First.class, Runs.Second.class, Controller.class})
    static class Application {
        @Bean
        Exported exported() {
            return new Exported();
        }

        @Bean
        SpanProcessor processor(Exported exported) {
            return SimpleSpanProcessor.create(exported.exporter);
        }
    }

    private static final Map<List<String>, ConfigurableApplicationContext> APPLICATIONS =
            new HashMap<>();

    /** One application for all tests with the same properties; it has exported nothing yet. */
    private static ConfigurableApplicationContext application(String... properties) {
        ConfigurableApplicationContext found =
                APPLICATIONS.computeIfAbsent(List.of(properties), MessageSpanTests::run);
        found.getBean(Exported.class).exporter.reset();
        return found;
    }

    private static ConfigurableApplicationContext run(List<String> properties) {
        List<String> arguments = new ArrayList<>(properties);
        arguments.add("server.port=0");
        arguments.add("spring.main.banner-mode=off");
        arguments.add("management.tracing.sampling.probability=1.0");
        return SpringApplication.run(
                Application.class,
                arguments.stream().map(argument -> "--" + argument).toArray(String[]::new));
    }

    @AfterAll
    static void close() {
        APPLICATIONS.values().forEach(ConfigurableApplicationContext::close);
        APPLICATIONS.clear();
    }

    private static Exported get(ConfigurableApplicationContext context, String path) {
        Exported exported = context.getBean(Exported.class);
        int before = exported.requests().size();
        String port = context.getEnvironment().getProperty("local.server.port");
        RestTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .build()
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk();
        await().pollInterval(Duration.ofMillis(5)).until(() -> exported.requests().size() > before);
        return exported;
    }

    private static String line(CapturedOutput output, String text) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> output.getOut().contains(text));
        return output.getOut()
                .lines()
                .filter(line -> line.contains(text))
                .findFirst()
                .orElseThrow();
    }

    private static void isRoot(SpanData span) {
        assertThat(span.getParentSpanId()).isEqualTo(SpanId.getInvalid());
    }

    @Test
    void aCallIsAChildOfTheRequestAndItsHandlingAChildOfTheCall(CapturedOutput output) {
        var context = application("otp.observation.enabled=true");
        Exported spans = get(context, "/call");

        SpanData request = spans.request();
        SpanData call = spans.awaited("call first", 1).getFirst();
        SpanData handle = spans.awaited("handle first", 1).getFirst();
        assertThat(call.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(handle.getParentSpanId()).isEqualTo(call.getSpanId());
        assertThat(handle.getTraceId()).isEqualTo(request.getTraceId());
        assertThat(handle.getKind()).isEqualTo(SpanKind.INTERNAL);
        assertThat(line(output, "in the handler of a call"))
                .contains(request.getTraceId() + "-" + handle.getSpanId());
    }

    @Test
    void soItIsWithPropagationBesideIt(CapturedOutput output) {
        var context =
                application(
                        "otp.observation.enabled=true",
                        "otp.observation.sends=none",
                        "otp.context.propagation=true",
                        "otp.context.mdc-keys=tenant");
        Exported spans = get(context, "/call");

        SpanData call = spans.awaited("call first", 1).getFirst();
        SpanData handle = spans.awaited("handle first", 1).getFirst();
        assertThat(handle.getParentSpanId()).isEqualTo(call.getSpanId());
        assertThat(line(output, "in the handler of a call, blue"))
                .contains(call.getTraceId() + "-" + handle.getSpanId());
    }

    @Test
    void aSendHasATraceOfItsOwnWithALinkByDefault(CapturedOutput output) {
        var context = application("otp.observation.enabled=true");
        Exported spans = get(context, "/chain");

        SpanData request = spans.request();
        SpanData first = spans.awaited("handle first", 1).getFirst();
        SpanData second = spans.awaited("handle second", 1).getFirst();
        isRoot(first);
        isRoot(second);
        assertThat(first.getTraceId()).isNotEqualTo(request.getTraceId());
        assertThat(first.getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactly(request.getSpanId());
        assertThat(second.getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactly(first.getSpanId());
        assertThat(line(output, "in the handler of a send"))
                .contains(first.getTraceId() + "-" + first.getSpanId());
        assertThat(line(output, "in the handler of the second send"))
                .contains(second.getTraceId() + "-" + second.getSpanId());
    }

    @Test
    void aSendIsAChildOnRequest(CapturedOutput output) {
        var context = application("otp.observation.enabled=true", "otp.observation.sends=child");
        Exported spans = get(context, "/chain");

        SpanData request = spans.request();
        SpanData first = spans.awaited("handle first", 1).getFirst();
        SpanData second = spans.awaited("handle second", 1).getFirst();
        assertThat(first.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(second.getParentSpanId()).isEqualTo(first.getSpanId());
        assertThat(first.getLinks()).isEmpty();
        assertThat(line(output, "in the handler of the second send"))
                .contains(request.getTraceId() + "-" + second.getSpanId());
    }

    @Test
    void timersDoNotNestWithoutEnd() {
        var context = application("otp.observation.enabled=true", "otp.observation.sends=child");
        Exported spans = get(context, "/retry");

        SpanData request = spans.request();
        List<SpanData> handled = spans.awaited("handle first", 4);
        assertThat(handled.get(0).getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(handled.get(1).getParentSpanId()).isEqualTo(handled.get(0).getSpanId());
        for (int i = 2; i < 4; i++) {
            isRoot(handled.get(i));
            assertThat(handled.get(i).getLinks())
                    .extracting(link -> link.getSpanContext().getSpanId())
                    .containsExactly(handled.get(i - 1).getSpanId());
        }
    }

    @Test
    void theLineOfACrashHasTheSpanOfTheHandlerThatCrashed(CapturedOutput output) {
        var context = application("otp.observation.enabled=true");
        Exported spans = get(context, "/crash");

        SpanData handle = spans.awaited("handle first", 1).getFirst();
        assertThat(handle.getStatus().getDescription()).isEqualTo("boom");
        assertThat(line(output, "context=crash"))
                .contains(handle.getTraceId() + "-" + handle.getSpanId());
    }

    @Test
    void propagationAloneHasTheTraceOfTheRequestInLogLinesAndMakesNoSpan(CapturedOutput output) {
        var context = application("otp.context.propagation=true", "otp.context.mdc-keys=tenant");
        Exported spans = get(context, "/call");
        get(context, "/chain");

        SpanData request = spans.request();
        assertThat(line(output, "in the handler of a call, blue"))
                .contains(request.getTraceId() + "-" + request.getSpanId());
        String trace = traceOf(line(output, "in the handler of a send"));
        assertThat(trace).isNotEqualTo(request.getTraceId());
        assertThat(traceOf(line(output, "in the handler of the second send"))).isEqualTo(trace);
        assertThat(spans.named("handle first")).isEmpty();
        assertThat(spans.named("call first")).isEmpty();
    }

    private static String traceOf(String line) {
        var found =
                java.util.regex.Pattern.compile("\\[([0-9a-f]{32})-[0-9a-f]{16}]").matcher(line);
        assertThat(found.find()).as(line).isTrue();
        return found.group(1);
    }

    @Test
    void byDefaultLinesOfHandlersHaveNoTraceAndThereIsNoSpan(CapturedOutput output) {
        var context = application();
        Exported spans = get(context, "/call");

        SpanData request = spans.request();
        assertThat(line(output, "in the handler of a call, null"))
                .doesNotContain(request.getTraceId());
        assertThat(spans.named("handle first")).isEmpty();
    }

    /** What one request left on an actor's thread would be in the lines of the next one. */
    @Test
    void requestsAtTheSameTimeDoNotMix() throws Exception {
        var context = application("otp.observation.enabled=true", "otp.observation.sends=child");
        Exported spans = context.getBean(Exported.class);
        int requests = 40;
        var done = new CountDownLatch(requests);
        for (int i = 0; i < requests; i++) {
            Thread.startVirtualThread(
                    () -> {
                        get(context, "/chain");
                        done.countDown();
                    });
        }
        done.await();
        List<SpanData> first = spans.awaited("handle first", requests);
        List<SpanData> second = spans.awaited("handle second", requests);

        assertThat(first).extracting(SpanData::getTraceId).doesNotHaveDuplicates();
        assertThat(second)
                .allSatisfy(
                        span ->
                                assertThat(first)
                                        .filteredOn(
                                                above ->
                                                        above.getSpanId()
                                                                .equals(span.getParentSpanId()))
                                        .extracting(SpanData::getTraceId)
                                        .containsExactly(span.getTraceId()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Asynchronous calls in the handlers of a reactive server that has a single thread. */
class ReactiveApplicationTests {
    private static final String THREAD = "the-only-one";
    private static final int MANY = 200;

    @EnableAutoConfiguration
    @Import({Gate.class, Controller.class})
    static class Application {
        @Bean
        ReactorResourceFactory oneThread() {
            var resources = new ReactorResourceFactory();
            resources.setUseGlobalResources(false);
            resources.setLoopResourcesSupplier(() -> LoopResources.create(THREAD, 1, true));
            return resources;
        }
    }

    /** Sends no reply before all requests have arrived. */
    @SupervisedActor
    static class Gate implements Actor<List<Subject<Integer>>, Gate.Message> {
        sealed interface Message {}

        record Enter(Subject<Integer> replyTo) implements Message {}

        record Die(Subject<Integer> replyTo) implements Message {}

        static final BlockingQueue<Subject<Integer>> ENTERED = new LinkedBlockingQueue<>();

        @Override
        public List<Subject<Integer>> init(Subject<Message> self) {
            return List.of();
        }

        @Override
        public Next<List<Subject<Integer>>, Message> onMessage(
                List<Subject<Integer>> waiting, Message message) {
            return switch (message) {
                case Die die -> throw new IllegalStateException("told to");
                case Enter(var replyTo) -> {
                    ENTERED.add(replyTo);
                    var all = new ArrayList<>(waiting);
                    all.add(replyTo);
                    if (all.size() < MANY) yield Next.continueWith(all);
                    all.forEach(one -> one.send(MANY));
                    yield Next.continueWith(List.of());
                }
            };
        }
    }

    @RestController
    static class Controller {
        final Subject<Gate.Message> gate;
        final Set<String> threads = ConcurrentHashMap.newKeySet();

        Controller(Subject<Gate.Message> gate) {
            this.gate = gate;
        }

        @GetMapping("/enter")
        Mono<Integer> enter(@RequestParam Duration limit) {
            threads.add(Thread.currentThread().getName());
            return Mono.fromFuture(() -> gate.callAsync(limit, Gate.Enter::new));
        }

        @GetMapping("/die")
        Mono<Integer> die() {
            return Mono.fromFuture(() -> gate.callAsync(Duration.ofMinutes(1), Gate.Die::new));
        }

        @GetMapping("/hello/{name}")
        Mono<String> hello(@PathVariable String name) {
            return Mono.just("Hello " + name);
        }

        @ExceptionHandler
        ResponseEntity<String> failed(CallException failure) {
            boolean late = failure instanceof CallException.TimedOut;
            return ResponseEntity.status(
                            late ? HttpStatus.GATEWAY_TIMEOUT : HttpStatus.SERVICE_UNAVAILABLE)
                    .body(failure.getClass().getSimpleName());
        }
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private ConfigurableApplicationContext context;

    @BeforeEach
    void run() {
        Gate.ENTERED.clear();
        context =
                new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.REACTIVE)
                        .run("--server.port=0");
    }

    @AfterEach
    void close() {
        context.close();
        client.close();
    }

    private int port() {
        return ((ReactiveWebServerApplicationContext) context).getWebServer().getPort();
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        var uri = URI.create("http://localhost:" + port() + path);
        return client.sendAsync(
                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String answer(String path) {
        HttpResponse<String> response = get(path).orTimeout(30, TimeUnit.SECONDS).join();
        return response.statusCode() + " " + response.body();
    }

    private OtpSystem system() {
        return context.getBean(OtpSystem.class);
    }

    /** A request that waited on the server's only thread would block all others. */
    @Test
    void anyNumberOfRequestsWaitWithoutAThread() {
        var answers = IntStream.range(0, MANY - 1).mapToObj(i -> get("/enter?limit=PT1M")).toList();
        await().atMost(Duration.ofSeconds(30)).until(() -> Gate.ENTERED.size() == MANY - 1);

        assertThat(answer("/hello/Joe")).isEqualTo("200 Hello Joe");
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        assertThat(answer("/enter?limit=PT1M")).isEqualTo("200 " + MANY);

        assertThat(answers)
                .allSatisfy(
                        one ->
                                assertThat(one.orTimeout(30, TimeUnit.SECONDS).join().body())
                                        .isEqualTo("" + MANY));
        assertThat(context.getBean(Controller.class).threads)
                .singleElement()
                .asString()
                .startsWith(THREAD);
        assertThat(system().runtime().timerCount()).isZero();
    }

    @Test
    void failuresBecomeErrorsOfHttp() {
        assertThat(answer("/enter?limit=PT0.05S")).isEqualTo("504 TimedOut");
        assertThat(answer("/die")).isEqualTo("503 CalleeDown");

        system().stop(Duration.ofSeconds(10));

        assertThat(answer("/enter?limit=PT1M")).isEqualTo("503 NotRegistered");
        assertThat(system().runtime().timerCount()).isZero();
    }

    @Test
    void aClientThatGoesAwayLeavesNothing() throws Exception {
        Subject<Integer> replyTo;
        try (var socket = new Socket("localhost", port())) {
            String request = "GET /enter?limit=PT1H HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            replyTo = Gate.ENTERED.poll(30, TimeUnit.SECONDS);
            await().until(
                            () ->
                                    system().runtime().timerCount()
                                            == 1); // set after the request is sent
        }

        await().until(() -> system().runtime().timerCount() == 0);
        assertThat(replyTo.trySend(1)).isEqualTo(Subject.Sent.CLOSED);
        Subject<Gate.Message> gate = context.getBean(Controller.class).gate;
        assertThat(Processes.isAlive(gate.owner())).isTrue();
    }

    @Test
    void aClientsOwnPatienceEndsTheCallToo() {
        Subject<Gate.Message> gate = context.getBean(Controller.class).gate;
        Mono<Integer> call =
                Mono.fromFuture(() -> gate.callAsync(Duration.ofHours(1), Gate.Enter::new));

        var subscription = call.subscribe();
        await().until(() -> system().runtime().timerCount() == 1);
        subscription.dispose();

        assertThat(system().runtime().timerCount()).isZero();
    }
}

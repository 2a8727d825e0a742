/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Failed sends and calls as problem details, over HTTP. */
class ProblemDetailsTests {
    private static final String ON = "--otp.web.problemdetails.enabled=true";
    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(30);

    /** The two kinds of server. */
    enum Web {
        MVC(WebApplicationType.SERVLET, MvcController.class),
        WEBFLUX(WebApplicationType.REACTIVE, WebFluxController.class);

        final WebApplicationType type;
        final Class<?> controller;

        Web(WebApplicationType type, Class<?> controller) {
            this.type = type;
            this.controller = controller;
        }
    }

    static final class OutOfStock extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @ResponseStatus(HttpStatus.CONFLICT)
    static final class Conflict extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Conflict(Throwable cause) {
            super(cause);
        }
    }

    @SupervisedActor
    static class Clerk implements Actor<Integer, Clerk.Message> {
        sealed interface Message {}

        record Ignore(Subject<String> replyTo) implements Message {}

        record Die(Subject<String> replyTo) implements Message {}

        record Refuse(ReplyTo<String> replyTo) implements Message {}

        @Override
        public Integer init(Subject<Message> self) {
            return 0;
        }

        @Override
        public Next<Integer, Message> onMessage(Integer state, Message message) {
            return switch (message) {
                case Ignore ignored -> Next.continueWith(state);
                case Die die -> throw new IllegalStateException("a secret");
                case Refuse(var replyTo) -> {
                    replyTo.fail(new OutOfStock());
                    yield Next.continueWith(state);
                }
            };
        }
    }

    /** What both servers do in the same way. */
    static class Throwing {
        @GetMapping("/throws/{kind}")
        String fails(@PathVariable String kind) throws Throwable {
            var late = new CallException.TimedOut("clerk", MOMENT, "a secret");
            throw switch (kind) {
                case "rejected" -> new CallException.Rejected("a secret");
                case "closed" -> new CallException.RuntimeClosed("clerk", "a secret");
                case "node" -> new CallException.NodeDown("a secret");
                case "unreachable" -> new CallException.Unreachable("a secret");
                case "interrupted" -> new CallException.Interrupted("a secret");
                case "vacant" -> new NotRegisteredException("a secret");
                case "wrapped" -> new CompletionException(late);
                case "self" -> new CallException.CallingSelf("a secret");
                case "down" ->
                        new CallException.CalleeDown("clerk", ExitReason.abnormal("a secret"));
                case "own" -> new ResponseStatusException(HttpStatus.BAD_GATEWAY, "ours", late);
                case "conflict" -> new Conflict(late);
                default -> new IllegalArgumentException(kind);
            };
        }

        @ExceptionHandler
        ResponseEntity<String> refused(OutOfStock e) {
            return ResponseEntity.status(HttpStatus.CONFLICT).body("out of stock");
        }
    }

    @RestController
    static class MvcController extends Throwing {
        final Subject<Clerk.Message> clerk;

        MvcController(Subject<Clerk.Message> clerk) {
            this.clerk = clerk;
        }

        @GetMapping("/late")
        String late() {
            return clerk.call(MOMENT, Clerk.Ignore::new);
        }

        @GetMapping("/late-future")
        CompletableFuture<String> lateFuture() {
            return clerk.callAsync(MOMENT, Clerk.Ignore::new);
        }

        @GetMapping("/down")
        String down() {
            return clerk.call(LONG, Clerk.Die::new);
        }

        @GetMapping("/refused")
        String refused() {
            return clerk.call(LONG, Clerk.Refuse::new);
        }
    }

    @RestController
    static class WebFluxController extends Throwing {
        final Subject<Clerk.Message> clerk;

        WebFluxController(Subject<Clerk.Message> clerk) {
            this.clerk = clerk;
        }

        private Mono<String> call(Duration limit, Function<ReplyTo<String>, Clerk.Message> what) {
            return Mono.fromFuture(() -> clerk.callAsync(limit, what));
        }

        @GetMapping("/late")
        Mono<String> late() {
            return call(MOMENT, Clerk.Ignore::new);
        }

        @GetMapping("/late-future")
        CompletableFuture<String> lateFuture() {
            return clerk.callAsync(MOMENT, Clerk.Ignore::new);
        }

        @GetMapping("/down")
        Mono<String> down() {
            return call(LONG, Clerk.Die::new);
        }

        @GetMapping("/refused")
        Mono<String> refused() {
            return call(LONG, Clerk.Refuse::new);
        }
    }

    /** An application's own advice, without an order. */
    @ControllerAdvice
    static class OwnAdvice {
        @ExceptionHandler
        ResponseEntity<String> late(CallException.TimedOut late) {
            return ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS).body("ours");
        }
    }

    @EnableAutoConfiguration
    @Import(Clerk.class)
    static class Application {}

    private record Server(ConfigurableApplicationContext context, HttpClient client)
            implements AutoCloseable {
        static Server run(Web web, Class<?> more, String... arguments) {
            var all = new ArrayList<>(List.of(arguments));
            all.add("--server.port=0");
            var context =
                    new SpringApplicationBuilder(Application.class, web.controller, more)
                            .web(web.type)
                            .run(all.toArray(String[]::new));
            return new Server(context, HttpClient.newHttpClient());
        }

        HttpResponse<String> get(String path) throws Exception {
            int port = ((WebServerApplicationContext) context).getWebServer().getPort();
            var uri = URI.create("http://localhost:" + port + path);
            return client.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }

        int status(String path) throws Exception {
            return get(path).statusCode();
        }

        @Override
        public void close() {
            context.close();
            client.close();
        }
    }

    private static void isProblem(HttpResponse<String> response, int status, String path) {
        assertThat(response.statusCode()).as(path).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(
                        type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(response.headers().firstValue("Retry-After")).contains("5");
        assertThat(response.body()).doesNotContain("otp", "java", "secret", "Clerk", "pid");
        JsonNode problem = JsonMapper.shared().readTree(response.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asString())
                .isEqualTo(status == 504 ? "Gateway Timeout" : "Service Unavailable");
        assertThat(problem.get("detail").asString()).matches("The .*\\.");
        assertThat(problem.get("instance").asString()).isEqualTo(path);
    }

    @ParameterizedTest
    @EnumSource
    void failedSendsAndCallsAreProblems(Web web) throws Exception {
        try (var server = Server.run(web, Application.class, ON)) {
            for (String path : List.of("/late", "/late-future", "/throws/wrapped")) {
                isProblem(server.get(path), 504, path);
            }
            isProblem(server.get("/down"), 503, "/down");
            for (String kind :
                    List.of(
                            "rejected",
                            "closed",
                            "node",
                            "unreachable",
                            "interrupted",
                            "vacant",
                            "down")) {
                isProblem(server.get("/throws/" + kind), 503, "/throws/" + kind);
            }

            otherExceptionsAreNot(server);

            server.context().getBean(OtpSystem.class).stop(LONG);

            isProblem(server.get("/late"), 503, "/late");
        }
    }

    private static void otherExceptionsAreNot(Server server) throws Exception {
        assertThat(server.status("/throws/self")).as("a mistake").isEqualTo(500);
        assertThat(server.status("/throws/own")).as("the cause is late").isEqualTo(502);
        assertThat(server.status("/throws/conflict")).as("the cause is late").isEqualTo(409);
        HttpResponse<String> refused = server.get("/refused");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).isEqualTo("out of stock");
    }

    /** Boot's own problem details are for what Spring throws; they have a higher precedence. */
    @ParameterizedTest
    @EnumSource
    void theApplicationsOwnAdviceComesFirstAndBootsToo(Web web) throws Exception {
        String boots =
                web == Web.MVC
                        ? "--spring.mvc.problemdetails.enabled=true"
                        : "--spring.webflux.problemdetails.enabled=true";
        try (var server = Server.run(web, OwnAdvice.class, ON, boots)) {
            assertThat(server.get("/late").body()).isEqualTo("ours");
            isProblem(server.get("/throws/vacant"), 503, "/throws/vacant");
            HttpResponse<String> own = server.get("/throws/own");
            assertThat(own.statusCode()).isEqualTo(502);
            assertThat(own.body()).contains("\"detail\":\"ours\"");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theyAreOffByDefault(Web web) throws Exception {
        try (var server = Server.run(web, Application.class)) {
            assertThat(server.status("/late")).isEqualTo(500);
            assertThat(server.context().getBeanProvider(ProblemDetailsAdvice.class)).isEmpty();
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void theTimeToRetryIsInFullSecondsAndTheLogHasTheException(CapturedOutput output)
            throws Exception {
        String time = "--otp.web.problemdetails.retry-after=1500ms";
        String debug = "--logging.level.dev.otp4j.spring=debug";
        try (var server = Server.run(Web.MVC, Application.class, ON, time, debug)) {
            HttpResponse<String> response = server.get("/throws/vacant");
            assertThat(response.headers().firstValue("Retry-After")).contains("2");
        }
        assertThat(output)
                .contains("responding with status 503", "NotRegisteredException: a secret");
    }

    @Test
    void zeroSendsNoTimeToRetry() throws Throwable {
        var failure = new CallException.Rejected("full");

        var response = new ProblemDetailsAdvice(Duration.ZERO).failed(failure, failure);

        assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(response.getHeaders().containsHeader("Retry-After")).isFalse();
    }
}

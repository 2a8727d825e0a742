/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.Name;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.BodySpec;

/** Each view over real HTTP, of a system in which something is wrong. */
class OtpViewsTests {
    private static final CountDownLatch END = new CountDownLatch(1);
    private static final Name<Runnable> DESK = Name.create("desk", Vacancy.holding(100));
    private static final Name<Runnable> STORE = Name.create("store", Vacancy.holding(100));
    private static ConfigurableApplicationContext context;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        OtpSystem otpSystem(Observer observer) {
            return OtpSystem.builder("shop")
                    .listener(observer)
                    .root(Application::tree)
                    .runtime(runtime -> runtime.stuckAfter(Duration.ofSeconds(1)))
                    .build();
        }

        private static StaticSupervisor.Builder tree() {
            return StaticSupervisor.oneForOne()
                    .restartTolerance(5, Duration.ofHours(1))
                    .add(ChildSpecification.worker("desk", runs(DESK)::start))
                    .add(ChildSpecification.worker("store", runs(STORE)::start));
        }

        private static dev.otp4j.actor.ActorBuilder<Integer, Runnable, Subject<Runnable>> runs(
                Name<Runnable> name) {
            return Actor.startingWith(() -> 0)
                    .onMessage(
                            (Integer state, Runnable task) -> {
                                task.run();
                                return Next.<Integer, Runnable>continueWith(state);
                            })
                    .named(name);
        }
    }

    @BeforeAll
    static void start() {
        context =
                new SpringApplicationBuilder(Application.class)
                        .properties(
                                Map.of(
                                        "server.port", "0",
                                        "management.endpoints.web.exposure.include", "otp",
                                        "management.endpoint.otp.show-values", "never"))
                        .run();
        context.getBean(OtpSystem.class).start();
        DESK.subject().send(OtpViewsTests::crash);
        eventually("restarted", () -> body("?view=crashes").contains("ranAgainAfter"));
        STORE.subject().send(OtpViewsTests::block);
        STORE.subject().send(() -> {});
        var unused =
                CompletableFuture.runAsync(
                        () ->
                                STORE.subject()
                                        .tryCall(
                                                Duration.ofMillis(100),
                                                (Subject<Integer> reply) -> () -> reply.send(1)));
        DESK.subject()
                .send(
                        () ->
                                STORE.subject()
                                        .tryCall(
                                                Duration.ofMinutes(1),
                                                (Subject<Integer> reply) -> () -> reply.send(1)));
        eventually("stuck", () -> body("?view=stuck").contains("block"));
        eventually("failed", () -> body("?view=calls").contains("timed-out"));
    }

    @AfterAll
    static void stop() {
        END.countDown();
        context.close();
    }

    private static void crash() {
        throw new IllegalStateException("a secret");
    }

    private static void block() {
        try {
            END.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void eventually(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(what).isNegative();
            Thread.onSpinWait();
        }
    }

    private static RestTestClient client() {
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        return RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
    }

    private static String body(String path) {
        byte[] content =
                client().get()
                        .uri("/actuator/otp" + path)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        return content == null ? "" : new String(content, StandardCharsets.UTF_8);
    }

    private static RestTestClient.BodyContentSpec get(String path) {
        return client().get()
                .uri("/actuator/otp" + path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody();
    }

    @Test
    void crashesAreGroupedWithWhatTheSupervisorDidAndWithoutTexts() {
        get("?view=crashes")
                .jsonPath("$.groups.length()")
                .isEqualTo(1)
                .jsonPath("$.groups[0].definition")
                .isEqualTo("desk")
                .jsonPath("$.groups[0].type")
                .isEqualTo("java.lang.IllegalStateException")
                .jsonPath("$.groups[0].count")
                .isEqualTo(1)
                .jsonPath("$.groups[0].last.decision")
                .value(String.class, text -> assertThat(text).startsWith("restart, 1 of 5"))
                .jsonPath("$.groups[0].last.frame")
                .value(String.class, text -> assertThat(text).contains("crash"));
        assertThat(body("?view=crashes")).doesNotContain("a secret");
        assertThat(body("/desk")).contains("IllegalStateException").doesNotContain("a secret");
    }

    @Test
    void aStuckHandlerIsShownWithItsStackAndItsNodeSaysSo() {
        get("?view=stuck")
                .jsonPath("$.handlers[?(@.path=='/store')].stack")
                .value(Object.class, stack -> assertThat(stack.toString()).contains("block"));
        get("/store")
                .jsonPath("$.state")
                .isEqualTo("stuck")
                .jsonPath("$.process.stack")
                .value(Object.class, stack -> assertThat(stack.toString()).contains("block"))
                .jsonPath("$.process.oldest")
                .exists();
        assertThat(body("?view=actors&state=stuck")).contains("/store");
    }

    @Test
    void showsWhoWaitsForWhomAndWhichCallsFailed() {
        get("?view=waits")
                .jsonPath("$.waits[0].path")
                .isEqualTo("/desk")
                .jsonPath("$.waits[0].awaits")
                .isEqualTo("/store");
        get("?view=calls")
                .jsonPath("$.failed[0].callee")
                .isEqualTo("store")
                .jsonPath("$.failed[0].outcome")
                .isEqualTo("timed-out")
                .jsonPath("$.failed[0].explanation")
                .value(String.class, text -> assertThat(text).contains("it is handling"));
    }

    @Test
    void showsStartsInOrderAndBudgets() {
        get("?view=starts")
                .jsonPath("$.starts[0].path")
                .isEqualTo("/desk")
                .jsonPath("$.starts[1].path")
                .isEqualTo("/store")
                .jsonPath("$.starts[2].restart")
                .isEqualTo(true);
        get("?view=budgets")
                .jsonPath("$.supervisors[0].path")
                .isEqualTo("/")
                .jsonPath("$.supervisors[0].share")
                .isEqualTo(0.2);
    }

    @Test
    void readsEventsOnFromANumberOrATime() {
        Observer observer = context.getBean(Observer.class);
        long last = observer.events().lastSequence();
        assertThat(body("?view=events"))
                .contains("\"kind\":\"crashed\"", "\"kind\":\"restarted\"", "\"kind\":\"stuck\"");
        get("?view=events&since=" + last).jsonPath("$.events.length()").isEqualTo(0);
        assertThat(body("?view=events&since=2000-01-01T00:00:00Z")).contains("crashed");
        get("?view=events&limit=1").jsonPath("$.events.length()").isEqualTo(1);
    }

    @Test
    void actorsAreSortedOnTheServer() {
        get("?view=actors&sort=mailbox&limit=1")
                .jsonPath("$.total")
                .isEqualTo(3)
                .jsonPath("$.actors[0].path")
                .isEqualTo("/store");
        get("?view=actors&sort=restarts&limit=1").jsonPath("$.actors[0].path").isEqualTo("/desk");
        get("?view=actors&sort=busy&limit=1").jsonPath("$.actors[0].handling").exists();
    }

    @Test
    void theTreeAsTextFitsATicket() {
        assertThat(body("?format=text"))
                .startsWith("root  supervisor  ")
                .contains("|- desk  actor  ", "`- store  actor  stuck  mailbox=");
        assertThat(body("?format=mermaid")).startsWith("flowchart TD").contains("n0 --> n1");
        assertThat(body("/desk?format=text")).startsWith("desk  actor");
    }

    @Test
    void aRequestThatAcceptsTextGetsText() {
        accepting("", MediaType.TEXT_PLAIN).value(text -> assertThat(text).startsWith("root  "));
        accepting("?view=budgets", MediaType.TEXT_PLAIN)
                .value(text -> assertThat(text).contains("/"));
        accepting("/desk", MediaType.TEXT_PLAIN).value(text -> assertThat(text).startsWith("desk"));
        accepting("/desk?format=json", MediaType.TEXT_PLAIN)
                .value(text -> assertThat(text).startsWith("{"));
        accepting("?format=text", MediaType.APPLICATION_JSON, MediaType.ALL)
                .value(text -> assertThat(text).startsWith("root  "));
        accepting("", MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN, MediaType.ALL)
                .value(text -> assertThat(text).startsWith("{"));
        accepting("", MediaType.TEXT_HTML, MediaType.ALL)
                .value(text -> assertThat(text).startsWith("{"));
        refused("/x", HttpStatus.NOT_FOUND).isEqualTo("the tree has no node '/x'\n");
        refused("?view=x", HttpStatus.BAD_REQUEST)
                .value(text -> assertThat(text).startsWith("'view' must be one of "));
    }

    private BodySpec<String, ?> accepting(String path, MediaType... types) {
        return client().get()
                .uri("/actuator/otp" + path)
                .accept(types)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class);
    }

    private BodySpec<String, ?> refused(String path, HttpStatus status) {
        return client().get()
                .uri("/actuator/otp" + path)
                .accept(MediaType.TEXT_PLAIN)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class);
    }

    @Test
    void ofManyStartsItShowsTheFirstAndTheLast() {
        get("?view=starts&limit=2")
                .jsonPath("$.count")
                .isEqualTo(3)
                .jsonPath("$.starts[0].order")
                .isEqualTo(1)
                .jsonPath("$.starts[1].order")
                .isEqualTo(3);
        get("?view=starts&limit=1").jsonPath("$.starts[0].order").isEqualTo(1);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        for (String path :
                new String[] {
                    "?view=x",
                    "?sort=x&view=actors",
                    "?format=x",
                    "?view=events&since=x",
                    "?view=stuck&format=mermaid",
                    "/desk?view=stuck",
                    "/desk?since=3",
                    "/desk?sort=mailbox"
                }) {
            client().get().uri("/actuator/otp" + path).exchange().expectStatus().isBadRequest();
        }
        client().get().uri("/actuator/otp/x?format=text").exchange().expectStatus().isNotFound();
    }
}

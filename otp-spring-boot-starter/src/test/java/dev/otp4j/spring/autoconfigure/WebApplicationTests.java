/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A complete application with a real server, from start to stop. */
class WebApplicationTests {

    @EnableAutoConfiguration
    @Import({
        Counter.class,
        Server.class,
        ServerWatcher.class,
        Controller.class,
        AnswersFirst.class,
        Doorkeeper.class
    })
    static class Application {}

    /**
     * Writes the whole answer while the request still counts as in progress. Tomcat would do so
     * later, and Boot's graceful shutdown would not wait for it: see {@link
     * #tomcatIsIdleBeforeItsAnswerIsWritten}.
     */
    static class AnswersFirst implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
            boolean unfinished =
                    ((HttpServletRequest) request).getRequestURI().equals("/unfinished");
            if (!unfinished) response.getOutputStream().close();
        }
    }

    /** Can hold back a request after its servlet has returned. */
    static class Doorkeeper extends ValveBase
            implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
        final CountDownLatch returned = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        volatile boolean holds;

        @Override
        public void customize(TomcatServletWebServerFactory factory) {
            factory.addContextValves(this);
        }

        @Override
        public void invoke(Request request, Response response)
                throws IOException, ServletException {
            getNext().invoke(request, response);
            if (!holds) return;
            returned.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether the web server accepts requests. */
    static class Server {
        final AtomicBoolean open = new AtomicBoolean();

        @EventListener
        void initialized(WebServerInitializedEvent event) {
            open.set(true);
        }
    }

    /** Notes in its initialiser whether the web server accepts requests. */
    @SupervisedActor
    static class ServerWatcher implements Actor<Boolean, Subject<Boolean>> {
        private final Server server;

        ServerWatcher(Server server) {
            this.server = server;
        }

        @Override
        public Boolean init(Subject<Subject<Boolean>> self) {
            return server.open.get();
        }

        @Override
        public Next<Boolean, Subject<Boolean>> onMessage(Boolean open, Subject<Boolean> replyTo) {
            replyTo.send(open);
            return Next.continueWith(open);
        }
    }

    @RestController
    static class Controller {
        final Subject<Counter.Message> counter;
        final Subject<Subject<Boolean>> serverWatcher;
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch closing = new CountDownLatch(1);

        Controller(Subject<Counter.Message> counter, Subject<Subject<Boolean>> serverWatcher) {
            this.counter = counter;
            this.serverWatcher = serverWatcher;
        }

        @GetMapping("/total")
        int total() {
            return Counter.total(counter);
        }

        /** Leaves its answer in Tomcat's buffer. */
        @GetMapping("/unfinished")
        void unfinished(HttpServletResponse response) throws IOException {
            response.getWriter().print("not yet");
        }

        @GetMapping("/total-while-closing")
        int totalWhileClosing() throws InterruptedException {
            entered.countDown();
            closing.await();
            return Counter.total(counter);
        }

        @EventListener
        void closed(ContextClosedEvent event) {
            closing.countDown();
        }
    }

    private @Nullable ConfigurableApplicationContext context;

    @BeforeEach
    void run() {
        context =
                SpringApplication.run(
                        Application.class,
                        "--server.port=0",
                        "--otp.supervision.supervisors.root.intensity=1",
                        "--management.endpoints.web.exposure.include=health,otp,metrics",
                        "--management.endpoint.health.probes.enabled=true",
                        "--management.endpoint.health.show-details=always");
    }

    @AfterEach
    void close() {
        if (context != null) context.close();
    }

    private RestTestClient client() {
        String port = context.getEnvironment().getProperty("local.server.port");
        return RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
    }

    private RestTestClient.BodyContentSpec get(String path) {
        return client().get().uri(path).exchange().expectStatus().isOk().expectBody();
    }

    @Test
    void actorsAreUpBeforeTheServerIs() {
        boolean open = context.getBean(Controller.class).serverWatcher.call(reply -> reply);

        assertThat(open).isFalse();
        assertThat(context.getBean(Server.class).open).isTrue();
        get("/total").json("0");
    }

    @Test
    void theServerAndNoThreadOfTheTreeKeepsTheJvmAlive() {
        assertThat(context.getBean(OtpSystem.class).state()).isEqualTo(OtpSystem.State.RUNNING);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !thread.isDaemon())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("otp"));
    }

    @Test
    void aRequestInFlightMeetsItsActorsWhileTheApplicationStops() throws Exception {
        var controller = context.getBean(Controller.class);
        controller.counter.send(new Counter.Add(3));
        var answer =
                CompletableFuture.supplyAsync(
                        () -> text("/total-while-closing"), Thread::startVirtualThread);
        controller.entered.await();

        context.close();

        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("3");
    }

    private @Nullable String text(String path) {
        return client().get().uri(path).exchange().returnResult(String.class).getResponseBody();
    }

    /**
     * Shows why a client may lose its answer: a graceful shutdown looks at {@code
     * StandardWrapper.getCountAllocated}, which {@code StandardWrapperValve} decrements when the
     * servlet has returned; {@code CoyoteAdapter.service} finishes the answer after that. The next
     * step of the shutdown closes the connections. Seen with Tomcat 11.0.24 and Boot 4.1.1; if this
     * test fails, the filter above is no longer needed.
     */
    @Test
    void tomcatIsIdleBeforeItsAnswerIsWritten() throws Exception {
        var doorkeeper = context.getBean(Doorkeeper.class);
        doorkeeper.holds = true;
        var answer =
                CompletableFuture.supplyAsync(
                        () -> text("/unfinished"), Thread::startVirtualThread);
        assertThat(doorkeeper.returned.await(10, TimeUnit.SECONDS)).isTrue();
        var shutdown = new CompletableFuture<GracefulShutdownResult>();

        ((WebServerApplicationContext) context)
                .getWebServer()
                .shutDownGracefully(shutdown::complete);

        assertThat(shutdown.get(10, TimeUnit.SECONDS)).isEqualTo(GracefulShutdownResult.IDLE);
        assertThat(answer).isNotDone();
        doorkeeper.release.countDown();
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("not yet");
    }

    @Test
    void healthEndpointAndMetersSeeTheTree() {
        var counter = context.getBean(Controller.class).counter;
        counter.send(new Counter.Crash());
        assertThat(context.getBean(OtpSystem.class)).actor("/counter").hasRestarts(1).isRunning();

        get("/actuator/health/otp")
                .json(
                        "{ 'status': 'UP', 'details': { 'state': 'running', 'actors': 2 } }"
                                .replace('\'', '"'));
        get("/actuator/otp/counter").json("{ \"path\": \"/counter\", \"restarts\": 1 }");
        get("/actuator/metrics/otp.actor.restarts?tag=actor:counter")
                .jsonPath("$.measurements[0].value")
                .isEqualTo(1.0);
        get("/actuator/metrics/otp.actors.running")
                .jsonPath("$.measurements[0].value")
                .isEqualTo(2.0);
    }

    @Test
    void aRootThatGivesUpBreaksHealthAndLiveness() {
        var counter = context.getBean(Controller.class).counter;
        counter.send(new Counter.Crash());
        assertThat(context.getBean(OtpSystem.class)).hasRestarts(1);

        counter.send(new Counter.Crash());

        assertThat(context.getBean(OtpSystem.class)).hasGivenUp();
        await().untilAsserted(
                        () ->
                                client().get()
                                        .uri("/actuator/health/liveness")
                                        .exchange()
                                        .expectStatus()
                                        .isEqualTo(503));
        client().get()
                .uri("/actuator/health")
                .exchange()
                .expectStatus()
                .isEqualTo(503)
                .expectBody()
                .jsonPath("$.components.otp.status")
                .isEqualTo("DOWN");
        get("/actuator/otp")
                .jsonPath("$.state")
                .isEqualTo("gave-up")
                .jsonPath("$.tree")
                .doesNotExist();
    }
}

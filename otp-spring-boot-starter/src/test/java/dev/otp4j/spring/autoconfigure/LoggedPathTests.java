/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessContext;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Log lines of actors, and of the library about actors, have the actor's path. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class LoggedPathTests {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedPathTests.class);

    /** Runs the code it is sent, and logs what happens to it. */
    abstract static class Talking implements Actor<Integer, Runnable> {
        private String name() {
            return getClass().getSimpleName();
        }

        @Override
        public Integer init(Subject<Runnable> self) {
            LOG.info("init of {}", name());
            return 0;
        }

        @Override
        public Next<Integer, Runnable> onMessage(Integer state, Runnable code) {
            LOG.info("handler of {}", name());
            code.run();
            return Next.continueWith(state);
        }

        @Override
        public void onTerminate(Integer state, ExitReason reason) {
            LOG.info("end of {}", name());
        }
    }

    @SupervisedActor("first")
    static class First extends Talking {}

    @SupervisedActor("second")
    static class Second extends Talking {}

    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({First.class, Second.class})
    static class Application {}

    private static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
        var spring = new SpringApplication(application);
        spring.setWebApplicationType(WebApplicationType.NONE);
        spring.setRegisterShutdownHook(false);
        var all =
                Stream.concat(
                        Stream.of(
                                "--spring.main.banner-mode=off",
                                "--logging.structured.format.console=ecs"),
                        Stream.of(arguments));
        return spring.run(all.toArray(String[]::new));
    }

    @SuppressWarnings("unchecked")
    private static Subject<Runnable> subject(ConfigurableApplicationContext context, String name) {
        return (Subject<Runnable>) context.getBean(name);
    }

    /** The paths of the lines whose message contains the text; an empty text for none. */
    private static List<String> paths(CapturedOutput output, String text) {
        return output.getOut()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(JsonMapper.shared()::readTree)
                .filter(line -> line.path("message").asString("").contains(text))
                .map(LoggedPathTests::path)
                .toList();
    }

    private static String path(JsonNode line) {
        JsonNode nested = line.path("otp").path("path");
        return nested.isMissingNode() ? line.path("otp.path").asString("") : nested.asString("");
    }

    private static void crashAndComeBack(ConfigurableApplicationContext context) {
        OtpSystem system = context.getBean(OtpSystem.class);
        subject(context, "first")
                .send(
                        () -> {
                            throw new IllegalStateException("boom");
                        });
        assertThat(system).hasRestarts(1);
        assertThat(system.runtime().awaitReports(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void linesOfTheLibraryHaveItByDefault(CapturedOutput output) {
        try (var context = run(Application.class)) {
            crashAndComeBack(context);
        }
        assertThat(paths(output, "context=crash")).containsExactly("/first");
        assertThat(paths(output, "context=child_terminated")).containsExactly("/first");
        assertThat(paths(output, "context=restarted")).containsExactly("/first");
        assertThat(paths(output, "handler of First")).containsOnly("");
        assertThat(paths(output, "OTP tree started")).containsExactly("");
    }

    @Test
    void aStuckHandlerIsLoggedWithIt(CapturedOutput output) {
        var end = new CountDownLatch(1);
        try (var context = run(Application.class, "--otp.observation.stuck-after=1ms")) {
            OtpSystem system = context.getBean(OtpSystem.class);
            subject(context, "second").send(() -> awaitQuietly(end));
            await().until(() -> !system.runtime().stuckHandlers().isEmpty());
            await().until(() -> !paths(output, "has been handling a").isEmpty());
            end.countDown();
        }
        assertThat(paths(output, "has been handling a")).containsExactly("/second");
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void allLinesOfActorsHaveItIfWanted(CapturedOutput output) {
        try (var context = run(Application.class, "--otp.logging.mdc=all")) {
            crashAndComeBack(context);
        }
        for (String actor : List.of("First", "Second")) {
            String path = "/" + actor.toLowerCase(java.util.Locale.ROOT);
            assertThat(paths(output, "init of " + actor)).isNotEmpty().containsOnly(path);
            assertThat(paths(output, "end of " + actor)).isNotEmpty().containsOnly(path);
        }
        assertThat(paths(output, "handler of First")).containsExactly("/first");
        assertThat(paths(output, "context=crash")).containsExactly("/first");
    }

    @Test
    void anActorOnTheThreadOfAnotherHasItsOwnAndNothingIsLeft() throws Exception {
        try (var context = run(Application.class, "--otp.logging.mdc=all")) {
            Subject<Runnable> first = subject(context, "first");
            Subject<Runnable> second = subject(context, "second");
            boolean handedOver = false;
            for (int round = 0; round < 1_000 && !handedOver; round++) {
                var sender = new CompletableFuture<Thread>();
                var receiver = new CompletableFuture<Thread>();
                var paths = new CompletableFuture<List<@Nullable String>>();
                first.send(
                        () -> {
                            sender.complete(Thread.currentThread());
                            String own = MDC.get("otp.path");
                            second.send(
                                    () -> {
                                        receiver.complete(Thread.currentThread());
                                        paths.complete(List.of(own, MDC.get("otp.path")));
                                    });
                        });
                assertThat(paths.get(5, TimeUnit.SECONDS)).containsExactly("/first", "/second");
                handedOver = sender.get() == receiver.get();
            }
            assertThat(handedOver).isTrue();
            Processes.run(context.getBean(OtpSystem.class).runtime(), () -> true);
            assertThat(MDC.get("otp.path")).isNull();
        }
    }

    @Test
    void noLineHasItIfItIsOff(CapturedOutput output) {
        try (var context = run(Application.class, "--otp.logging.mdc=none")) {
            crashAndComeBack(context);
        }
        assertThat(paths(output, "context=crash")).containsExactly("");
        assertThat(paths(output, "init of First")).containsOnly("");
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnContext {
        @Bean
        ProcessContext tenant() {
            return new ProcessContext() {
                @Override
                public void enter(Pid process) {
                    MDC.put("otp.path", "own");
                }

                @Override
                public void leave(Pid process) {
                    MDC.remove("otp.path");
                }
            };
        }
    }

    @Import({Application.class, OwnContext.class})
    static class OwnApplication {}

    @Test
    void aBeanTakesTheirPlace(CapturedOutput output) {
        try (var context = run(OwnApplication.class)) {
            assertThat(context.isRunning()).isTrue();
        }
        assertThat(paths(output, "init of First")).containsExactly("own");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** What an application still does while a computing handler occupies the only carrier thread. */
class StarvedContextTests {
    /** Runs in a separate JVM, because no other virtual thread could run in this one. */
    @ParameterizedTest
    @ValueSource(strings = {"close", "root"})
    @Timeout(60)
    void whatMustHappenHappensInTime(String scenario) throws Exception {
        Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Djdk.virtualThreadScheduler.parallelism=1",
                                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StarvedMain.class.getName(),
                                scenario)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(jvm.waitFor()).as(output).isZero();
    }

    /** Exits with 0 if the scenario went as it should. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(OtpAutoConfiguration.class)
    @Import({Computing.class, Client.class})
    static class StarvedMain {
        static final CountDownLatch COMPUTING = new CountDownLatch(1);
        static final CompletableFuture<LivenessState> BROKEN = new CompletableFuture<>();

        public static void main(String[] args) {
            try {
                run(args[0]);
                System.exit(0);
            } catch (Throwable failed) {
                failed.printStackTrace(System.out);
                System.exit(1);
            }
        }

        private static void run(String scenario) throws Exception {
            ConfigurableApplicationContext context =
                    new SpringApplicationBuilder(StarvedMain.class)
                            .web(WebApplicationType.NONE)
                            .properties(Map.of("otp.supervision.shutdown-timeout", "500ms"))
                            .run();
            var system = context.getBean(OtpSystem.class);
            context.getBean(Client.class).computing().send(1);
            COMPUTING.await();
            switch (scenario) {
                case "close" -> {
                    long begun = System.nanoTime();
                    context.close();
                    var took = Duration.ofNanos(System.nanoTime() - begun);
                    assertThat(took).isBetween(Duration.ofMillis(400), Duration.ofMillis(5_000));
                    assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
                }
                case "root" -> {
                    var root = system.tree(0, 0).orElseThrow().pid();
                    Processes.kill(Objects.requireNonNull(root));
                    BROKEN.get(5_000, TimeUnit.MILLISECONDS);
                    assertThat(system.state()).isEqualTo(OtpSystem.State.GAVE_UP);
                }
                default -> throw new IllegalArgumentException(scenario);
            }
        }

        @EventListener
        void changed(AvailabilityChangeEvent<LivenessState> event) {
            if (event.getState() == LivenessState.BROKEN) BROKEN.complete(event.getState());
        }
    }

    record Client(Subject<Integer> computing) {}

    @SupervisedActor("computing")
    static class Computing implements Actor<Integer, Integer> {
        @Override
        public Integer init(Subject<Integer> self) {
            return 0;
        }

        @Override
        public Next<Integer, Integer> onMessage(Integer state, Integer message) {
            StarvedMain.COMPUTING.countDown();
            int number = message;
            while (true) number = number * 31 + (int) System.nanoTime();
        }
    }
}

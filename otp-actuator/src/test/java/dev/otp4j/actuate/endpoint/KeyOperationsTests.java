/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What an operator can do with the keys of a keyed factory. */
@Timeout(60)
class KeyOperationsTests {
    private static final AtomicBoolean BROKEN = new AtomicBoolean();
    private static final KeyedFactory<String, String> CLERKS =
            KeyedFactory.<String, String>of(
                            key -> {
                                if (BROKEN.get()) throw new IllegalStateException("on purpose");
                                return Actor.startingWith(() -> 0)
                                        .onMessage((state, message) -> Next.continueWith(state));
                            })
                    .tolerancePerKey(0, Duration.ofMinutes(1))
                    .build();

    private final ConfigurableApplicationContext context =
            new SpringApplicationBuilder(Shop.class)
                    .properties(
                            Map.of(
                                    "server.port", "0",
                                    "management.endpoint.otp.access", "unrestricted",
                                    "management.endpoints.web.exposure.include", "otp"))
                    .run();
    private final Http http = Http.of(context);
    private final OtpSystem system = context.getBean(OtpSystem.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {
        @Bean
        OtpSystem otpSystem(Observer observer) {
            return OtpSystem.builder("shop")
                    .listener(observer)
                    .root(() -> StaticSupervisor.oneForOne().add(CLERKS.supervised("clerks")))
                    .build();
        }
    }

    @BeforeEach
    void start() {
        BROKEN.set(false);
        system.start();
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private void leaveDown(String key) {
        BROKEN.set(true);
        assertThat(CLERKS.tryStart(key).toString()).contains("on purpose");
        BROKEN.set(false);
        assertThat(state(key)).isEqualTo("failed");
    }

    private String node(String key) {
        return http.get("/clerks/" + key).body();
    }

    private String state(String key) {
        return JsonPath.read(node(key), "$.state");
    }

    private List<String> actions(String key) {
        return JsonPath.read(node(key), "$.process.actions");
    }

    private String operate(String key, String action) {
        return http.operate("/clerks/" + key, action).body();
    }

    @Test
    void aKeyThatIsLeftDownIsStartedWithACleanRecord() {
        for (String action : List.of("start", "restart")) {
            leaveDown("ann");
            assertThat(actions("ann")).containsExactlyInAnyOrder("restart", "start", "stop");

            assertThat(operate("ann", action))
                    .contains("\"outcome\":\"done\"")
                    .contains("started; its failures so far do not count any more");
            assertThat(CLERKS.find("ann")).isPresent();
            assertThat(state("ann")).isEqualTo("running");
            assertThat(CLERKS.stop("ann")).isTrue();
        }
    }

    @Test
    void aStartThatFailsAgainSaysSo() {
        leaveDown("ann");
        BROKEN.set(true);

        assertThat(operate("ann", "start"))
                .contains("\"outcome\":\"failed\"")
                .contains("it could not be started: its initialiser ")
                .doesNotContain("on purpose");
        assertThat(state("ann")).isEqualTo("failed");
    }

    @Test
    void aKeyThatIsLeftDownIsForgottenWhenItIsStopped() {
        leaveDown("ann");

        assertThat(operate("ann", "stop")).contains("stopped; its next message starts it");
        assertThat(http.get("/clerks/ann").status()).isEqualTo(404);
        CLERKS.subject("ann").send("hello");
        assertThat(CLERKS.start("ann").pid()).isNotNull();
    }

    @Test
    void aKeyThatRunsIsStoppedAndStartedAgain() {
        Pid first = CLERKS.start("ann").pid();
        Subject<String> subject = CLERKS.subject("ann");

        assertThat(operate("ann", "restart")).contains("stopped and started again");
        assertThat(CLERKS.find("ann")).isPresent().get().isNotEqualTo(first);
        subject.send("hello");
        assertThat(operate("ann", "start")).contains("\"outcome\":\"refused\"");
        assertThat(operate("ann", "stop")).contains("stopped; its next message starts it");
        assertThat(CLERKS.find("ann")).isEmpty();
    }

    @Test
    void otherKeysAreNotDisturbed() {
        Pid bob = CLERKS.start("bob").pid();
        leaveDown("ann");
        operate("ann", "start");
        operate("ann", "restart");
        operate("ann", "stop");

        assertThat(CLERKS.find("bob")).hasValue(bob);
    }
}

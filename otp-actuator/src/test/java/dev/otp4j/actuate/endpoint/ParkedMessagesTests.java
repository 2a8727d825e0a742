/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.MailboxRetention;
import dev.otp4j.process.Name;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.supervisor.StaticSupervisor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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

/** Parked messages in the endpoint and in meters, and what an operator does with them. */
@Timeout(60)
class ParkedMessagesTests {
    private static final Name<String> TILL = Name.create("till", Vacancy.holding(100));
    private static final AtomicBoolean BROKEN = new AtomicBoolean();
    private static final Actor.Handler<Integer, String> HANDLER =
            (state, message) -> {
                if (BROKEN.get()) throw new IllegalStateException("about " + message);
                return Next.continueWith(state + 1);
            };
    private static final KeyedFactory<String, String> CLERKS =
            KeyedFactory.<String, String>of(
                            key ->
                                    Actor.startingWith(() -> 0)
                                            .onMessage(HANDLER)
                                            .retained(MailboxRetention.retrying(1)))
                    .restartTolerance(100, Duration.ofHours(1))
                    .build();

    private final ConfigurableApplicationContext context =
            new SpringApplicationBuilder(Shop.class)
                    .properties(
                            Map.of(
                                    "server.port", "0",
                                    "management.endpoint.otp.access", "unrestricted",
                                    "management.endpoints.web.exposure.include", "otp",
                                    "management.endpoint.otp.show-values", "always"))
                    .run();
    private final Http http = Http.of(context);
    private final OtpSystem system = context.getBean(OtpSystem.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {
        @Bean
        OtpSystem otpSystem(Observer observer) {
            return OtpSystem.builder("shop").listener(observer).root(Shop::tree).build();
        }

        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }

        private static StaticSupervisor.Builder tree() {
            return StaticSupervisor.oneForOne()
                    .restartTolerance(100, Duration.ofHours(1))
                    .add(
                            ChildSpecification.worker(
                                    "till",
                                    () ->
                                            Actor.startingWith(() -> 0)
                                                    .onMessage(HANDLER)
                                                    .named(TILL)
                                                    .retained(MailboxRetention.retrying(1))
                                                    .start()))
                    .add(CLERKS.supervised("clerks"));
        }
    }

    @BeforeEach
    void start() {
        BROKEN.set(true);
        system.start();
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private void park(int messages) {
        for (int i = 0; i < messages; i++) TILL.subject().send("a secret " + i);
        awaitParked(messages);
    }

    private void awaitParked(int messages) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (system.runtime().parkedCount() != messages || TILL.pid().isEmpty()) {
            assertThat(System.nanoTime() - end).as("parked: " + messages).isNegative();
            Thread.onSpinWait();
        }
    }

    private Http.Answer operate(String action, int most) {
        return http.post("/till", "{\"action\":\"%s\",\"most\":%d}".formatted(action, most));
    }

    @Test
    void areListedByTypeTimeAndCauseWithoutTheirContent() {
        park(2);

        String body = http.get("?view=parked").body();

        assertThat(JsonPath.<Integer>read(body, "$.count")).isEqualTo(2);
        assertThat(JsonPath.<List<Map<String, Object>>>read(body, "$.messages"))
                .hasSize(2)
                .allSatisfy(
                        message ->
                                assertThat(message)
                                        .containsEntry("path", "/till")
                                        .containsEntry("name", TILL.toString())
                                        .containsEntry("type", "java.lang.String")
                                        .containsEntry("cause", "java.lang.IllegalStateException")
                                        .containsEntry("attempts", 2)
                                        .containsKeys("number", "at"));
        assertThat(body).doesNotContain("secret");
        assertThat(http.get("?view=parked&format=text").body())
                .startsWith("2 parked, 2 shown\n")
                .contains("/till", "String", "IllegalStateException")
                .doesNotContain("secret");
        assertThat(http.get("?format=text").body()).contains("parked=2");
        String node = http.get("/till").body();
        assertThat(JsonPath.<String>read(node, "$.process.retained")).isEqualTo("retry 1");
        assertThat(JsonPath.<Integer>read(node, "$.process.parked")).isEqualTo(2);
        assertThat(JsonPath.<List<String>>read(node, "$.process.actions"))
                .contains("replay-parked", "discard-parked");
    }

    @Test
    void areReplayedAndDiscardedUpToACap() {
        park(4);
        BROKEN.set(false);

        assertThat(operate("replay-parked", 2).body())
                .contains("\"outcome\":\"done\"", "replayed 2 messages, 2 are left");
        assertThat(operate("discard-parked", 1).body())
                .contains("\"outcome\":\"done\"", "discarded 1 messages, 1 are left");

        assertThat(system.runtime().parkedCount()).isEqualTo(1);
        assertThat(system.runtime().deadLetters(DropReason.PARKED)).isEqualTo(1);
        assertThat(http.get("?view=events").body())
                .contains("replay-parked by", "discard-parked by");
        assertThat(http.operate("/till", "discard-parked").body()).contains("0 are left");
        Http.Answer none = operate("replay-parked", 1);
        assertThat(none.status()).isEqualTo(409);
        assertThat(none.body()).contains("\"refused\"", "none of its messages is parked");
        assertThat(http.get("/till").body()).doesNotContain("replay-parked");
    }

    @Test
    void canBeDiscardedWhileTheActorIsStoppedAndNotReplayed() {
        park(1);
        assertThat(http.operate("/till", "stop").status()).isEqualTo(200);

        Http.Answer replayed = operate("replay-parked", 10);

        assertThat(replayed.status()).isEqualTo(409);
        assertThat(replayed.body()).contains("\"failed\"", "they stay parked");
        assertThat(operate("discard-parked", 10).status()).isEqualTo(200);
        assertThat(system.runtime().parkedCount()).isZero();
    }

    @Test
    void ofAKeyAreReplayedAndDiscardedWhenTheTreeHasNoNodeOfTheKey() {
        for (int i = 0; i < 2; i++) CLERKS.subject("ann").send("a secret " + i);
        awaitParked(2);
        CLERKS.stop("ann");
        assertThat(http.get("/clerks/ann").status()).isEqualTo(404);
        BROKEN.set(false);

        String replay = "{\"action\":\"replay-parked\",\"most\":1}";
        assertThat(http.post("/clerks/ann", replay).body())
                .contains("\"outcome\":\"done\"", "replayed 1 messages, 1 are left");
        assertThat(CLERKS.start("ann", Duration.ofSeconds(20)).pid()).isNotNull();
        assertThat(http.operate("/clerks/ann", "discard-parked").body()).contains("0 are left");

        CLERKS.stop("ann");
        assertThat(http.operate("/clerks/ann", "replay-parked").status()).isEqualTo(404);
        assertThat(http.operate("/clerks/bob", "discard-parked").status()).isEqualTo(404);
    }

    @Test
    void theCapIsCheckedAndAppliesToTheseOperationsOnly() {
        assertThat(operate("replay-parked", 0).body())
                .contains("'most' must be between 1 and 10000: 0");
        Http.Answer other = operate("restart", 5);
        assertThat(other.status()).isEqualTo(400);
        assertThat(other.body()).contains("'most' does not apply to the action 'restart'");
    }

    @Test
    void areMetersAndSoAreTheMessagesThatWereLeft() {
        park(1);

        MeterRegistry registry = context.getBean(MeterRegistry.class);
        assertThat(registry.get("otp.parked.messages").gauge().value()).isEqualTo(1);
        assertThat(registry.get("otp.retained.messages").functionCounter().count()).isPositive();
    }
}

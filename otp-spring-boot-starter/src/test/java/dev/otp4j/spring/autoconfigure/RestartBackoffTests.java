/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.RestartBackoff;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Back-offs and waits for killed threads in annotations, code and properties. */
@Timeout(60)
class RestartBackoffTests {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** Ignores its messages. */
    static class Idle implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            return Next.continueWith(state);
        }
    }

    @SupervisedActor
    static class Plain extends Idle {}

    @SupervisedActor(
            backoff =
                    @RestartBackoff(
                            first = "${first:100ms}",
                            longest = "2s",
                            factor = 3,
                            jitter = 0.5,
                            resetAfter = "1m",
                            callsFailFast = true),
            awaitThreadOnKill = "${await:3s}")
    static class Declared extends Idle {}

    @SupervisedActor(backoff = @RestartBackoff(first = "100ms", longest = "1s"))
    static class Short extends Idle {}

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Plain.class, Declared.class, Short.class);

    private static ChildSpecification<?> specification(
            AssertableApplicationContext context, String actor) {
        var root = context.getBean(OtpSystem.class).find("/", 0, 0).orElseThrow();
        return StaticSupervisor.of(Objects.requireNonNull(root.pid()))
                .flatMap(tree -> tree.childSpecification(actor))
                .orElseThrow();
    }

    @Test
    void anActorHasWhatItsAnnotationSays() {
        runner.run(
                context -> {
                    assertThat(specification(context, "declared").backoff())
                            .contains(
                                    new Backoff(
                                            FIRST, LONGEST, 3, 0.5, Duration.ofMinutes(1), true));
                    assertThat(specification(context, "declared").awaitThreadOnKill())
                            .isEqualTo(Duration.ofSeconds(3));
                    assertThat(specification(context, "short").backoff())
                            .contains(Backoff.exponential(FIRST, Duration.ofSeconds(1)));
                    assertThat(specification(context, "plain").backoff()).isEmpty();
                    assertThat(specification(context, "plain").awaitThreadOnKill()).isZero();
                });
    }

    @Test
    void placeholdersAreResolved() {
        runner.withPropertyValues("first=250ms", "await=9s")
                .run(
                        context -> {
                            assertThat(specification(context, "declared").backoff().orElseThrow())
                                    .extracting(Backoff::first)
                                    .isEqualTo(Duration.ofMillis(250));
                            assertThat(specification(context, "declared").awaitThreadOnKill())
                                    .isEqualTo(Duration.ofSeconds(9));
                        });
    }

    @Test
    void propertiesOverrideTheAnnotationOneByOne() {
        runner.withPropertyValues(
                        "otp.supervision.actors.declared.backoff.longest=1s",
                        "otp.supervision.actors.DECLARED.backoff.callsFailFast=false",
                        "otp.supervision.actors.declared.await-thread-on-kill=0s",
                        "otp.supervision.actors.plain.backoff.first=1ms",
                        "otp.supervision.actors.plain.backoff.longest=5ms")
                .run(
                        context -> {
                            assertThat(specification(context, "declared").backoff())
                                    .contains(
                                            new Backoff(
                                                    FIRST,
                                                    Duration.ofSeconds(1),
                                                    3,
                                                    0.5,
                                                    Duration.ofMinutes(1),
                                                    false));
                            assertThat(specification(context, "declared").awaitThreadOnKill())
                                    .isZero();
                            assertThat(specification(context, "plain").backoff())
                                    .contains(
                                            Backoff.exponential(
                                                    Duration.ofMillis(1), Duration.ofMillis(5)));
                        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Carts {
        @Bean
        FactorySupervisor.Builder<String, Subject<String>> carts() {
            return FactorySupervisor.workerChild((String user) -> Actor.of(Idle::new).start())
                    .backoff(Backoff.exponential(FIRST, LONGEST));
        }
    }

    @Test
    void aFactoryWhoseToleranceLeavesNoRoomFailsTheStart() {
        runner.withUserConfiguration(Carts.class)
                .run(context -> assertThat(context).hasNotFailed());
        runner.withUserConfiguration(Carts.class)
                .withPropertyValues("otp.supervision.factories.carts.backoff.longest=3s")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .hasStackTraceContaining(
                                                "has back-off delays of up to PT3S"));
        runner.withUserConfiguration(Carts.class)
                .withPropertyValues(
                        "otp.supervision.factories.carts.backoff.longest=3s",
                        "otp.supervision.factories.carts.period=6s")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void anActorWhoseSupervisorLeavesNoRoomFailsTheStart() {
        runner.withPropertyValues("otp.supervision.actors.declared.backoff.longest=30s")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .hasStackTraceContaining(
                                                "child 'declared' has back-off delays of up to PT30S,"
                                                        + " and its supervisor gives up at more than"
                                                        + " 2 restarts in PT5S"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otp.supervision.actors.plain.backoff.first=1s|"
                        + "The properties 'otp.supervision.actors.plain.backoff' set no 'longest', and the code declares no back-off.",
                "otp.supervision.actors.declared.backoff.first=3s|"
                        + "The back-off of 'otp.supervision.actors.declared.backoff' is not possible: 'longest' must not be shorter than 'first' (PT3S): PT2S.",
                "otp.supervision.actors.declared.backoff.frist=3s|"
                        + "The property 'otp.supervision.actors.declared.backoff.frist' is not a setting of a back-off. The settings are: calls-fail-fast, factor, first, jitter, longest, reset-after."
            })
    void refusesWhatDoesNotFit(String property, String message) {
        runner.withPropertyValues(property)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .isInstanceOf(TreeDeclarationException.class)
                                        .hasMessage(message));
    }

    @ParameterizedTest
    @CsvSource({
        "backoff.first, 0s, must be positive: PT0S",
        "backoff.jitter, 1.5, must be from 0 to 1: 1.5",
        "backoff.factor, 0.5, must be finite and at least 1: 0.5",
        "await-thread-on-kill, -1s, must not be negative: PT-1S"
    })
    void refusesWhatIsOutOfRange(String setting, String value, String message) {
        String property = "otp.supervision.actors.plain." + setting;
        runner.withPropertyValues(property + "=" + value)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessage("'" + property + "' " + message));
    }

    @SupervisedActor(backoff = @RestartBackoff(first = "soon", longest = "1s"))
    static class Wrong extends Idle {}

    @Test
    void refusesAnAnnotationThatIsNotADuration() {
        runner.withUserConfiguration(Wrong.class)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageContaining("The attribute 'backoff.first' of")
                                        .hasMessageContaining("must be a duration"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.ChildSpecification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** The attributes of {@link SupervisedActor} for calls, and their properties. */
class CallAttributeTests {
    private static final String ACTORS = "otp.supervision.actors.";

    static class Idle implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }
    }

    @SupervisedActor(value = "strict", dropExpiredCalls = true, failCircularCalls = true)
    static class Strict extends Idle {}

    @SupervisedActor("plain")
    static class Plain extends Idle {}

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Strict.class, Plain.class);

    private static Pid pid(ApplicationContext context, String name) {
        return ((Subject<?>) context.getBean(name)).owner();
    }

    private static void assertBoth(ApplicationContext context, String name, boolean both) {
        Pid pid = pid(context, name);
        assertThat(ProcessInfo.dropsExpiredCalls(pid)).isEqualTo(both);
        assertThat(ProcessInfo.failsCircularCalls(pid)).isEqualTo(both);
    }

    @Test
    void anActorHasWhatItsAnnotationSays() {
        runner.run(
                context -> {
                    assertBoth(context, "strict", true);
                    assertBoth(context, "plain", false);
                });
    }

    @Test
    void propertiesOverrideTheAnnotation() {
        runner.withPropertyValues(
                        ACTORS + "strict.drop-expired-calls=false",
                        ACTORS + "strict.fail-circular-calls=false",
                        ACTORS + "plain.drop-expired-calls=true",
                        ACTORS + "plain.fail-circular-calls=true")
                .run(
                        context -> {
                            assertBoth(context, "strict", false);
                            assertBoth(context, "plain", true);
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop-expired-calls", "fail-circular-calls"})
    void theStartFunctionOfAChildDecidesForItself(String property) {
        runner.withBean(
                        "clock",
                        ChildSpecification.class,
                        () ->
                                ChildSpecification.worker(
                                        "clock", () -> StatefulActor.of(Plain::new).start()))
                .withPropertyValues(ACTORS + "clock." + property + "=true")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .isInstanceOfSatisfying(
                                                TreeDeclarationException.class,
                                                e -> {
                                                    assertThat(e)
                                                            .hasMessageStartingWith(
                                                                    "The property '%sclock.%s' cannot be applied:"
                                                                            .formatted(
                                                                                    ACTORS,
                                                                                    property));
                                                    assertThat(e.action())
                                                            .startsWith("Remove the property");
                                                }));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.StartFailures;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.supervisor.ChildStartFailure;
import dev.otp4j.supervisor.Strategy;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * With {@code on-startup-failure=degrade} the application starts without a part whose next start
 * may succeed. A mistake in the code or the configuration fails the start all the same. {@link
 * ActorMistakeTests} shows that of the mistakes in classes.
 */
@Timeout(60)
class DegradedMistakeTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Greeter.class)
                    .withPropertyValues("otp.supervision.on-startup-failure=degrade");

    static class Silent implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }
    }

    @SupervisedActor
    static class Greeter extends Silent {}

    private static void startsWithout(String path, ApplicationContextRunner application) {
        application.run(
                context ->
                        assertThat(context.getBean(StartFailures.class).children())
                                .extracting(ChildStartFailure::path)
                                .containsExactly(path));
    }

    @SupervisedActor
    static class Connected extends Silent {
        Connected() {
            throw new IllegalStateException("no database");
        }
    }

    @Test
    void aConstructorThatThrowsIsNoMistake() {
        startsWithout("/connected", runner.withUserConfiguration(Connected.class));
    }

    interface Connection {}

    @Configuration(proxyBeanMethods = false)
    static class Connections {
        @Bean
        @Lazy
        Connection connection() {
            throw new IllegalStateException("no database");
        }
    }

    @SupervisedActor
    static class Connecting extends Silent {
        Connecting(Connection connection) {}
    }

    @Test
    void aBeanWhoseCodeThrowsIsNoMistake() {
        startsWithout(
                "/connecting", runner.withUserConfiguration(Connections.class, Connecting.class));
    }

    @SupervisedActor
    static class Slow extends Silent {
        @Override
        public void started(Subject<String> self) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    @Test
    void anInitialiserThatTakesTooLongIsNoMistake() {
        startsWithout(
                "/slow",
                runner.withUserConfiguration(Slow.class)
                        .withPropertyValues("otp.supervision.actors.slow.init-timeout=50ms"));
    }

    record Ask(Subject<String> replyTo) {}

    @SupervisedActor(order = 1)
    static class Late implements StatefulActor<Ask> {
        @Override
        public Step handle(Ask ask) {
            ask.replyTo().send("here");
            return Step.KEEP;
        }
    }

    @SupervisedActor
    static class Early extends Silent {
        private final Subject<Ask> late;

        Early(Subject<Ask> late) {
            this.late = late;
        }

        @Override
        public void started(Subject<String> self) {
            String answer = late.call(Ask::new);
            assertThat(answer).isEqualTo("here");
        }
    }

    @Test
    void aCallOfAnActorThatDoesNotRunYetIsNoMistake() {
        startsWithout("/early", runner.withUserConfiguration(Early.class, Late.class));
    }

    @Supervisor(strategy = Strategy.ONE_FOR_ALL)
    static class Shop {}

    /** Needs a bean that does not exist. */
    @SupervisedActor(supervisor = Shop.class)
    static class Unwired extends Silent {
        Unwired(Connection missing) {}
    }

    @Test
    void aMistakeDeepInAPartFailsTheStart() {
        runner.withUserConfiguration(Unwired.class)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .hasRootCauseInstanceOf(NoSuchBeanDefinitionException.class)
                                        .hasStackTraceContaining("/shop/unwired"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "actors.greter.restart=transient",
                "actors.greeter.restrat=transient",
                "actors.greeter.shutdown=soon",
                "supervisors.root.intensity=-1",
                "init-timeout=0s"
            })
    void aMistakeInAPropertyFailsTheStart(String property) {
        runner.withPropertyValues("otp.supervision." + property)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void withoutAMistakeAllStarts() {
        runner.withPropertyValues("otp.supervision.actors.greeter.restart=transient")
                .run(
                        context ->
                                assertThat(context.getBean(StartFailures.class).isEmpty())
                                        .isTrue());
    }
}

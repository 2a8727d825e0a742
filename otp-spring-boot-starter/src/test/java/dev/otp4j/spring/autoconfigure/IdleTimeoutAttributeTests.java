/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.spring.SupervisedActor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The idle time-out of an actor, and steps of an actor, as a bean. */
class IdleTimeoutAttributeTests {
    /** What the actors have done. */
    static class Done extends LinkedBlockingQueue<String> {
        private static final long serialVersionUID = 1L;

        String next() throws InterruptedException {
            return poll(10, TimeUnit.SECONDS);
        }
    }

    @SupervisedActor(value = "closing", idleTimeout = "${closing.after:1h}")
    static class Closing implements StatefulActor<String> {
        private final Done done;

        Closing(Done done) {
            this.done = done;
        }

        @Override
        public Step afterStart() {
            done.add("first step");
            return Step.KEEP;
        }

        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }

        @Override
        public Step onIdle() {
            done.add("idle");
            return Step.then(
                    () -> {
                        done.add("second step");
                        return Step.KEEP;
                    });
        }
    }

    @SupervisedActor("plain")
    static class Plain implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }
    }

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withBean(Done.class);

    private void isToldAfter(String property) {
        runner.withUserConfiguration(Closing.class)
                .withPropertyValues(property)
                .run(
                        context -> {
                            Done done = context.getBean(Done.class);
                            assertThat(done.next()).isEqualTo("first step");
                            assertThat(done.next()).isEqualTo("idle");
                            assertThat(done.next()).isEqualTo("second step");
                        });
    }

    @Test
    void theAttributeSetsIt() {
        isToldAfter("closing.after=20ms");
    }

    @Test
    void thePropertySetsIt() {
        isToldAfter("otp.supervision.actors.closing.idle-timeout=20ms");
    }

    @Test
    void anActorWithoutTheMethodForItFailsTheStart() {
        runner.withUserConfiguration(Plain.class)
                .withPropertyValues("otp.supervision.actors.plain.idle-timeout=20ms")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageContaining(
                                                "has an idle time-out of PT0.02S and no method 'onIdle': add that method"));
    }

    @Test
    void anAttributeThatIsNoTimeFailsTheStart() {
        runner.withUserConfiguration(Closing.class)
                .withPropertyValues("closing.after=0s")
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessageStartingWith("The attribute 'idleTimeout' of")
                                        .hasMessageContaining("a duration longer than zero"));
    }
}

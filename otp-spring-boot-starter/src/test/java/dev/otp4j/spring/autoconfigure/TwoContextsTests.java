/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Two contexts in one JVM have nothing in common. */
@Timeout(60)
class TwoContextsTests {
    record Client(Subject<Counter.Message> counter) {}

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Counter.class)
                    .withBean(ApplicationAvailabilityBean.class)
                    .withBean(Client.class);

    private static boolean isBroken(AssertableApplicationContext context) {
        var event =
                context.getBean(ApplicationAvailability.class)
                        .getLastChangeEvent(LivenessState.class);
        return event != null && event.getState() == LivenessState.BROKEN;
    }

    @Test
    void oneRunsOnWhenTheOtherHasGivenUp() {
        var fragile = runner.withPropertyValues("otp.supervision.supervisors.root.intensity=0");
        runner.run(one -> fragile.run(other -> oneRunsOnWhenTheOtherHasGivenUp(one, other)));
    }

    private static void oneRunsOnWhenTheOtherHasGivenUp(
            AssertableApplicationContext one, AssertableApplicationContext other) {
        other.getBean(Client.class).counter().send(new Counter.Crash());
        await().until(() -> isBroken(other));

        assertThat(one.getBean(OtpSystem.class).state()).isEqualTo(OtpSystem.State.RUNNING);
        assertThat(isBroken(one)).isFalse();
        assertThat(Counter.total(one.getBean(Client.class).counter())).isZero();
    }

    @Test
    void oneRunsOnWhenTheOtherIsClosed() {
        runner.run(
                one -> {
                    runner.run(
                            other -> {
                                other.getBean(Client.class).counter().send(new Counter.Add(1));
                                assertThat(Counter.total(other.getBean(Client.class).counter()))
                                        .isOne();
                            });

                    assertThat(Counter.total(one.getBean(Client.class).counter())).isZero();
                });
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.StuckHandler;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** When handlers count as stuck, by properties. */
@Timeout(60)
class StuckLimitTests {
    @SupervisedActor("slow-one")
    static class Slow implements Actor<Integer, CountDownLatch> {
        @Override
        public Integer init(Subject<CountDownLatch> self) {
            return 0;
        }

        @Override
        public Next<Integer, CountDownLatch> onMessage(Integer state, CountDownLatch end)
                throws InterruptedException {
            end.await();
            return Next.continueWith(state);
        }
    }

    @SupervisedActor("patient")
    static class Patient extends Slow {}

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Slow.class, Patient.class);

    @ParameterizedTest
    @CsvSource({
        "otp.observation.stuck-after=1ms, otp.supervision.actors.patient.stuck-after=1h",
        "otp.observation.stuck-after=1h, otp.supervision.actors.SLOWONE.stuck-after=1ms"
    })
    @SuppressWarnings("unchecked")
    void oneActorIsAllowedMoreThanAnother(String ofAll, String ofOne) {
        var end = new CountDownLatch(1);
        runner.withPropertyValues(ofAll, ofOne)
                .run(
                        context -> {
                            var system = context.getBean(OtpSystem.class);
                            ((Subject<CountDownLatch>) context.getBean("patient")).send(end);
                            ((Subject<CountDownLatch>) context.getBean("slow-one")).send(end);
                            await().until(() -> !system.runtime().stuckHandlers().isEmpty());
                            assertThat(system.runtime().stuckHandlers())
                                    .extracting(StuckHandler::pid)
                                    .map(pid -> pid.toString().replaceAll("<.*>", ""))
                                    .containsExactly("/slow-one");
                            end.countDown();
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "otp.observation.stuck-after, 0s, PT0S",
        "otp.observation.stuck-after, -1s, PT-1S",
        "otp.supervision.actors.patient.stuck-after, 0s, PT0S"
    })
    void aLimitIsPositive(String property, String value, String shown) {
        runner.withPropertyValues(property + "=" + value)
                .run(
                        context ->
                                assertThat(context)
                                        .getFailure()
                                        .rootCause()
                                        .hasMessage("'%s' must be positive: %s", property, shown));
    }

    @Test
    void theDefaultIsThatOfTheCore() {
        runner.run(
                context ->
                        assertThat(context.getBean(OtpProperties.class).observation().stuckAfter())
                                .isEqualTo(StuckHandler.DEFAULT_LIMIT));
    }
}

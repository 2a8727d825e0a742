/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Subject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The root supervisor gives up. */
class RootFailureTests {
    private static final Logger SYSTEM_LOG =
            (Logger) LoggerFactory.getLogger(OtpSystem.class.getName());

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Counter.class)
                    .withBean(Client.class)
                    .withBean(ApplicationAvailabilityBean.class)
                    .withPropertyValues("otp.supervision.supervisors.root.intensity=0");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    record Client(Subject<Counter.Message> counter) {}

    @BeforeEach
    void listen() {
        lines.start();
        SYSTEM_LOG.addAppender(lines);
    }

    @AfterEach
    void listenNoMore() {
        SYSTEM_LOG.detachAppender(lines);
    }

    private static Subject<Counter.Message> giveUp(AssertableApplicationContext context) {
        var counter = context.getBean(Client.class).counter();
        counter.send(new Counter.Crash());
        assertThat(context.getBean(OtpSystem.class)).hasGivenUp();
        await().until(() -> counter.trySend(new Counter.Add(1)) == Subject.Sent.CLOSED);
        return counter;
    }

    private static ApplicationAvailability availability(AssertableApplicationContext context) {
        return context.getBean(ApplicationAvailability.class);
    }

    @Test
    void isLoggedAsOneErrorAndBreaksLiveness() {
        runner.run(
                context -> {
                    giveUp(context);

                    await().until(
                                    () ->
                                            availability(context).getLivenessState()
                                                    == LivenessState.BROKEN);
                    assertThat(lines.list)
                            .filteredOn(line -> line.getLevel() == Level.ERROR)
                            .singleElement()
                            .asString()
                            .contains("has given up");
                });
    }

    @Test
    void makesSendsAndCallsFailWithATextThatSaysSo() {
        runner.run(
                context -> {
                    var counter = giveUp(context);

                    String text = "the supervision tree of 'application' has given up";
                    assertThatThrownBy(() -> counter.send(new Counter.Add(1)))
                            .isInstanceOf(NotRegisteredException.class)
                            .hasMessageContaining(text)
                            .hasMessageContaining(
                                    "because child '/counter' ended with reason=abnormal(IllegalStateException)");
                    assertThatThrownBy(() -> Counter.total(counter))
                            .isInstanceOf(CallException.NotRegistered.class)
                            .hasMessageContaining(text);
                });
    }

    @Test
    void staysBrokenThoughBootSaysAtTheEndOfItsStartThatAllIsFine() {
        runner.run(
                context -> {
                    giveUp(context);
                    await().until(
                                    () ->
                                            availability(context).getLivenessState()
                                                    == LivenessState.BROKEN);

                    AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);

                    assertThat(availability(context).getLivenessState())
                            .isEqualTo(LivenessState.BROKEN);
                });
    }

    @Test
    void isOverAfterStopAndStart() {
        runner.run(
                context -> {
                    var counter = giveUp(context);
                    await().until(
                                    () ->
                                            availability(context).getLivenessState()
                                                    == LivenessState.BROKEN);

                    context.getSourceApplicationContext().stop();
                    context.getSourceApplicationContext().start();

                    assertThat(Counter.total(counter)).isZero();
                    assertThat(availability(context).getLivenessState())
                            .isEqualTo(LivenessState.CORRECT);
                });
    }

    @Test
    void canRefuseTrafficInstead() {
        runner.withPropertyValues("otp.supervision.on-root-failure=REFUSE_TRAFFIC")
                .run(
                        context -> {
                            AvailabilityChangeEvent.publish(
                                    context, ReadinessState.ACCEPTING_TRAFFIC);
                            AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);

                            giveUp(context);

                            await().until(
                                            () ->
                                                    availability(context).getReadinessState()
                                                            == ReadinessState.REFUSING_TRAFFIC);
                            assertThat(availability(context).getLivenessState())
                                    .isEqualTo(LivenessState.CORRECT);
                        });
    }

    @Test
    void letsGoOfTheJvm() {
        runner.run(
                context -> {
                    giveUp(context);

                    await().until(
                                    () ->
                                            Thread.getAllStackTraces().keySet().stream()
                                                    .noneMatch(
                                                            thread ->
                                                                    thread.getName()
                                                                            .equals(
                                                                                    "otp:keep-alive")));
                });
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actuate.health.OtpHealthIndicator;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.StartFailures;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.Strategy;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The application starts although a part of the tree cannot be started. */
@Timeout(60)
class DegradedStartTests {
    private static volatile boolean databaseDown;
    private static volatile CountDownLatch mayStart = new CountDownLatch(0);

    record Get(Subject<String> replyTo) {}

    static class Answering implements Actor<String, Get> {
        @Override
        public String init(Subject<Get> self) throws InterruptedException {
            return "here";
        }

        @Override
        public Next<String, Get> onMessage(String state, Get get) {
            get.replyTo().send(state);
            return Next.continueWith(state);
        }
    }

    @SupervisedActor
    static class Greeter extends Answering {}

    /** Needs the database. */
    @SupervisedActor
    static class Payments extends Answering {
        @Override
        public String init(Subject<Get> self) throws InterruptedException {
            if (databaseDown) throw new IllegalStateException("no database");
            return "paid";
        }
    }

    @Supervisor(strategy = Strategy.ONE_FOR_ALL)
    static class Shop {}

    @SupervisedActor(supervisor = Shop.class)
    static class Stock extends Payments {}

    @SupervisedActor(supervisor = Shop.class, order = -1)
    static class Prices extends Answering {}

    /** Starts late. */
    @SupervisedActor
    static class Slow extends Answering {
        @Override
        public String init(Subject<Get> self) throws InterruptedException {
            mayStart.await();
            return "late";
        }
    }

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withBean(ApplicationAvailabilityBean.class)
                    .withPropertyValues("otp.supervision.on-startup-failure=degrade");

    @BeforeEach
    void theDatabaseIsDown() {
        databaseDown = true;
    }

    @AfterEach
    void allMayStart() {
        databaseDown = false;
        mayStart.countDown();
    }

    @SuppressWarnings("unchecked")
    private static Subject<Get> subject(AssertableApplicationContext context, String name) {
        return (Subject<Get>) context.getBean(name);
    }

    private static String ask(Subject<Get> actor) {
        return actor.call(Duration.ofSeconds(10), Get::new);
    }

    private static Health health(AssertableApplicationContext context) {
        var indicator =
                new OtpHealthIndicator(
                        context.getBean(OtpSystem.class),
                        0.66,
                        context.getBean(StartFailures.class));
        return Objects.requireNonNull(indicator.health(true));
    }

    private static ReadinessState readiness(AssertableApplicationContext context) {
        return context.getBean(ApplicationAvailability.class).getReadinessState();
    }

    private static StaticSupervisor root(AssertableApplicationContext context) {
        var root = context.getBean(OtpSystem.class).find("/", 0, 0).orElseThrow();
        return StaticSupervisor.of(Objects.requireNonNull(root.pid())).orElseThrow();
    }

    @Test
    void theOtherPartsRun() {
        runner.withUserConfiguration(Greeter.class, Payments.class)
                .run(
                        context -> {
                            assertThat(ask(subject(context, "greeter"))).isEqualTo("here");
                            assertThatThrownBy(() -> ask(subject(context, "payments")))
                                    .isInstanceOf(CallException.NotRegistered.class)
                                    .hasMessageContaining(
                                            "'payments' is not running: child 'payments' of supervisor '/' could not be started")
                                    .hasMessageContaining("no database");
                        });
    }

    @Test
    void healthIsDownWithTheCulprit() {
        runner.withUserConfiguration(Greeter.class, Payments.class)
                .run(
                        context -> {
                            Health health = health(context);

                            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                            assertThat(health.getDetails())
                                    .containsEntry("state", "running")
                                    .extractingByKey("notStarted")
                                    .asString()
                                    .contains(
                                            "child=/payments",
                                            "failure=java.lang.IllegalStateException")
                                    .doesNotContain("no database");
                        });
    }

    @Test
    void trafficIsRefusedThoughBootSaysAtTheEndOfItsStartThatAllIsFine() {
        runner.withUserConfiguration(Payments.class)
                .run(
                        context -> {
                            AvailabilityChangeEvent.publish(
                                    context, ReadinessState.ACCEPTING_TRAFFIC);

                            assertThat(readiness(context))
                                    .isEqualTo(ReadinessState.REFUSING_TRAFFIC);
                        });
    }

    @Test
    void thePartIsStartedOnRequestAndGetsWhatWasSentMeanwhile() {
        runner.withUserConfiguration(Greeter.class, Payments.class)
                .run(
                        context -> {
                            var payments = subject(context, "payments");
                            var asked = new CountDownLatch(1);
                            assertThatThrownBy(() -> root(context).restartChild("payments"))
                                    .hasMessageContaining("no database");
                            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
                            assertThat(payments.trySend(new Get(replying(asked))))
                                    .isEqualTo(Subject.Sent.SENT);

                            databaseDown = false;
                            root(context).restartChild("payments");

                            assertThat(ask(payments)).isEqualTo("paid");
                            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
                            await().until(
                                            () ->
                                                    readiness(context)
                                                            == ReadinessState.ACCEPTING_TRAFFIC);
                        });
    }

    private static Subject<String> replying(CountDownLatch asked) {
        asked.countDown();
        return dev.otp4j.process.Processes.run(Subject::create);
    }

    @Test
    void childrenThatDependOnEachOtherAreOnePart() {
        runner.withUserConfiguration(Greeter.class, Stock.class, Prices.class)
                .run(
                        context -> {
                            assertThat(ask(subject(context, "greeter"))).isEqualTo("here");
                            assertThatThrownBy(() -> ask(subject(context, "prices")))
                                    .isInstanceOf(CallException.NotRegistered.class)
                                    .hasMessageContaining("child 'stock' of supervisor '/shop'");
                            assertThat(health(context).getDetails().get("notStarted"))
                                    .asString()
                                    .contains("child=/shop/stock");

                            databaseDown = false;
                            root(context).restartChild("shop");

                            assertThat(ask(subject(context, "prices"))).isEqualTo("here");
                            assertThat(ask(subject(context, "stock"))).isEqualTo("paid");
                            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
                        });
    }

    @Test
    void aTreeThatTakesTooLongIsStartedOnRequest() {
        mayStart = new CountDownLatch(1);
        runner.withUserConfiguration(Slow.class)
                .withPropertyValues("otp.supervision.startup-timeout=3s")
                .run(
                        context -> {
                            var system = context.getBean(OtpSystem.class);
                            assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
                            assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
                            assertThat(health(context).getDetails())
                                    .containsEntry("startFailed", true);
                            assertThat(readiness(context))
                                    .isEqualTo(ReadinessState.REFUSING_TRAFFIC);
                            assertThatThrownBy(() -> ask(subject(context, "slow")))
                                    .hasMessageContaining("could not be started");

                            mayStart.countDown();
                            system.start();

                            assertThat(ask(subject(context, "slow"))).isEqualTo("late");
                            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
                            assertThat(readiness(context))
                                    .isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
                        });
    }

    @Test
    void aRestartOfTheContextStartsAllAgain() {
        runner.withUserConfiguration(Greeter.class, Payments.class)
                .run(
                        context -> {
                            databaseDown = false;
                            context.getSourceApplicationContext().stop();
                            context.getSourceApplicationContext().start();

                            assertThat(ask(subject(context, "payments"))).isEqualTo("paid");
                            assertThat(health(context).getStatus()).isEqualTo(Status.UP);
                        });
    }

    @Test
    void byDefaultTheApplicationDoesNotStart() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                .withUserConfiguration(Greeter.class, Payments.class)
                .run(context -> assertThat(context).hasFailed());
    }
}

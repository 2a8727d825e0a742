/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class LifecycleTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Counter.class)
                    .withBean(Client.class);

    record Client(Subject<Counter.Message> counter) {}

    @Test
    void isBelowTheWebServerByDefault() {
        runner.run(
                context ->
                        assertThat(context.getBean(OtpLifecycle.class).getPhase())
                                .isEqualTo(
                                        WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE
                                                - 1024)
                                .isEqualTo(SmartLifecycle.DEFAULT_PHASE - 3072));
    }

    @Test
    void isWhereThePropertyPutsIt() {
        runner.withPropertyValues("otp.supervision.phase=7")
                .run(
                        context ->
                                assertThat(context.getBean(OtpLifecycle.class).getPhase())
                                        .isEqualTo(7));
    }

    @Test
    void saysInOneLineWhatWasStarted(CapturedOutput output) {
        runner.run(
                context ->
                        assertThat(output)
                                .containsOnlyOnce("OTP tree started")
                                .containsPattern(
                                        "INFO .*OTP tree started: 1 supervisor, 1 actor in \\d+ ms"));
    }

    @Test
    void subjectsStayTheSameOverStopAndStartAndKeepInOrderWhatIsSentMeanwhile() {
        runner.run(
                context -> {
                    var counter = context.getBean(Client.class).counter();
                    counter.send(new Counter.Add(100));
                    var application = context.getSourceApplicationContext();

                    application.stop();
                    for (int i = 0; i < 3; i++) counter.send(new Counter.Add(1));

                    assertThatThrownBy(() -> Counter.total(counter))
                            .isInstanceOf(CallException.NotRegistered.class)
                            .hasMessageContaining(
                                    "the supervision tree of 'application' is not running");
                    application.start();
                    assertThat(Counter.total(counter)).isEqualTo(3);
                    assertThat(context.getBean(Client.class).counter()).isSameAs(counter);
                });
    }

    /** Starts before the tree, as an adapter of Spring Integration does. */
    static class InboundAdapter implements SmartLifecycle {
        private final Subject<Counter.Message> counter;
        private final OtpSystem system;
        OtpSystem.@Nullable State stateSeen;

        InboundAdapter(Subject<Counter.Message> counter, OtpSystem system) {
            this.counter = counter;
            this.system = system;
        }

        @Override
        public void start() {
            stateSeen = system.state();
            for (int i = 1; i <= 5; i++) counter.send(new Counter.Add(i));
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE / 2;
        }
    }

    @Test
    void whatIsSentBeforeTheTreeStartsWaitsForIt() {
        runner.withBean(InboundAdapter.class)
                .run(
                        context -> {
                            assertThat(context.getBean(InboundAdapter.class).stateSeen)
                                    .isEqualTo(OtpSystem.State.STOPPED);
                            assertThat(Counter.total(context.getBean(Client.class).counter()))
                                    .isEqualTo(15);
                        });
    }

    @Test
    void doesNotStartByItselfIfThePropertySaysSo() {
        runner.withPropertyValues("otp.supervision.auto-startup=false")
                .run(
                        context -> {
                            var counter = context.getBean(Client.class).counter();
                            counter.send(new Counter.Add(1));

                            assertThat(context.getBean(OtpSystem.class).state())
                                    .isEqualTo(OtpSystem.State.STOPPED);
                            context.getBean(OtpLifecycle.class).start();
                            assertThat(Counter.total(counter)).isEqualTo(1);
                        });
    }

    @Test
    void aFullHoldRefusesWhatComesMore() {
        runner.withPropertyValues("otp.supervision.auto-startup=false", "otp.mailbox.hold=2")
                .run(
                        context -> {
                            var counter = context.getBean(Client.class).counter();

                            var sent = new ArrayList<Subject.Sent>();
                            for (int i = 0; i < 3; i++)
                                sent.add(counter.trySend(new Counter.Add(1)));

                            assertThat(sent)
                                    .containsExactly(
                                            Subject.Sent.SENT,
                                            Subject.Sent.SENT,
                                            Subject.Sent.FULL);
                        });
    }

    /** Fails at its start, as a web server does whose port is taken. */
    static class FailingLate implements SmartLifecycle {
        @Override
        public void start() {
            throw new IllegalStateException("no port");
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }

    @Test
    void aRefreshThatFailsLaterStopsTheTree() {
        var system = new AtomicReference<OtpSystem>();
        runner.withBean(FailingLate.class)
                .withInitializer(
                        context ->
                                context.getBeanFactory()
                                        .addBeanPostProcessor(new Capturing(system)))
                .run(
                        context -> {
                            assertThat(context).hasFailed();
                            assertThat(system.get().startedAt()).isPresent();
                            assertThat(system.get().state()).isEqualTo(OtpSystem.State.STOPPED);
                            assertThat(system.get().tree(1, 1)).isEmpty();
                        });
    }

    /** Tells the test that an initialiser has begun and ended. */
    record Signs(CountDownLatch begun, CountDownLatch ended) {}

    /** An actor whose initialiser does not end by itself. */
    @SupervisedActor
    static class Hanging implements Actor<String, String> {
        private final Signs signs;

        Hanging(Signs signs) {
            this.signs = signs;
        }

        @Override
        public String init(Subject<String> self) throws InterruptedException {
            signs.begun().countDown();
            try {
                new CountDownLatch(1).await();
                return "";
            } finally {
                signs.ended().countDown();
            }
        }

        @Override
        public Next<String, String> onMessage(String state, String message) {
            return Next.continueWith(state);
        }
    }

    @Test
    @Timeout(
            value = 20,
            threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // the start may take an hour
    void aStopDoesNotWaitForAStartThatHangs() throws Exception {
        var signs = new Signs(new CountDownLatch(1), new CountDownLatch(1));
        var context = new AnnotationConfigApplicationContext();
        TestPropertyValues.of(
                        "otp.supervision.init-timeout=1h", "otp.supervision.startup-timeout=1h")
                .applyTo(context);
        context.register(OtpAutoConfiguration.class, Hanging.class);
        context.registerBean(Signs.class, () -> signs);
        var refresh = new FutureTask<>(context::refresh, true);
        Thread.ofPlatform().daemon().name("refresh").start(refresh);
        signs.begun().await();
        var system = context.getBean(OtpSystem.class);
        assertThat(system.state()).isEqualTo(OtpSystem.State.STARTING);

        context.stop();

        assertThatThrownBy(refresh::get)
                .rootCause()
                .hasMessageContaining("'application' was stopped; '/hanging' was being started");
        signs.ended().await();
        assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
        assertThat(system.tree(1, 1)).isEmpty();
        assertThat(context.isActive()).isFalse();
    }

    private record Capturing(AtomicReference<OtpSystem> system)
            implements org.springframework.beans.factory.config.BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (bean instanceof OtpSystem found) system.set(found);
            return bean;
        }
    }

    @Test
    void sendsFailOnceTheContextIsClosed() {
        var counter = new AtomicReference<Subject<Counter.Message>>();

        runner.run(context -> counter.set(context.getBean(Client.class).counter()));

        assertThatThrownBy(() -> counter.get().send(new Counter.Add(1)))
                .isInstanceOf(NotRegisteredException.class)
                .hasMessage("the application context of 'application' is closed");
    }

    @Test
    void twoContextsInOneJvmHaveNothingInCommon() {
        runner.run(
                one ->
                        runner.run(
                                two -> {
                                    one.getBean(Client.class).counter().send(new Counter.Add(1));

                                    assertThat(Counter.total(one.getBean(Client.class).counter()))
                                            .isEqualTo(1);
                                    assertThat(Counter.total(two.getBean(Client.class).counter()))
                                            .isZero();
                                    assertThat(two.getBean(OtpSystem.class).runtime())
                                            .isNotSameAs(one.getBean(OtpSystem.class).runtime());
                                }));
    }

    @Test
    void keepsAnApplicationWithoutWebServerAliveUntilItStops() {
        runner.run(
                context -> {
                    assertThat(keepAliveThreads()).hasSize(1).noneMatch(Thread::isDaemon);

                    context.getSourceApplicationContext().stop();

                    await().until(() -> keepAliveThreads().isEmpty());
                });
    }

    @Test
    void keepsNothingAliveIfThePropertySaysSo() {
        runner.withPropertyValues("otp.supervision.keep-alive=NEVER")
                .run(context -> assertThat(keepAliveThreads()).isEmpty());
    }

    private static List<Thread> keepAliveThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("otp:keep-alive"))
                .toList();
    }
}

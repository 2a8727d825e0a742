/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actuate.health.OtpHealthIndicator;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.OtpSystem.State;
import dev.otp4j.application.SystemListener;
import dev.otp4j.application.Termination;
import dev.otp4j.process.CallException;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Sends, calls, health, liveness, readiness, the keep-alive thread and the lifecycle bean all
 * follow the system's own state, whether the context has changed it or the application with {@code
 * start} and {@code stop} of the {@code OtpSystem} bean.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SystemStateTests {
    private static final Duration SECONDS = Duration.ofSeconds(5);

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Gated.class)
                    .withBean(Gates.class)
                    .withBean(Client.class)
                    .withBean(ApplicationAvailabilityBean.class)
                    .withPropertyValues(
                            "otp.supervision.supervisors.root.intensity=1",
                            "otp.supervision.supervisors.root.period=1m");

    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    record Client(Subject<Object> gated) {}

    /** The gate that the next initialiser waits for. */
    static final class Gates {
        final AtomicReference<CountDownLatch> next = new AtomicReference<>(new CountDownLatch(0));
        final AtomicReference<CountDownLatch> waiting =
                new AtomicReference<>(new CountDownLatch(1));
    }

    record Ask(Subject<Integer> replyTo) {}

    /** Counts its messages; an initialiser waits for its gate. */
    @SupervisedActor("gated")
    static class Gated implements Actor<Integer, Object> {
        private final Gates gates;

        Gated(Gates gates) {
            this.gates = gates;
        }

        @Override
        public Integer init(Subject<Object> self) throws InterruptedException {
            gates.waiting.get().countDown();
            gates.next.get().await();
            return 0;
        }

        @Override
        public Next<Integer, Object> onMessage(Integer count, Object message) {
            if (message.equals("crash")) throw new IllegalStateException("told to crash");
            if (message instanceof Ask(var replyTo)) replyTo.send(count);
            return Next.continueWith(message instanceof Ask ? count : count + 1);
        }
    }

    /** One context, with checks of its state and actions on it. */
    private static final class Application {
        final AssertableApplicationContext context;
        final OtpSystem system;
        final Subject<Object> gated;
        private final Gates gates;

        Application(AssertableApplicationContext context) {
            this.context = context;
            system = context.getBean(OtpSystem.class);
            gated = context.getBean(Client.class).gated();
            gates = context.getBean(Gates.class);
            AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
            AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
        }

        int count() {
            return gated.call(SECONDS, Ask::new);
        }

        ConfigurableApplicationContext source() {
            return (ConfigurableApplicationContext) context.getSourceApplicationContext();
        }

        SmartLifecycle lifecycle() {
            return context.getBean(OtpLifecycle.class);
        }

        private ApplicationAvailability availability() {
            return context.getBean(ApplicationAvailability.class);
        }

        private Health health() {
            return new OtpHealthIndicator(system).health();
        }

        void giveUp() {
            soon().until(
                            () -> {
                                gated.trySend("crash"); // a crash loses a message that was queued
                                return system.state() == State.GAVE_UP;
                            });
        }

        /**
         * Checks that the system runs: sends and calls during a restart of the actor wait for the
         * restart.
         */
        void runs() {
            assertThat(system.state()).isEqualTo(State.RUNNING);
            int before = count();
            assertThat(before).isNotNegative();
            var gate = new CountDownLatch(1);
            gates.waiting.set(new CountDownLatch(1));
            gates.next.set(gate);
            gated.send("crash");
            soon().until(() -> gates.waiting.get().getCount() == 0);
            gated.send("while it restarts");
            CompletableFuture<Integer> called = gated.callAsync(SECONDS, Ask::new);
            gate.countDown();
            assertThat(called).succeedsWithin(SECONDS).isEqualTo(1);
            assertThat(health().getStatus()).isEqualTo(Status.UP);
            soon().until(() -> keepAliveThreads() == 1);
            assertThat(lifecycle().isRunning()).isTrue();
            soon().until(() -> availability().getLivenessState() == LivenessState.CORRECT);
            soon().until(
                            () ->
                                    availability().getReadinessState()
                                            == ReadinessState.ACCEPTING_TRAFFIC);
        }

        /**
         * Checks that the system is stopped: sends wait, calls fail, and liveness is not affected.
         */
        void isStopped() {
            assertThat(system.state()).isEqualTo(State.STOPPED);
            assertThat(gated.trySend("while stopped")).isEqualTo(Subject.Sent.SENT);
            assertThatThrownBy(this::count)
                    .isInstanceOf(CallException.NotRegistered.class)
                    .hasMessageContaining("is not running");
            assertThat(health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            soon().until(() -> keepAliveThreads() == 0);
            assertThat(lifecycle().isRunning()).isFalse();
            assertThat(availability().getLivenessState()).isEqualTo(LivenessState.CORRECT);
        }

        void hasGivenUp(OtpProperties.OnRootFailure reaction) {
            assertThat(system.state()).isEqualTo(State.GAVE_UP);
            assertThatThrownBy(() -> gated.send("lost"))
                    .isInstanceOf(NotRegisteredException.class)
                    .hasMessageContaining("has given up");
            assertThatThrownBy(this::count)
                    .isInstanceOf(CallException.NotRegistered.class)
                    .hasMessageContaining("has given up");
            assertThat(health().getStatus()).isEqualTo(Status.DOWN);
            soon().until(() -> keepAliveThreads() == 0);
            boolean breaks = reaction == OtpProperties.OnRootFailure.BREAK_LIVENESS;
            soon().until(
                            () ->
                                    (availability().getLivenessState() == LivenessState.BROKEN)
                                            == breaks);
            boolean refuses = reaction == OtpProperties.OnRootFailure.REFUSE_TRAFFIC;
            soon().until(
                            () ->
                                    (availability().getReadinessState()
                                                    == ReadinessState.REFUSING_TRAFFIC)
                                            == refuses);
        }

        private static long keepAliveThreads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("otp:keep-alive"))
                    .count();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = OtpProperties.OnRootFailure.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "EXIT") // it would end this JVM: RootExitTests has one of its own
    void everyTransitionThatTheApplicationMakesIsFollowed(OtpProperties.OnRootFailure reaction) {
        runner.withPropertyValues(
                        "otp.supervision.auto-startup=false",
                        "otp.supervision.on-root-failure=" + reaction)
                .run(
                        context -> {
                            var application = new Application(context);
                            OtpSystem system = application.system;
                            application.isStopped();
                            system.start();
                            assertThat(application.count()).isEqualTo(1);
                            application.runs();
                            system.stop(SECONDS);
                            application.isStopped();
                            system.start();
                            assertThat(application.count()).isEqualTo(1);
                            application.giveUp();
                            application.hasGivenUp(reaction);
                            system.start();
                            application.runs();
                            application.giveUp();
                            application.hasGivenUp(reaction);
                            system.stop(SECONDS);
                            application.hasGivenUp(reaction);
                            application.lifecycle().start();
                            application.runs();
                        });
    }

    @Test
    void theApplicationAndTheContextMayTakeTurns() {
        runner.run(
                context -> {
                    var application = new Application(context);
                    application.runs();
                    application.system.stop(SECONDS);
                    application.isStopped();
                    application.source().start();
                    assertThat(application.count()).isEqualTo(1);
                    application.source().stop();
                    application.isStopped();
                    application.system.start();
                    assertThat(application.count()).isEqualTo(1);
                    application.source().stop();
                    application.isStopped();
                });
    }

    @Test
    void aContextThatIsClosedStopsATreeThatTheApplicationStarted() {
        var system = new AtomicReference<OtpSystem>();
        var gated = new AtomicReference<Subject<Object>>();
        runner.withPropertyValues("otp.supervision.auto-startup=false")
                .run(
                        context -> {
                            var application = new Application(context);
                            application.system.start();
                            system.set(application.system);
                            gated.set(application.gated);
                        });
        assertThat(system.get().state()).isEqualTo(State.STOPPED);
        assertThatThrownBy(() -> gated.get().send("late"))
                .isInstanceOf(NotRegisteredException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void aPausedContextStartsAgainWhatHadGivenUp() {
        runner.run(
                context -> {
                    var application = new Application(context);
                    application.giveUp();
                    application.source().pause();
                    assertThat(application.lifecycle().isRunning()).isFalse();
                    application.source().restart();
                    application.runs();
                });
    }

    /** Records the state that a listener bean reads when it is notified of a change. */
    static final class States implements SystemListener {
        final List<State> read = new CopyOnWriteArrayList<>();

        @Override
        public void stateChanged(OtpSystem system) {
            read.add(system.state());
        }

        @Override
        public void terminated(Termination termination) {}
    }

    @Test
    void aListenerBeanIsToldEachChangeBeforeStartAndStopReturn() {
        runner.withBean(States.class)
                .run(
                        context -> {
                            var application = new Application(context);
                            List<State> read = context.getBean(States.class).read;
                            assertThat(read).containsExactly(State.RUNNING);
                            application.system.stop(SECONDS);
                            assertThat(read).containsExactly(State.RUNNING, State.STOPPED);
                            application.system.start();
                            application.giveUp();
                            soon().until(() -> read.size() == 4);
                            assertThat(read.subList(2, 4))
                                    .containsExactly(State.RUNNING, State.GAVE_UP);
                        });
    }
}

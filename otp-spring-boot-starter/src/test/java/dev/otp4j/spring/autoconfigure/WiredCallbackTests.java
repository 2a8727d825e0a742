/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Next;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.unfit.Idle;
import jakarta.annotation.PostConstruct;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.EventListener;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jmx.export.annotation.ManagedResource;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.stereotype.Controller;
import org.springframework.transaction.event.TransactionalEventListener;

/** Callbacks that Spring binds to the object of a bean, in the class of an actor. */
class WiredCallbackTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));

    // ---- refused

    @SupervisedActor
    static class Scheduling extends Idle {
        @Scheduled(fixedRate = 100)
        void tick() {}
    }

    @SupervisedActor
    static class SchedulingFields implements StatefulActor<String> {
        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }

        @Scheduled(fixedRate = 100)
        void tick() {}
    }

    @SupervisedActor
    static class SchedulingTwice extends Idle {
        @Scheduled(fixedRate = 100)
        @Scheduled(cron = "0 0 0 * * *")
        void tick() {}
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @Scheduled(fixedRate = 100)
    @interface Often {}

    abstract static class Ticking extends Idle {
        @Often
        void tick() {}
    }

    @SupervisedActor
    static class Inheriting extends Ticking {}

    @SupervisedActor
    static class Hearing extends Idle {
        @EventListener
        void heard(ApplicationEvent event) {}
    }

    @SupervisedActor
    static class HearingCommits extends Idle {
        @TransactionalEventListener
        void heard(ApplicationEvent event) {}
    }

    @SupervisedActor
    static class ReadingAQueue extends Idle {
        @JmsListener(destination = "orders")
        void read(String text) {}
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @MessageMapping
    @interface OtherListener {}

    @SupervisedActor
    static class ReadingAnotherQueue extends Idle {
        @OtherListener
        void read(String text) {}
    }

    @SupervisedActor
    static class Asynchronous extends Idle {
        @Async
        void later() {}
    }

    @Async
    @SupervisedActor
    static class WhollyAsynchronous extends Idle {}

    @SupervisedActor
    static class Making extends Idle {
        @Bean
        String text() {
            return "";
        }
    }

    @Controller
    @SupervisedActor
    static class Controlling extends Idle {}

    @ManagedResource
    @SupervisedActor
    static class Managed extends Idle {}

    @Endpoint(id = "mine")
    @SupervisedActor
    static class Shown extends Idle {}

    @SupervisedActor
    static class Listening extends Idle implements ApplicationListener<ApplicationEvent> {
        @Override
        public void onApplicationEvent(ApplicationEvent event) {}
    }

    @SupervisedActor
    static class Living extends Idle implements SmartLifecycle {
        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }

    @SupervisedActor
    static class AfterSingletons extends Idle implements SmartInitializingSingleton {
        @Override
        public void afterSingletonsInstantiated() {}
    }

    @SupervisedActor
    static class Running extends Idle implements CommandLineRunner {
        @Override
        public void run(String... arguments) {}
    }

    @SupervisedActor
    static class RunningToo extends Idle implements ApplicationRunner {
        @Override
        public void run(ApplicationArguments arguments) {}
    }

    @SupervisedActor
    static class Configuring extends Idle implements SchedulingConfigurer {
        @Override
        public void configureTasks(ScheduledTaskRegistrar registrar) {}
    }

    @SupervisedActor
    static class Filtering extends Idle implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {}
    }

    /** An actor that a factory starts, not one that the tree declares. */
    @org.springframework.stereotype.Component
    @Scope("prototype")
    static class Template extends Idle {
        @Scheduled(fixedRate = 100)
        void tick() {}
    }

    static Stream<Arguments> callbacks() {
        String other = "Spring would call it on objects other than the running actor";
        String never = "Spring never calls it on an actor";
        String move = "Move it to a separate bean that sends messages";
        return Stream.of(
                Arguments.of(Scheduling.class, "'tick'", "@Scheduled", other, "self.sendEvery"),
                Arguments.of(SchedulingTwice.class, "'tick'", "@Schedule", other, "sendEvery"),
                Arguments.of(
                        SchedulingFields.class,
                        "'tick'",
                        "@Scheduled",
                        other,
                        "'self.sendEvery(period, message)' in 'started'"),
                Arguments.of(Inheriting.class, "'tick'", "@Scheduled", other, "self.sendEvery"),
                Arguments.of(Template.class, "'tick'", "@Scheduled", other, "self.sendEvery"),
                Arguments.of(Hearing.class, "'heard'", "@EventListener", other, move),
                Arguments.of(HearingCommits.class, "'heard'", "@EventListener", other, move),
                Arguments.of(ReadingAQueue.class, "'read'", "@MessageMapping", other, move),
                Arguments.of(ReadingAnotherQueue.class, "'read'", "@MessageMapping", other, move),
                Arguments.of(
                        Asynchronous.class,
                        "'later'",
                        "@Async",
                        "already has its own process",
                        move),
                Arguments.of(
                        WhollyAsynchronous.class,
                        "The class",
                        "@Async",
                        "already has its own process",
                        move),
                Arguments.of(Making.class, "'text'", "@Bean", other, "@Configuration class"),
                Arguments.of(Controlling.class, "The class", "@Controller", other, move),
                Arguments.of(Managed.class, "The class", "@ManagedResource", other, move),
                Arguments.of(Shown.class, "The class", "@Endpoint", other, move),
                Arguments.of(Listening.class, "The class", "ApplicationListener", other, move),
                Arguments.of(Living.class, "The class", "Lifecycle", never, "'init'"),
                Arguments.of(
                        AfterSingletons.class,
                        "The class",
                        "SmartInitializingSingleton",
                        never,
                        "'init'"),
                Arguments.of(Running.class, "The class", "CommandLineRunner", other, move),
                Arguments.of(RunningToo.class, "The class", "ApplicationRunner", other, move),
                Arguments.of(Configuring.class, "The class", "SchedulingConfigurer", other, move),
                Arguments.of(Filtering.class, "The class", "implements Filter", other, move));
    }

    @ParameterizedTest
    @MethodSource("callbacks")
    void isRefusedAtTheStartWithTheFix(
            Class<?> declared, String subject, String what, String why, String fix) {
        runner.withUserConfiguration(declared)
                .run(
                        context -> {
                            assertThat(context.getStartupFailure())
                                    .isInstanceOf(TreeDeclarationException.class)
                                    .hasMessageContainingAll(subject, what, why);
                            var analysis =
                                    new TreeDeclarationFailureAnalyzer()
                                            .analyze(context.getStartupFailure());
                            assertThat(analysis.getAction()).contains(fix);
                        });
    }

    // ---- what works

    private static final List<String> CALLED = new CopyOnWriteArrayList<>();

    @SupervisedActor
    static class Prepared extends Idle implements InitializingBean, BeanNameAware {
        @PostConstruct
        void constructed() {
            called("PostConstruct");
        }

        @Override
        public void afterPropertiesSet() {
            called("InitializingBean");
        }

        @Override
        public void setBeanName(String name) {
            called(name);
        }

        private static void called(String what) {
            CALLED.add(what + " in a process: " + (Processes.selfOrNull() != null));
        }

        @Override
        public Next<String, String> onMessage(String state, String message) {
            throw new IllegalStateException("told to crash");
        }
    }

    record Client(Subject<String> prepared) {}

    @Test
    void whatPreparesAnObjectIsCalledForEachLifeInTheActorsProcess() {
        CALLED.clear();
        runner.withUserConfiguration(Prepared.class)
                .withBean(Client.class)
                .run(
                        context -> {
                            List<String> each =
                                    List.of(
                                            "prepared.actor in a process: true",
                                            "PostConstruct in a process: true",
                                            "InitializingBean in a process: true");
                            assertThat(CALLED).containsExactlyElementsOf(each);
                            Subject<String> prepared = context.getBean(Client.class).prepared();
                            Pid first = prepared.owner();

                            prepared.send("crash");

                            await().until(() -> CALLED.size() == 6);
                            assertThat(CALLED.subList(3, 6)).containsExactlyElementsOf(each);
                            await().until(() -> isAnother(prepared, first));
                        });
    }

    private static boolean isAnother(Subject<String> subject, Pid first) {
        return subject.name().flatMap(Name::pid).filter(now -> !now.equals(first)).isPresent();
    }

    /** The alternative that the refusal of {@code @Scheduled} suggests. */
    @SupervisedActor
    static class Clock extends Idle {
        private static final List<Object> TICKED = new CopyOnWriteArrayList<>();

        @Override
        public String init(Subject<String> self) {
            self.sendEvery(java.time.Duration.ofMillis(1), "tick");
            return "";
        }

        @Override
        public Next<String, String> onMessage(String state, String message) {
            if (message.equals("crash")) throw new IllegalStateException("told to crash");
            TICKED.add(this);
            return Next.continueWith(state);
        }

        @Override
        public void onTerminate(String state, ExitReason reason) {}
    }

    @Configuration
    @EnableScheduling
    static class Schedules {}

    record ClockClient(Subject<String> clock) {}

    @Test
    void anActorThatSendsItselfMessagesTicksInItsLivingObjectOnly() {
        Clock.TICKED.clear();
        runner.withUserConfiguration(Schedules.class, Clock.class)
                .withBean(ClockClient.class)
                .withPropertyValues("otp.supervision.supervisors.root.intensity=5")
                .run(
                        context -> {
                            Subject<String> clock = context.getBean(ClockClient.class).clock();
                            await().until(() -> !Clock.TICKED.isEmpty());
                            Object dead = Clock.TICKED.getLast();

                            clock.send("crash");

                            await().until(() -> Clock.TICKED.getLast() != dead);
                            int before = Clock.TICKED.size();
                            await().until(() -> Clock.TICKED.size() > before + 5);
                            assertThat(Clock.TICKED.subList(before, Clock.TICKED.size()))
                                    .doesNotContain(dead);
                        });
    }
}

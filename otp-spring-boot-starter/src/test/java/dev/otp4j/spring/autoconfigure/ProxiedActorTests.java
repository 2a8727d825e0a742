/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.annotation.Observed;
import io.micrometer.observation.aop.ObservedAspect;
import jakarta.annotation.PreDestroy;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.boot.validation.autoconfigure.ValidationConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.validation.annotation.Validated;

/** Actors behind the proxies that annotations need: of the class, and of its interfaces. */
class ProxiedActorTests {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final List<String> DIARY = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    OtpAutoConfiguration.class, AopAutoConfiguration.class));

    @BeforeEach
    void newDiary() {
        DIARY.clear();
    }

    private ApplicationContextRunner proxying(boolean classes) {
        return runner.withPropertyValues("spring.aop.proxy-target-class=" + classes);
    }

    // ---- @Transactional

    static class Transactions extends AbstractPlatformTransactionManager {
        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            DIARY.add("begin " + inProcess());
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            DIARY.add("commit " + inProcess());
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            DIARY.add("rollback " + inProcess());
        }

        private static String inProcess() {
            return Processes.selfOrNull() == null ? "outside" : "inside";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class OfClasses {
        @Bean
        PlatformTransactionManager transactions() {
            return new Transactions();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class OfInterfaces extends OfClasses {}

    record Ask(String text, Subject<String> replyTo) {}

    @SupervisedActor
    static class OnHandler implements StatefulActor<Ask> {
        private int handled;

        @Override
        @Transactional
        public Step handle(Ask ask) {
            handled++;
            if (ask.text().equals("crash")) throw new IllegalStateException("told to crash");
            boolean active = TransactionSynchronizationManager.isActualTransactionActive();
            ask.replyTo().send(handled + (active ? " in" : " outside") + " a transaction");
            return Step.KEEP;
        }

        @Override
        public Object snapshot() {
            return handled;
        }

        @PreDestroy
        private void destroy() {
            DIARY.add("destroyed after " + handled);
        }
    }

    @SupervisedActor("onHandler")
    static class ValueOnHandler implements Actor<Integer, Ask> {
        private final OnHandler worker = new OnHandler();

        @Override
        public Integer init(Subject<Ask> self) {
            return 0;
        }

        @Override
        @Transactional
        public Next<Integer, Ask> onMessage(Integer state, Ask message) {
            worker.handle(message);
            return Next.continueWith(state + 1);
        }

        @PreDestroy
        private void destroy() {
            worker.destroy();
        }
    }

    @Transactional
    @SupervisedActor("onHandler")
    static class OnClass extends OnHandler {
        @Override
        public Step handle(Ask ask) {
            return super.handle(ask);
        }
    }

    record Client(Subject<Ask> onHandler) {
        String ask(String text) {
            return onHandler.call(LIMIT, (Subject<String> reply) -> new Ask(text, reply));
        }
    }

    static class Crashes implements ProcessListener {
        final List<CrashReport> reports = new CopyOnWriteArrayList<>();

        @Override
        public void processCrashed(CrashReport report) {
            reports.add(report);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OnHandler.class, ValueOnHandler.class, OnClass.class})
    void aHandlerIsATransactionBehindAClassProxy(Class<?> actor) {
        transactional(actor, OfClasses.class, true);
    }

    @ParameterizedTest
    @ValueSource(classes = {OnHandler.class, ValueOnHandler.class, OnClass.class})
    void aHandlerIsATransactionBehindAnInterfaceProxy(Class<?> actor) {
        transactional(actor, OfInterfaces.class, false);
    }

    @ParameterizedTest
    @ValueSource(classes = {OnHandler.class, ValueOnHandler.class, OnClass.class})
    void soItIsForAnActorThatTakesBatchesAndHandlesThemOneByOne(Class<?> actor) {
        String batches = "otp.supervision.actors.on-handler.batches=10";
        transactional(proxying(true).withPropertyValues(batches), actor, OfClasses.class);
        DIARY.clear();
        transactional(proxying(false).withPropertyValues(batches), actor, OfInterfaces.class);
    }

    private void transactional(Class<?> actor, Class<?> kind, boolean classes) {
        transactional(proxying(classes), actor, kind);
    }

    private static void transactional(
            ApplicationContextRunner proxying, Class<?> actor, Class<?> kind) {
        proxying.withUserConfiguration(kind, actor)
                .withBean(Client.class)
                .withBean(Crashes.class)
                .run(
                        context -> {
                            var client = context.getBean(Client.class);
                            var crashes = context.getBean(Crashes.class);
                            Pid first = client.onHandler().owner();
                            assertThat(ProcessInfo.moduleOf(first)).contains(actor);

                            assertThat(client.ask("a")).isEqualTo("1 in a transaction");
                            assertThat(client.ask("b")).isEqualTo("2 in a transaction");
                            client.onHandler().send(new Ask("crash", null));

                            await().until(() -> !crashes.reports.isEmpty());
                            assertThat(crashes.reports.getFirst().module()).isEqualTo(actor);
                            await().until(() -> alive(client, first));
                            assertThat(client.ask("c")).isEqualTo("1 in a transaction");
                            assertThat(DIARY).contains("rollback inside", "destroyed after 3");
                            assertThat(DIARY).doesNotContain("begin outside");

                            var system = context.getBean(OtpSystem.class);
                            system.stop(LIMIT);
                            system.start();
                            assertThat(client.ask("d")).isEqualTo("1 in a transaction");
                        });
    }

    private static boolean alive(Client client, Pid first) {
        return client.onHandler()
                .name()
                .flatMap(Name::pid)
                .filter(now -> !now.equals(first))
                .isPresent();
    }

    // ---- @Observed

    @Configuration(proxyBeanMethods = false)
    static class Observing {
        @Bean
        ObservationRegistry observations() {
            var registry = ObservationRegistry.create();
            registry.observationConfig()
                    .observationHandler(
                            new ObservationHandler<Observation.Context>() {
                                @Override
                                public void onStop(Observation.Context context) {
                                    DIARY.add("observed " + context.getName());
                                }

                                @Override
                                public boolean supportsContext(Observation.Context context) {
                                    return true;
                                }
                            });
            return registry;
        }

        @Bean
        ObservedAspect observedAspect(ObservationRegistry registry) {
            return new ObservedAspect(registry);
        }
    }

    @SupervisedActor("onHandler")
    static class ObservedOnHandler implements StatefulActor<Ask> {
        private int handled;

        @Override
        @Observed(name = "asks")
        public Step handle(Ask ask) {
            ask.replyTo().send("handled " + ++handled);
            return Step.KEEP;
        }
    }

    @Observed(name = "asks")
    @SupervisedActor("onHandler")
    static class ObservedOnClass extends ObservedOnHandler {
        @Override
        public Step handle(Ask ask) {
            return super.handle(ask);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandlerIsObserved(boolean classes) {
        for (Class<?> actor : new Class<?>[] {ObservedOnHandler.class, ObservedOnClass.class}) {
            DIARY.clear();
            proxying(classes)
                    .withUserConfiguration(Observing.class, actor)
                    .withBean(Client.class)
                    .run(
                            context -> {
                                assertThat(context.getBean(Client.class).ask("a"))
                                        .isEqualTo("handled 1");
                                assertThat(context.getBean(Client.class).ask("b"))
                                        .isEqualTo("handled 2");
                                await().until(() -> DIARY.contains("observed asks"));
                            });
        }
    }

    // ---- @Validated

    @Validated
    @SupervisedActor("onHandler")
    static class CheckingAll implements StatefulActor<Ask> {
        private int handled;

        @Override
        public @NotNull Step handle(Ask ask) {
            ask.replyTo().send("handled " + ++handled);
            return Step.KEEP;
        }
    }

    record Limited(@Max(10) int amount, Subject<String> replyTo) {}

    @Validated
    @SupervisedActor
    static class Limiting implements StatefulActor<Limited> {
        @Override
        public Step handle(@Valid Limited message) {
            message.replyTo().send("took " + message.amount());
            return Step.KEEP;
        }
    }

    record LimitedClient(Subject<Limited> limiting) {}

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aValidatedActorWorks(boolean classes) {
        proxying(classes)
                .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
                .withUserConfiguration(CheckingAll.class)
                .withBean(Client.class)
                .run(
                        context ->
                                assertThat(context.getBean(Client.class).ask("a"))
                                        .isEqualTo("handled 1"));
    }

    /** The way that the text of the failed start suggests. */
    @Configuration(proxyBeanMethods = false)
    static class AllowsConstraints {
        @Bean
        ValidationConfigurationCustomizer constraintsOfHandlers() {
            return validation ->
                    validation.addProperty(
                            "hibernate.validator.allow_parameter_constraint_override", "true");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theMessageOfAValidatedActorIsValidated(boolean classes) {
        proxying(classes)
                .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
                .withUserConfiguration(AllowsConstraints.class, Limiting.class)
                .withBean(LimitedClient.class)
                .withBean(Crashes.class)
                .run(
                        context -> {
                            var limiting = context.getBean(LimitedClient.class).limiting();

                            assertThat(take(limiting, 10)).isEqualTo("took 10");
                            assertThatThrownBy(() -> take(limiting, 11))
                                    .isInstanceOf(CallException.CalleeDown.class)
                                    .hasRootCauseInstanceOf(ConstraintViolationException.class);
                        });
    }

    private static String take(Subject<Limited> limiting, int amount) {
        return limiting.call(LIMIT, (Subject<String> reply) -> new Limited(amount, reply));
    }
}

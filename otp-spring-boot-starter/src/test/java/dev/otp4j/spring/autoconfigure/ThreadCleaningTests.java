/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.ThreadCleaner;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** State that a handler leaves on its thread is not visible to the next actor on that thread. */
class ThreadCleaningTests {
    private final ClassLoader classes = getClass().getClassLoader();

    private static void pollute() {
        MDC.put("tenant", "blue");
        LocaleContextHolder.setLocale(Locale.KOREAN);
        RequestContextHolder.setRequestAttributes(
                new ServletRequestAttributes(new MockHttpServletRequest()));
        SecurityContextHolder.getContext()
                .setAuthentication(new TestingAuthenticationToken("somebody", "secret"));
        TransactionSynchronizationManager.initSynchronization();
        TransactionSynchronizationManager.setCurrentTransactionName("orders");
    }

    private static boolean clean() {
        return MDC.get("tenant") == null
                && LocaleContextHolder.getLocaleContext() == null
                && RequestContextHolder.getRequestAttributes() == null
                && SecurityContextHolder.getContext().getAuthentication() == null
                && !TransactionSynchronizationManager.isSynchronizationActive()
                && TransactionSynchronizationManager.getCurrentTransactionName() == null;
    }

    @AfterEach
    void leaveNothing() {
        new ThreadCleaning(classes, List.of()).run();
    }

    @Test
    void whatSpringKeepsForAThreadIsCleared() {
        pollute();
        assertThat(clean()).isFalse();
        new ThreadCleaning(classes, List.of()).run();
        assertThat(clean()).isTrue();
    }

    @Test
    void aThreadWithBoundResourcesIsNotClean() {
        var key = new Object();
        TransactionSynchronizationManager.bindResource(key, "connection");
        try {
            var cleaning = new ThreadCleaning(classes, List.of());
            assertThatThrownBy(cleaning::run).hasMessageContaining("bound to its thread");
        } finally {
            TransactionSynchronizationManager.unbindResource(key);
        }
    }

    @Test
    void librariesThatAreAbsentAreNotAsked() {
        var few =
                new FilteredClassLoader(
                        "org.springframework.web",
                        "org.springframework.security",
                        "org.springframework.transaction");
        SecurityContextHolder.getContext()
                .setAuthentication(new TestingAuthenticationToken("somebody", "secret"));
        new ThreadCleaning(few, List.of()).run();
        assertThat(SecurityContextHolder.getContext().getAuthentication()).isNotNull();
    }

    @Test
    void anApplicationsOwnCleanersRunBetweenTwoActors() {
        var asked = new AtomicInteger();
        runner().withBean(ThreadCleaner.class, () -> asked::incrementAndGet)
                .run(
                        context -> {
                            ProcessRuntime runtime = context.getBean(OtpSystem.class).runtime();
                            for (int i = 0; i < 200 && asked.get() == 0; i++) {
                                assertThat(receivesOnACleanThread(runtime)).isTrue();
                            }
                            assertThat(asked.get()).isPositive();
                        });
    }

    @Test
    void chainingCanBeSwitchedOff() {
        var asked = new AtomicInteger();
        runner().withPropertyValues("otp.scheduling.chaining=false")
                .withBean(ThreadCleaner.class, () -> asked::incrementAndGet)
                .run(
                        context -> {
                            ProcessRuntime runtime = context.getBean(OtpSystem.class).runtime();
                            for (int i = 0; i < 200; i++) {
                                assertThat(receivesOnACleanThread(runtime)).isTrue();
                            }
                            assertThat(asked.get()).isZero();
                        });
    }

    /** Runs what it is sent. */
    @SupervisedActor
    static class Chained implements Actor<Integer, Runnable> {
        @Override
        public Integer init(Subject<Runnable> self) {
            return 0;
        }

        @Override
        public Next<Integer, Runnable> onMessage(Integer state, Runnable code) {
            code.run();
            return Next.continueWith(state);
        }
    }

    @SupervisedActor(chaining = false)
    static class Apart extends Chained {}

    @ParameterizedTest
    @CsvSource({
        "chained, otp.supervision.actors.chained.restart=permanent, true",
        "chained, otp.supervision.actors.chained.chaining=false, false",
        "apart, otp.supervision.actors.apart.restart=permanent, false",
        "apart, otp.supervision.actors.apart.chaining=true, true"
    })
    void chainingOfOneActorFollowsItsAnnotationAndItsProperty(
            String actor, String property, boolean chains) {
        var asked = new AtomicInteger();
        runner().withUserConfiguration(Chained.class, Apart.class)
                .withPropertyValues(property)
                .withBean(ThreadCleaner.class, () -> asked::incrementAndGet)
                .run(
                        context -> {
                            @SuppressWarnings("unchecked")
                            var sender = (Subject<Runnable>) context.getBean(actor);
                            ProcessRuntime runtime = context.getBean(OtpSystem.class).runtime();
                            for (int i = 0; i < 200 && asked.get() == 0; i++) {
                                var received = new CountDownLatch(1);
                                Subject<Runnable> receiver = worker(runtime);
                                sender.send(() -> receiver.send(received::countDown));
                                assertThat(received.await(5, TimeUnit.SECONDS)).isTrue();
                            }
                            assertThat(asked.get() > 0).isEqualTo(chains);
                        });
    }

    private static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));
    }

    /**
     * Whether a receiving actor finds none of the state that the sending actor left on the thread.
     */
    private static boolean receivesOnACleanThread(ProcessRuntime runtime) throws Exception {
        var found = new CompletableFuture<Boolean>();
        Subject<Runnable> receiver = worker(runtime);
        Subject<Runnable> sender = worker(runtime);
        sender.send(
                () -> {
                    pollute();
                    receiver.send(() -> found.complete(clean()));
                });
        return found.get(5, TimeUnit.SECONDS);
    }

    private static Subject<Runnable> worker(ProcessRuntime runtime) {
        return Actor.startingWith(() -> 0)
                .<Runnable>onMessage(
                        (state, code) -> {
                            code.run();
                            return Next.continueWith(state);
                        })
                .initTimeout(Duration.ofSeconds(10))
                .runtime(runtime)
                .start()
                .data();
    }
}

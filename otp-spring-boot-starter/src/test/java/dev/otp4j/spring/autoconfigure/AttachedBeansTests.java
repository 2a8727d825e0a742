/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actuate.autoconfigure.OtpMetricsAutoConfiguration;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.SystemListener;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.RuntimeEvents;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.ThreadCleaner;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * Listener beans and meters receive every event of any {@code OtpSystem}, even if another listener
 * fails.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AttachedBeansTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    MetricsAutoConfiguration.class,
                                    CompositeMeterRegistryAutoConfiguration.class,
                                    OtpAutoConfiguration.class,
                                    OtpMetricsAutoConfiguration.class))
                    .withBean(SimpleMeterRegistry.class)
                    .withUserConfiguration(Counter.class)
                    .withBean(Client.class);

    record Client(Subject<Counter.Message> counter) {}

    /** Implements every listener interface, and notes which of their methods were called. */
    static final class Heard {
        static final Class<?>[] KINDS = {
            ProcessListener.class, SupervisorListener.class, SystemListener.class
        };
        final Set<String> methods = new ConcurrentSkipListSet<>();

        ProcessListener listener() {
            return (ProcessListener)
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            KINDS,
                            (proxy, method, arguments) ->
                                    switch (method.getName()) {
                                        case "equals" -> proxy == arguments[0];
                                        case "hashCode" -> System.identityHashCode(proxy);
                                        case "toString" -> "listener";
                                        default -> {
                                            methods.add(method.getName());
                                            yield null;
                                        }
                                    });
        }

        static Set<String> all() {
            var all = new TreeSet<String>();
            for (Class<?> kind : KINDS) {
                Arrays.stream(kind.getMethods())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .map(Method::getName)
                        .forEach(all::add);
            }
            return all;
        }
    }

    /**
     * Makes the system report every kind of event: restarts a child, and triggers each other event.
     */
    private static void everythingHappens(AssertableApplicationContext context) {
        OtpSystem system = context.getBean(OtpSystem.class);
        crash(context);
        for (String event : Heard.all()) RuntimeEvents.happens(system.runtime(), event);
        system.runtime().awaitReports(Duration.ofSeconds(5));
    }

    private static void crash(AssertableApplicationContext context) {
        Subject<Counter.Message> counter = context.getBean(Client.class).counter();
        counter.send(new Counter.Crash());
        assertThat(context.getBean(OtpSystem.class)).hasRestarts(1);
        assertThat(Counter.total(counter)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListenerBeanIsToldEveryEvent(boolean lazy) {
        var heard = new Heard();
        runner.withBean(ProcessListener.class, heard::listener)
                .withInitializer(
                        context -> {
                            if (lazy)
                                context.addBeanFactoryPostProcessor(
                                        new LazyInitializationBeanFactoryPostProcessor());
                        })
                .run(AttachedBeansTests::everythingHappens);

        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> heard.methods.contains("terminated"));
        assertThat(heard.methods).containsAll(Heard.all());
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnSystem {
        @Bean
        OtpSystem mine(RootSupervisor root) {
            return OtpSystem.builder("mine").root(root).build();
        }
    }

    @Test
    void aListenerBeanIsToldEveryEventOfAnOwnSystem() {
        var heard = new Heard();
        runner.withBean(ProcessListener.class, heard::listener)
                .withUserConfiguration(OwnSystem.class)
                .run(AttachedBeansTests::everythingHappens);

        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> heard.methods.contains("terminated"));
        assertThat(heard.methods).containsAll(Heard.all());
    }

    @Test
    void anOwnSystemHasMetersTimingAndThreadCleaners() {
        var cleaned = new AtomicInteger();
        runner.withUserConfiguration(OwnSystem.class)
                .withBean(ThreadCleaner.class, () -> cleaned::incrementAndGet)
                .withPropertyValues("otp.metrics.message-timing=all")
                .run(
                        context -> {
                            crash(context);
                            MeterRegistry registry = context.getBean(MeterRegistry.class);
                            assertThat(restarts(registry)).isEqualTo(1);
                            assertThat(registry.get("otp.actors.running").gauge().value())
                                    .isEqualTo(1);
                            assertThat(registry.find("otp.actor.message.processing").meters())
                                    .isNotEmpty();
                            ProcessRuntime runtime = context.getBean(OtpSystem.class).runtime();
                            await().pollDelay(Duration.ZERO)
                                    .pollInterval(Duration.ofMillis(2))
                                    .until(() -> handsOver(runtime) && cleaned.get() > 0);
                        });
    }

    private static double restarts(MeterRegistry registry) {
        return registry.get("otp.actor.restarts").tag("actor", "counter").functionCounter().count();
    }

    /** One actor sends to another, which then may run on the sender's thread. */
    private static boolean handsOver(ProcessRuntime runtime) throws Exception {
        var done = new CompletableFuture<Boolean>();
        Subject<Runnable> receiver = worker(runtime);
        Subject<Runnable> sender = worker(runtime);
        sender.send(() -> receiver.send(() -> done.complete(true)));
        return done.get(5, TimeUnit.SECONDS);
    }

    private static Subject<Runnable> worker(ProcessRuntime runtime) {
        return Actor.startingWith(() -> 0)
                .<Runnable>onMessage(
                        (state, code) -> {
                            code.run();
                            return Next.continueWith(state);
                        })
                .runtime(runtime)
                .start()
                .data();
    }

    /** Fails at every event, as a listener does if a library that it needs is missing. */
    @Order(1)
    static final class Failing implements SupervisorListener {
        @Override
        public void reported(SupervisorReport report) {
            throw new NoClassDefFoundError("wanted");
        }

        @Override
        public void counted(SupervisorReport report) {
            throw new NoClassDefFoundError("wanted");
        }
    }

    @Test
    void anErrorOfOneListenerSilencesNeitherOthersNorMeters() {
        var heard = new Heard();
        runner.withBean(Failing.class)
                .withBean(ProcessListener.class, heard::listener)
                .run(
                        context -> {
                            everythingHappens(context);
                            assertThat(restarts(context.getBean(MeterRegistry.class))).isEqualTo(1);
                        });

        assertThat(heard.methods).contains("reported", "counted");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RestartTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));

    /** Shared with all instances of the actor. */
    static class Log {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final AtomicInteger instances = new AtomicInteger();
        final CountDownLatch mayRestart = new CountDownLatch(1);
    }

    record Client(Subject<String> recorder) {}

    @SupervisedActor
    static class Recorder implements Actor<String, String> {
        private final Log log;
        private final int instance;

        Recorder(Log log) {
            this.log = log;
            this.instance = log.instances.incrementAndGet();
        }

        @Override
        public String init(Subject<String> self) throws InterruptedException {
            if (instance > 1) log.mayRestart.await();
            return "";
        }

        @Override
        public Next<String, String> onMessage(String state, String message) {
            if (message.equals("crash")) throw new IllegalStateException("told to crash");
            log.lines.add(instance + ":" + message);
            return Next.continueWith(state);
        }
    }

    @Test
    void whatIsSentDuringARestartReachesTheSuccessorInOrder() {
        runner.withUserConfiguration(Recorder.class)
                .withBean(Log.class)
                .withBean(Client.class)
                .run(
                        context -> {
                            var log = context.getBean(Log.class);
                            var recorder = context.getBean(Client.class).recorder();
                            recorder.send("a");
                            recorder.send("crash");
                            await().until(() -> log.instances.get() == 2);

                            for (String message : List.of("b", "c", "d")) recorder.send(message);
                            log.mayRestart.countDown();

                            await().until(() -> log.lines.size() == 4);
                            assertThat(log.lines).containsExactly("1:a", "2:b", "2:c", "2:d");
                        });
    }

    record CounterClient(Subject<Counter.Message> counter) {}

    static class Reports implements SupervisorListener {
        final List<String> lines = new CopyOnWriteArrayList<>();

        /**
         * Uses a subject itself, which must not form a cycle with the system that it listens to.
         */
        Reports(Subject<Counter.Message> counter) {
            lines.add(counter.toString().substring(0, 15));
        }

        @Override
        public void reported(SupervisorReport report) {
            lines.add(report.context() + " " + report.child());
        }
    }

    @Test
    void listenerBeansAreToldOfItAndMayUseSubjectsThemselves() {
        runner.withUserConfiguration(Counter.class)
                .withBean(CounterClient.class)
                .withBean(Reports.class)
                .run(
                        context -> {
                            context.getBean(CounterClient.class)
                                    .counter()
                                    .send(new Counter.Crash());

                            var lines = context.getBean(Reports.class).lines;
                            await().until(() -> lines.contains("RESTARTED counter"));
                            assertThat(lines)
                                    .containsExactly(
                                            "Subject[counter",
                                            "STARTED counter",
                                            "CHILD_TERMINATED counter",
                                            "RESTARTED counter");
                        });
    }

    static class Proxying implements BeanPostProcessor {
        final AtomicInteger calls = new AtomicInteger();

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (!(bean instanceof Counter)) return bean;
            var factory = new ProxyFactory(bean);
            factory.setProxyTargetClass(true);
            factory.addAdvice(
                    (MethodInterceptor)
                            call -> {
                                if (call.getMethod().getName().equals("onMessage")) {
                                    calls.incrementAndGet();
                                }
                                return call.proceed();
                            });
            return factory.getProxy();
        }
    }

    @Test
    void anActorBehindAClassProxyWorksAndIsRestarted() {
        runner.withUserConfiguration(Counter.class)
                .withBean(CounterClient.class)
                .withBean(Proxying.class)
                .run(
                        context -> {
                            var counter = context.getBean(CounterClient.class).counter();
                            counter.send(new Counter.Add(3));
                            assertThat(Counter.total(counter)).isEqualTo(3);

                            counter.send(new Counter.Crash());

                            assertThat(context.getBean(OtpSystem.class))
                                    .actor("/counter")
                                    .isRunning()
                                    .hasRestarts(1)
                                    .hasCrashedWith(IllegalStateException.class);
                            assertThat(Counter.total(counter)).isZero();
                            assertThat(context.getBean(Proxying.class).calls).hasValue(4);
                        });
    }
}

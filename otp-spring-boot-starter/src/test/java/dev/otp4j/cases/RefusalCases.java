/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.cases.abstractactor.AbstractActorApplication;
import dev.otp4j.cases.inneractor.InnerActorApplication;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Declarations that cannot work as they are, and values at the edges of their ranges. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class RefusalCases {
    /** Checks that the start fails, and that the text names its subject and says what to do. */
    private static void assertRefused(Class<?> application, CapturedOutput output, String subject) {
        Throwable failure = catchThrowable(() -> Contexts.run(application).close());

        assertThat(failure).as("failure of the start").isNotNull();
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("Action:")
                .contains(subject);
    }

    private static final AtomicInteger INSTANCES = new AtomicInteger();
    private static final List<Integer> TICKS = new CopyOnWriteArrayList<>();

    @SupervisedActor("scheduled")
    static class ScheduledActor extends Silent {
        private final int instance = INSTANCES.incrementAndGet();

        @Scheduled(fixedRate = 10)
        void tick() {
            TICKS.add(instance);
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            throw new IllegalStateException(message);
        }
    }

    static class Silent implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            return Next.continueWith(state);
        }
    }

    record ScheduledClient(Subject<String> scheduled) {}

    @EnableAutoConfiguration
    @EnableScheduling
    @Import({ScheduledActor.class, ScheduledClient.class})
    static class ScheduledApplication {}

    @Test
    @Tag("S3")
    void aScheduledMethodOfAnActorIsRefusedOrRunsForTheLivingInstanceOnly(CapturedOutput output) {
        ConfigurableApplicationContext context;
        try {
            context =
                    new SpringApplicationBuilder(ScheduledApplication.class)
                            .web(WebApplicationType.NONE)
                            .properties("otp.supervision.supervisors.root.intensity=100")
                            .run();
        } catch (RuntimeException refused) {
            assertThat(output.getAll()).contains("Action:").contains("Scheduled");
            return;
        }
        try (context) {
            OtpSystem system = context.getBean(OtpSystem.class);
            Subject<String> scheduled = context.getBean(ScheduledClient.class).scheduled();
            for (int i = 1; i <= 5; i++) {
                int count = i;
                scheduled.send("crash");
                await().until(() -> system.restarts() >= count);
            }
            TICKS.clear();
            await().until(() -> TICKS.size() >= 30);
            assertThat(TICKS.subList(10, 30).stream().distinct()).hasSize(1);
        }
    }

    @SupervisedActor("asBean")
    static class AsBean extends Silent {}

    @EnableAutoConfiguration
    static class AnnotatedBeanApplication {
        @Bean
        AsBean asBean() {
            return new AsBean();
        }
    }

    @EnableAutoConfiguration
    static class PlainBeanApplication {
        @Bean
        Silent silentOne() {
            return new Silent();
        }
    }

    @Test
    @Tag("N6")
    void anAnnotatedActorClassThatABeanMethodReturnsIsRefusedWithTheFix(CapturedOutput output) {
        assertRefused(AnnotatedBeanApplication.class, output, "asBean");
    }

    @Test
    @Tag("N6")
    void aPlainActorClassThatABeanMethodReturnsIsRefusedWithTheFix(CapturedOutput output) {
        assertRefused(PlainBeanApplication.class, output, "silentOne");
    }

    @Test
    @Tag("N6")
    void anAbstractActorClassIsRefusedWithTheFix(CapturedOutput output) {
        assertRefused(AbstractActorApplication.class, output, "AbstractGreeter");
    }

    @Test
    @Tag("N6")
    void anInnerActorClassIsRefusedWithTheFix(CapturedOutput output) {
        assertRefused(InnerActorApplication.class, output, "InnerGreeter");
    }

    private static final CompletableFuture<String> TEXT = new CompletableFuture<>();

    @SupervisedActor(value = "foo", order = 1)
    static class Foo extends Silent {
        private final Subject<Probe.Message> bar;

        Foo(Subject<Probe.Message> bar) {
            this.bar = bar;
        }

        @Override
        public Integer init(Subject<String> self) {
            try {
                return Probe.total(bar);
            } catch (RuntimeException refused) {
                TEXT.complete(refused.getMessage());
                throw refused;
            }
        }
    }

    @SupervisedActor(value = "bar", order = 2)
    static class Bar extends Probe {}

    @Test
    @Tag("N2")
    void aCallFromAnInitialiserToALaterSiblingFailsWithATextThatNamesTheOrder() {
        Contexts.runner(Foo.class, Bar.class)
                .run(
                        context -> {
                            assertThat(context).hasFailed();
                            assertThat(TEXT.get())
                                    .contains("bar", "foo")
                                    .containsPattern("after|later|order");
                        });
    }

    @Test
    @Tag("E3")
    void aPeriodOfVeryManyDaysIsAPeriod() {
        Contexts.withProbe()
                .withPropertyValues("otp.supervision.supervisors.root.period=200000d")
                .run(
                        context -> {
                            assertThat(context).hasNotFailed();
                            assertThat(Probe.total(Contexts.probe(context))).isZero();
                        });
    }
}

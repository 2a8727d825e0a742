/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.InitIgnoredException;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.spring.ChildCustomizer;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.Restart;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class ChildCustomizerTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));

    @SupervisedActor
    static class Stock implements StatefulActor<String> {
        @Override
        public void started(Subject<String> self) throws InitIgnoredException {
            throw new InitIgnoredException();
        }

        @Override
        public Step handle(String message) {
            return Step.KEEP;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Stock.class)
    static class Transient {
        final List<ChildCustomizer.DeclaredBean> seen = new CopyOnWriteArrayList<>();

        @Bean
        ChildCustomizer seeing() {
            return child -> {
                seen.add(child);
                return child.specification().restart(Restart.TRANSIENT);
            };
        }
    }

    @Test
    void changesTheSpecificationOfAnActor() {
        runner.withUserConfiguration(Transient.class)
                .run(
                        context -> {
                            var system = context.getBean(OtpSystem.class);
                            assertThat(system.find("/stock", 0, 1).orElseThrow().restartPolicy())
                                    .isEqualTo(Restart.TRANSIENT);
                            var seen = context.getBean(Transient.class).seen.getFirst();
                            assertThat(seen.bean()).isEqualTo("stock.actor");
                            assertThat(seen.specification().declaredBy()).contains(Stock.class);
                            assertThat(seen.name()).isNotNull();
                        });
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Stock.class)
    static class Elsewhere {
        @Bean
        ChildCustomizer elsewhere() {
            return new ChildCustomizer() {
                @Override
                public ChildSpecification<?> customize(DeclaredBean child) {
                    return child.specification();
                }

                @Override
                public Optional<Vacancy> vacancy(String child) {
                    return Optional.of(Vacancy.failing(child + " is elsewhere"));
                }
            };
        }
    }

    @Test
    void saysWhatBecomesOfMessagesToAChildWithoutAProcess() {
        runner.withUserConfiguration(Elsewhere.class)
                .run(
                        context -> {
                            @SuppressWarnings("unchecked")
                            var stock = (Subject<String>) context.getBean("stock", Subject.class);
                            assertThatThrownBy(() -> stock.send("hello"))
                                    .hasMessageContaining("stock is elsewhere");
                        });
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Stock.class)
    static class Renaming {
        @Bean
        ChildCustomizer renaming() {
            return child -> child.specification().withId("other");
        }
    }

    @Test
    void anotherIdIsRefused() {
        runner.withUserConfiguration(Renaming.class)
                .run(
                        context ->
                                assertThat(context.getStartupFailure())
                                        .hasStackTraceContaining(
                                                "has given the child 'stock' the id 'other'"));
    }
}

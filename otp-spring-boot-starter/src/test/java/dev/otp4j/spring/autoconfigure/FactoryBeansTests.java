/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.test.OtpTesting;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class FactoryBeansTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));

    @Supervisor
    static class Shop {}

    @Configuration
    static class Beans {
        @Bean
        @ChildOf(supervisor = Shop.class, order = 1)
        FactorySupervisor.Builder<String, Subject<Counter.Message>> carts() {
            return FactorySupervisor.workerChild(user -> Actor.of(Counter::new).start());
        }

        @Bean
        FactorySupervisor.Builder<Integer, Subject<Counter.Message>> others() {
            return FactorySupervisor.workerChild(number -> Actor.of(Counter::new).start());
        }

        @Bean
        @ChildOf(supervisor = Shop.class)
        ChildSpecification<Subject<Counter.Message>> stock() {
            return ChildSpecification.worker("stock", () -> Actor.of(Counter::new).start());
        }
    }

    record Client(FactorySupervisor<String, Subject<Counter.Message>> factory) {}

    @Test
    void aBuilderBeanBecomesAChildAndItsHandleIsInjectedByItsTypes() {
        runner.withUserConfiguration(Beans.class)
                .withBean(Client.class)
                .run(
                        context -> {
                            var carts = context.getBean(Client.class).factory();

                            var cart = carts.startChild("joe").data();

                            cart.send(new Counter.Add(3));
                            assertThat(Counter.total(cart)).isEqualTo(3);
                            assertThat(context.getBean("carts")).isSameAs(carts);
                            assertThat(
                                            node(context.getBean(OtpSystem.class), "/shop/carts")
                                                    .childCount())
                                    .isEqualTo(1);
                        });
    }

    @Test
    void childrenDeclaredAsBeansAreWhereTheirAnnotationSaysOrUnderTheRoot() {
        runner.withUserConfiguration(Beans.class)
                .run(
                        context -> {
                            var system = context.getBean(OtpSystem.class);

                            assertThat(node(system, "/").children())
                                    .extracting(TreeNode::path)
                                    .containsExactly("/others", "/shop");
                            assertThat(node(system, "/shop").children())
                                    .extracting(TreeNode::path)
                                    .containsExactly("/shop/stock", "/shop/carts");
                        });
    }

    @Configuration
    static class SlowChildren {
        @Bean
        FactorySupervisor.Builder<String, Subject<Counter.Message>> carts() {
            return FactorySupervisor.workerChild(user -> Actor.of(Slow::new).start());
        }
    }

    static class Slow extends Counter {
        @Override
        public Integer init(Subject<Message> self) {
            Processes.sleep(Duration.ofHours(1));
            return 0;
        }
    }

    @Test
    void aChildsInitialiserHasTheTimeThatThePropertySays() {
        runner.withUserConfiguration(SlowChildren.class)
                .withBean(Client.class)
                .withPropertyValues("otp.supervision.init-timeout=50ms")
                .run(
                        context -> {
                            var carts = context.getBean(Client.class).factory();

                            assertThatThrownBy(() -> carts.startChild("joe"))
                                    .hasMessageContaining("did not finish within PT0.05S");
                        });
    }

    @Test
    void aHandleReachesTheFactoryThatWasStartedAgain() {
        runner.withUserConfiguration(Beans.class)
                .withBean(Client.class)
                .run(
                        context -> {
                            var system = context.getBean(OtpSystem.class);
                            var carts = context.getBean(Client.class).factory();

                            OtpTesting.kill(system, "/shop/carts");

                            assertThat(system).actor("/shop/carts").hasRestarts(1);
                            assertThat(Counter.total(carts.startChild("ann").data())).isZero();
                        });
    }

    @Test
    void aHandleOutlivesStopAndStartOfTheContextAndRefusesInBetween() {
        runner.withUserConfiguration(Beans.class)
                .withBean(Client.class)
                .run(
                        context -> {
                            var carts = context.getBean(Client.class).factory();

                            context.getSourceApplicationContext().stop();

                            assertThatThrownBy(() -> carts.startChild("joe"))
                                    .isInstanceOf(CallException.NotRegistered.class)
                                    .hasMessageContaining("is not running");

                            context.getSourceApplicationContext().start();

                            assertThat(Counter.total(carts.startChild("joe").data())).isZero();
                        });
    }

    @Configuration
    static class WithOwnName {
        @Bean
        FactoryName<String, Subject<Counter.Message>> desk(OtpSystem system) {
            return FactoryName.create(system.runtime(), "mine");
        }

        @Bean
        FactorySupervisor.Builder<String, Subject<Counter.Message>> desks(
                FactoryName<String, Subject<Counter.Message>> desk) {
            return FactorySupervisor.workerChild((String user) -> Actor.of(Counter::new).start())
                    .named(desk);
        }
    }

    @Test
    void aBuilderKeepsANameOfItsOwn() {
        runner.withUserConfiguration(WithOwnName.class)
                .withBean(Client.class)
                .run(
                        context -> {
                            context.getBean(Client.class).factory().startChild("joe");

                            assertThat(context.getBean(FactoryName.class).name().pid().isPresent())
                                    .isTrue();
                            assertThat(
                                            node(context.getBean(OtpSystem.class), "/desks")
                                                    .childCount())
                                    .isEqualTo(1);
                        });
    }

    private static TreeNode node(OtpSystem system, String path) {
        return system.find(path, 9, 99).orElseThrow();
    }
}

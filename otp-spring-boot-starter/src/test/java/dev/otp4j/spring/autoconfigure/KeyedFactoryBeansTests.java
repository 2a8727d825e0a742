/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.KeyedFactory;
import dev.otp4j.supervisor.Tolerance;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class KeyedFactoryBeansTests {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withUserConfiguration(Beans.class)
                    .withBean(Client.class);

    @Supervisor
    static class Relay {}

    /** A bean that the actors use. */
    static class Sender {
        final AtomicInteger sent = new AtomicInteger();
    }

    record Deliver(ReplyTo<String> replyTo) {}

    static class Courier implements StatefulActor<Deliver> {
        private final String customer;
        private final Sender sender;

        Courier(String customer, Sender sender) {
            this.customer = customer;
            this.sender = sender;
        }

        @Override
        public Step handle(Deliver message) {
            message.replyTo().send(customer + " " + sender.sent.incrementAndGet());
            return Step.KEEP;
        }
    }

    @Configuration
    static class Beans {
        @Bean
        Sender sender() {
            return new Sender();
        }

        @Bean
        @ChildOf(supervisor = Relay.class)
        KeyedFactory.Builder<String, Deliver> couriers(Sender sender) {
            return KeyedFactory.of(id -> StatefulActor.of(() -> new Courier(id, sender)));
        }
    }

    record Client(KeyedFactory<String, Deliver> couriers) {
        String deliver(String customer) {
            return couriers.subject(customer).call(SOON, Deliver::new);
        }
    }

    @Test
    void aBuilderBeanBecomesAChildAndItsKeyedFactoryIsInjected() {
        runner.run(
                context -> {
                    var client = context.getBean(Client.class);
                    assertThat(client.deliver("customer-17")).isEqualTo("customer-17 1");
                    assertThat(client.deliver("customer-18")).isEqualTo("customer-18 2");

                    var system = context.getBean(OtpSystem.class);
                    TreeNode node = system.find("/relay/couriers/customer-17", 1, 9).orElseThrow();
                    assertThat(node.kind()).isEqualTo(TreeNode.Kind.ACTOR);
                    assertThat(node.definition()).isEqualTo("couriers");
                    assertThat(system).actor("/relay/couriers/customer-18").hasRestarts(0);
                });
    }

    @Test
    void propertiesTuneIt() {
        runner.withPropertyValues(
                        "otp.supervision.factories.couriers.passivate-after=10ms",
                        "otp.supervision.factories.couriers.parallel-starts=2",
                        "otp.supervision.factories.couriers.start-limit=3s",
                        "otp.supervision.factories.couriers.intensity=7",
                        "otp.supervision.factories.couriers.period=1m",
                        "otp.supervision.factories.couriers.tolerance-per-key=true")
                .run(
                        context -> {
                            var client = context.getBean(Client.class);
                            client.deliver("ann");
                            var couriers = client.couriers();
                            long end = System.nanoTime() + SOON.toNanos();
                            while (couriers.counts().passivated() == 0 && System.nanoTime() < end) {
                                Thread.onSpinWait();
                            }
                            assertThat(couriers.counts().passivated()).isPositive();
                            assertThat(client.deliver("ann")).isEqualTo("ann 2");
                            TreeNode factory =
                                    context.getBean(OtpSystem.class)
                                            .find("/relay/couriers", 1, 9)
                                            .orElseThrow();
                            assertThat(factory.tolerance())
                                    .isEqualTo(new Tolerance(7, Duration.ofMinutes(1)));
                        });
    }

    @Test
    void itOutlivesStopAndStartAndSaysSoInBetween() {
        runner.run(
                context -> {
                    var client = context.getBean(Client.class);
                    client.deliver("ann");
                    context.getSourceApplicationContext().stop();

                    assertThatThrownBy(() -> client.deliver("ann"))
                            .isInstanceOf(CallException.NotRegistered.class)
                            .hasMessageContaining("is not running");
                    assertThatThrownBy(() -> client.couriers().start("bob"))
                            .isInstanceOf(CallException.NotRegistered.class)
                            .hasMessageContaining("is not running");
                    assertThatThrownBy(() -> client.deliver("new"))
                            .hasMessageContaining("is not running");

                    context.getSourceApplicationContext().start();
                    assertThat(client.deliver("ann")).isEqualTo("ann 2");
                });
    }

    @Configuration
    static class Contradiction {
        @Bean
        KeyedFactory.Builder<String, Deliver> desks() {
            return KeyedFactory.of(
                            (String id) -> StatefulActor.of(() -> new Courier(id, new Sender())))
                    .tolerancePerKey(1, SOON)
                    .restartTolerance(2, SOON);
        }
    }

    @Test
    void settingsThatContradictEachOtherFailTheStart() {
        runner.withUserConfiguration(Contradiction.class)
                .run(
                        context ->
                                assertThat(context.getStartupFailure())
                                        .rootCause()
                                        .isInstanceOf(TreeDeclarationException.class)
                                        .hasMessageContaining("desks")
                                        .hasMessageContaining("only one of them can apply"));
    }

    @Configuration
    static class Keyless {
        @Bean
        FactorySupervisor.Builder<String, Subject<Deliver>> plain() {
            return FactorySupervisor.workerChild(
                    id -> StatefulActor.of(() -> new Courier(id, new Sender())).start());
        }
    }

    @Test
    void settingsForKeysOfAFactoryWithoutKeysFailTheStart() {
        runner.withUserConfiguration(Keyless.class)
                .withPropertyValues("otp.supervision.factories.plain.passivate-after=1m")
                .run(
                        context ->
                                assertThat(context.getStartupFailure())
                                        .rootCause()
                                        .isInstanceOf(TreeDeclarationException.class)
                                        .hasMessageContaining("have no keys"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.Strategy;
import dev.otp4j.supervisor.Tolerance;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

class TreeDeclarationTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));

    abstract static class Idle implements Actor<String, String> {
        @Override
        public String init(Subject<String> self) {
            return "";
        }

        @Override
        public Next<String, String> onMessage(String state, String message) {
            return Next.continueWith(state);
        }
    }

    @Supervisor(strategy = Strategy.REST_FOR_ONE, intensity = 7, period = "${period:3s}", order = 5)
    static class Shop {}

    @Supervisor(value = "back-office", supervisor = Shop.class, order = 3)
    static class BackOffice {}

    @SupervisedActor(supervisor = Shop.class, order = 1, restart = Restart.TRANSIENT)
    static class Second extends Idle {}

    @SupervisedActor(supervisor = Shop.class, order = 0)
    static class First extends Idle {}

    @SupervisedActor(supervisor = BackOffice.class)
    static class Archive extends Idle {}

    @SupervisedActor
    static class Zebra extends Idle {}

    @SupervisedActor
    static class Ant extends Idle {}

    private static TreeNode node(OtpSystem system, String path) {
        return system.find(path, 9, 99).orElseThrow();
    }

    @Nested
    class ATree {
        private final ApplicationContextRunner shop =
                runner.withUserConfiguration(
                        Second.class, Zebra.class, Archive.class, First.class, Ant.class);

        @Test
        void startsByOrderThenByName() {
            shop.run(
                    context -> {
                        var system = context.getBean(OtpSystem.class);

                        assertThat(node(system, "/").children())
                                .extracting(TreeNode::path)
                                .containsExactly("/ant", "/zebra", "/shop");
                        assertThat(node(system, "/shop").children())
                                .extracting(TreeNode::path)
                                .containsExactly(
                                        "/shop/first", "/shop/second", "/shop/back-office");
                        assertThat(node(system, "/shop/back-office").children())
                                .extracting(TreeNode::path)
                                .containsExactly("/shop/back-office/archive");
                    });
        }

        @Test
        void knowsTheClassesThatDeclareIt() {
            shop.run(
                    context -> {
                        var system = context.getBean(OtpSystem.class);

                        assertThat(node(system, "/").declaredBy()).isNull();
                        assertThat(node(system, "/ant").declaredBy()).isEqualTo(Ant.class);
                        assertThat(node(system, "/shop").declaredBy()).isEqualTo(Shop.class);
                        assertThat(node(system, "/shop/back-office").declaredBy())
                                .isEqualTo(BackOffice.class);
                    });
        }

        @SupervisedActor(initTimeout = "200000d", shutdown = "200000d")
        static class Patient extends Idle {}

        @Supervisor(value = "patient-ones", period = "200000d")
        static class PatientOnes {}

        @SupervisedActor(supervisor = PatientOnes.class)
        static class Below extends Idle {}

        @Test
        void takesAllTheTimeThereIs() {
            runner.withUserConfiguration(Patient.class, Below.class)
                    .withPropertyValues(
                            "otp.supervision.startup-timeout=200000d",
                            "otp.supervision.init-timeout=200000d",
                            "otp.supervision.shutdown-timeout=200000d",
                            "otp.supervision.supervisors.root.period=200000d")
                    .run(
                            context -> {
                                var system = context.getBean(OtpSystem.class);

                                assertThat(node(system, "/patient-ones/below")).isNotNull();
                                context.close();
                                assertThat(system.state()).isEqualTo(OtpSystem.State.STOPPED);
                            });
        }

        @Test
        void hasWhatTheAnnotationsSay() {
            shop.run(
                    context -> {
                        var node = node(context.getBean(OtpSystem.class), "/shop");

                        assertThat(node.strategy()).isEqualTo(Strategy.REST_FOR_ONE);
                        assertThat(node.tolerance())
                                .isEqualTo(new Tolerance(7, Duration.ofSeconds(3)));
                        assertThat(node.children().get(1).restartPolicy())
                                .isEqualTo(Restart.TRANSIENT);
                    });
        }

        @Test
        void hasTheToleranceThatPropertiesSay() {
            shop.withPropertyValues(
                            "otp.supervision.supervisors.root.period=1m",
                            "otp.supervision.supervisors.shop.intensity=1",
                            "otp.supervision.supervisors.backoffice.intensity=9")
                    .run(
                            context -> {
                                var system = context.getBean(OtpSystem.class);

                                assertThat(node(system, "/").tolerance())
                                        .isEqualTo(new Tolerance(2, Duration.ofMinutes(1)));
                                assertThat(node(system, "/shop").tolerance())
                                        .isEqualTo(new Tolerance(1, Duration.ofSeconds(3)));
                                assertThat(node(system, "/shop/back-office").tolerance())
                                        .isEqualTo(new Tolerance(9, Duration.ofSeconds(5)));
                            });
        }
    }

    private void refused(String description, Class<?>... configurations) {
        runner.withUserConfiguration(configurations).run(context -> refused(description, context));
    }

    private static void refused(
            String description,
            org.springframework.boot.test.context.assertj.AssertableApplicationContext context) {
        assertThat(context).hasFailed();
        Throwable failure = context.getStartupFailure();
        while (!(failure instanceof TreeDeclarationException) && failure.getCause() != null) {
            failure = failure.getCause();
        }
        assertThat(failure).isInstanceOf(TreeDeclarationException.class).hasMessage(description);
        assertThat(((TreeDeclarationException) failure).action()).isNotBlank();
    }

    @Nested
    class IsRefused {
        static final String HERE = TreeDeclarationTests.class.getName() + "$";

        static class NotAnnotated {}

        @SupervisedActor(supervisor = NotAnnotated.class)
        static class Lost extends Idle {}

        @Test
        void anUnknownSupervisor() {
            refused(
                    "The supervisor of actor 'lost' (%1$sIsRefused$Lost) is %1$sIsRefused$NotAnnotated, which is not annotated with @Supervisor."
                            .formatted(HERE),
                    Lost.class);
        }

        @Supervisor(supervisor = Egg.class)
        static class Hen {}

        @Supervisor(supervisor = Hen.class)
        static class Egg {}

        @SupervisedActor(supervisor = Hen.class)
        static class Chick extends Idle {}

        @Test
        void supervisorsInACircle() {
            refused(
                    "Supervisors supervise each other in a circle: %1$sIsRefused$Hen -> %1$sIsRefused$Egg -> %1$sIsRefused$Hen."
                            .formatted(HERE),
                    Chick.class);
        }

        @SupervisedActor("ant")
        static class OtherAnt extends Idle {}

        @Test
        void twoActorsOfOneName() {
            refused(
                    "The name 'ant' is used twice: by actor 'ant' (%1$sIsRefused$OtherAnt) and by actor 'ant' (%1$sAnt)."
                            .formatted(HERE),
                    Ant.class,
                    OtherAnt.class);
        }

        @Test
        void anActorWithTheNameOfAnotherBean() {
            runner.withUserConfiguration(Ant.class)
                    .withBean("ant", String.class, () -> "a bean")
                    .run(
                            context ->
                                    refused(
                                            "The name 'ant' is used twice: by actor 'ant' (%sAnt) and by the bean 'ant'."
                                                    .formatted(HERE),
                                            context));
        }

        @Configuration
        static class ChildCalledAnt {
            @Bean
            ChildSpecification<Subject<String>> other() {
                return ChildSpecification.worker("ant", () -> Actor.of(Ant::new).start());
            }
        }

        @Test
        void twoSiblingsOfOneName() {
            refused(
                    "Two children of the root supervisor are called 'ant': actor 'ant' (%sAnt) and child 'ant' (bean 'other')."
                            .formatted(HERE),
                    Ant.class,
                    ChildCalledAnt.class);
        }

        @Supervisor("shop")
        static class OtherShop {}

        @SupervisedActor(supervisor = OtherShop.class)
        static class Customer extends Idle {}

        @Test
        void twoSupervisorsOfOneName() {
            refused(
                    "Two supervisors are called 'shop': supervisor 'shop' (%1$sIsRefused$OtherShop) and supervisor 'shop' (%1$sShop)."
                            .formatted(HERE),
                    Customer.class,
                    First.class);
        }

        @SupervisedActor("order_intake")
        static class BadName extends Idle {}

        @Test
        void aNameThatIsNoPathElement() {
            refused(
                    "The name 'order_intake' of actor %sIsRefused$BadName is not allowed: it must match [A-Za-z][A-Za-z0-9-]*."
                            .formatted(HERE),
                    BadName.class);
        }

        @SupervisedActor
        static class Generic<M> implements Actor<String, M> {
            @Override
            public String init(Subject<M> self) {
                return "";
            }

            @Override
            public Next<String, M> onMessage(String state, M message) {
                return Next.continueWith(state);
            }
        }

        @Test
        void anActorWithoutAMessageType() {
            refused(
                    "The message type of actor 'generic' is not known: %sIsRefused$Generic does not give the type arguments of Actor<S, M>."
                            .formatted(HERE),
                    Generic.class);
        }

        @SupervisedActor
        @Scope("singleton")
        static class Single extends Idle {}

        @Test
        void anotherScope() {
            refused(
                    "The scope of actor 'single' (%sIsRefused$Single) is 'singleton', but it must be 'prototype': each start and restart creates a new object."
                            .formatted(HERE),
                    Single.class);
        }

        @SupervisedActor
        static class NoActor {}

        @Test
        void aClassThatIsNoActor() {
            runner.withUserConfiguration(NoActor.class)
                    .run(
                            context ->
                                    assertThat(context)
                                            .getFailure()
                                            .isInstanceOf(TreeDeclarationException.class)
                                            .hasMessageContaining(
                                                    "implements neither StatefulActor nor Actor"));
        }

        @SupervisedActor(supervisor = Shop.class, order = 1)
        static class SecondToo extends Idle {}

        @Test
        void equalOrdersWhereTheRestIsRestartedForOne() {
            refused(
                    String.format(
                            "The strategy of supervisor 'shop' (%1$sShop) is REST_FOR_ONE, so each of its children needs a distinct 'order'. Found:%n"
                                    + "  order 0: actor 'first' (%1$sFirst)%n"
                                    + "  order 1: actor 'second' (%1$sSecond)%n"
                                    + "  order 1: actor 'secondToo' (%1$sIsRefused$SecondToo)",
                            HERE),
                    First.class,
                    SecondToo.class,
                    Second.class);
        }

        @SupervisedActor(shutdown = "soon")
        static class Vague extends Idle {}

        @Test
        void aTimeThatIsNone() {
            refused(
                    "The attribute 'shutdown' of actor 'vague' (%sIsRefused$Vague) must be a duration such as \"5s\" or \"500ms\": \"soon\"."
                            .formatted(HERE),
                    Vague.class);
        }

        @Supervisor(value = "negative", intensity = -1)
        static class NegativeIntensity {}

        @SupervisedActor(supervisor = NegativeIntensity.class)
        static class BelowNegative extends Idle {}

        @Test
        void aNegativeIntensity() {
            refused(
                    "The attribute 'intensity' of supervisor %sIsRefused$NegativeIntensity must not be negative: -1."
                            .formatted(HERE),
                    BelowNegative.class);
        }

        @Supervisor(value = "timeless", period = "${period}")
        static class Timeless {}

        @SupervisedActor(supervisor = Timeless.class)
        static class BelowTimeless extends Idle {}

        @ParameterizedTest
        @CsvSource({
            "0s, longer than zero",
            "-5s, longer than zero",
            "99999999999999999d, 'such as \"5s\" or \"500ms\"'",
            "9999999999999999999999s, 'such as \"5s\" or \"500ms\"'"
        })
        void aPeriodThatIsNone(String period, String wanted) {
            runner.withUserConfiguration(BelowTimeless.class)
                    .withPropertyValues("period=" + period)
                    .run(
                            context ->
                                    refused(
                                            "The attribute 'period' of supervisor %sIsRefused$Timeless must be a duration %s: \"%s\"."
                                                    .formatted(HERE, wanted, period),
                                            context));
        }

        @SupervisedActor(initTimeout = "${init}", shutdown = "${shutdown}")
        static class Timed extends Idle {}

        @ParameterizedTest
        @CsvSource({
            "0s, 5s, initTimeout, 0s",
            "-1s, 5s, initTimeout, -1s",
            "5s, -1ms, shutdown, -1ms"
        })
        void aTimeThatMakesNoSense(String init, String shutdown, String attribute, String value) {
            runner.withUserConfiguration(Timed.class)
                    .withPropertyValues("init=" + init, "shutdown=" + shutdown)
                    .run(
                            context ->
                                    assertThat(context)
                                            .getFailure()
                                            .rootCause()
                                            .isInstanceOf(TreeDeclarationException.class)
                                            .message()
                                            .startsWith(
                                                    "The attribute '%s' of actor 'timed' (%sIsRefused$Timed) must be a duration "
                                                            .formatted(attribute, HERE))
                                            .endsWith(": \"" + value + "\"."));
        }

        @ParameterizedTest
        @CsvSource({
            "otp.supervision.startup-timeout, -1s, must not be negative: PT-1S",
            "otp.supervision.shutdown-timeout, -1s, must not be negative: PT-1S",
            "otp.supervision.init-timeout, 0s, must be positive: PT0S",
            "otp.supervision.init-timeout, -1s, must be positive: PT-1S",
            "otp.mailbox.hold, 0, must be positive: 0",
            "otp.mailbox.hold, -1, must be positive: -1"
        })
        void aPropertyThatMakesNoSense(String property, String value, String text) {
            runner.withUserConfiguration(Ant.class)
                    .withPropertyValues(property + "=" + value)
                    .run(
                            context ->
                                    assertThat(context)
                                            .getFailure()
                                            .rootCause()
                                            .hasMessage("'" + property + "' " + text));
        }

        @ParameterizedTest
        @CsvSource({
            "period, 0s, must be positive: PT0S",
            "period, -1s, must be positive: PT-1S",
            "intensity, -1, must not be negative: -1"
        })
        void aToleranceThatMakesNoSense(String name, String value, String text) {
            String property = "otp.supervision.supervisors.root." + name;
            runner.withUserConfiguration(Ant.class)
                    .withPropertyValues(property + "=" + value)
                    .run(
                            context ->
                                    assertThat(context)
                                            .getFailure()
                                            .rootCause()
                                            .hasMessage("'" + property + "' " + text));
        }

        @Configuration
        static class RawFactory {
            @Bean
            @ChildOf(supervisor = Shop.class)
            FactorySupervisor.Builder<?, ?> things() {
                return FactorySupervisor.workerChild((String thing) -> Actor.of(Ant::new).start());
            }
        }

        @Test
        void aFactoryWithoutItsTypes() {
            runner.withUserConfiguration(RawFactory.class)
                    .run(
                            context ->
                                    assertThat(context)
                                            .getFailure()
                                            .isInstanceOf(TreeDeclarationException.class)
                                            .hasMessageStartingWith(
                                                    "The type arguments of factory 'things' are not known:"));
        }

        @Test
        void aToleranceForNobody() {
            runner.withUserConfiguration(First.class)
                    .withPropertyValues("otp.supervision.supervisors.shopp.intensity=1")
                    .run(
                            context ->
                                    refused(
                                            "The property 'otp.supervision.supervisors.shopp' names no supervisor of the tree. The supervisors are: root, shop.",
                                            context));
        }
    }
}

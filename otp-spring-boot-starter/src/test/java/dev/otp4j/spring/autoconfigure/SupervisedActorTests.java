/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class SupervisedActorTests {
    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));

    record ByType(Subject<Counter.Message> any) {}

    record ByParameterName(Subject<Counter.Message> second) {}

    record ByQualifier(@Qualifier("second") Subject<Counter.Message> any) {}

    record ForSupertype(Subject<? super Counter.Add> adding) {}

    @SupervisedActor("second")
    static class Second extends Counter {}

    @Test
    void isStartedAndItsSubjectIsInjectedByItsType() {
        runner.withUserConfiguration(Counter.class)
                .withBean(ByType.class)
                .run(
                        context -> {
                            var counter = context.getBean(ByType.class).any();

                            counter.send(new Counter.Add(5));

                            assertThat(Counter.total(counter)).isEqualTo(5);
                            assertThat(context.getBean("counter")).isSameAs(counter);
                            assertThat(tree(context.getBean(OtpSystem.class)).children())
                                    .extracting(TreeNode::path)
                                    .containsExactly("/counter");
                        });
    }

    @Test
    void isToldApartByParameterNameAndByQualifier() {
        runner.withUserConfiguration(Counter.class, Second.class)
                .withBean(ByParameterName.class)
                .withBean(ByQualifier.class)
                .run(
                        context -> {
                            Object second = context.getBean("second");

                            assertThat(context.getBean(ByParameterName.class).second())
                                    .isSameAs(second)
                                    .isNotSameAs(context.getBean("counter"));
                            assertThat(context.getBean(ByQualifier.class).any()).isSameAs(second);
                        });
    }

    @Test
    void isInjectedWhereASubjectOfOneOfItsMessagesIsEnough() {
        runner.withUserConfiguration(Counter.class)
                .withBean(ForSupertype.class)
                .run(
                        context -> {
                            context.getBean(ForSupertype.class).adding().send(new Counter.Add(2));

                            assertThat(
                                            Counter.total(
                                                    counter(
                                                            context.getBean(OtpSystem.class),
                                                            context)))
                                    .isEqualTo(2);
                        });
    }

    @SuppressWarnings("unchecked")
    private static Subject<Counter.Message> counter(
            OtpSystem system, org.springframework.context.ApplicationContext context) {
        assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
        return (Subject<Counter.Message>) context.getBean("counter");
    }

    record Prices(int one) {}

    @SupervisedActor
    static class Till implements Actor<Integer, Integer> {
        private final Prices prices;
        private final Subject<Counter.Message> counter;

        Till(Prices prices, Subject<Counter.Message> counter) {
            this.prices = prices;
            this.counter = counter;
        }

        @Override
        public Integer init(Subject<Integer> self) {
            counter.send(new Counter.Add(prices.one()));
            return 0;
        }

        @Override
        public Next<Integer, Integer> onMessage(Integer state, Integer message) {
            return Next.continueWith(state);
        }
    }

    @Test
    void hasItsConstructorInjectedAndReachesOthersInItsInitialiser() {
        runner.withUserConfiguration(Till.class, Counter.class)
                .withBean(Prices.class, () -> new Prices(7))
                .withBean(ByType.class)
                .run(
                        context ->
                                assertThat(Counter.total(context.getBean(ByType.class).any()))
                                        .isEqualTo(7));
    }

    @Configuration
    static class OwnSystem {
        @Bean
        OtpSystem ownSystem(RootSupervisor root) {
            return OtpSystem.builder("own").root(root).build();
        }
    }

    @Test
    void runsInASystemThatTheApplicationDefines() {
        runner.withUserConfiguration(Counter.class, OwnSystem.class)
                .withBean(ByType.class)
                .run(
                        context -> {
                            assertThat(context.getBean(OtpSystem.class).name()).isEqualTo("own");
                            assertThat(Counter.total(context.getBean(ByType.class).any())).isZero();
                        });
    }

    @Test
    void startsThoughAllBeansAreLazy() {
        runner.withUserConfiguration(Counter.class)
                .withBean(LazyInitializationBeanFactoryPostProcessor.class)
                .run(
                        context ->
                                assertThat(tree(context.getBean(OtpSystem.class)).children())
                                        .hasSize(1));
    }

    @Test
    void belongsToItsOwnContextIfThatHasAParentWithATree() {
        runner.withUserConfiguration(Counter.class)
                .run(
                        parent -> {
                            runner.withUserConfiguration(Second.class)
                                    .withParent(parent)
                                    .run(
                                            child ->
                                                    assertThat(
                                                                    tree(child.getBean(
                                                                                    OtpSystem
                                                                                            .class))
                                                                            .children())
                                                            .extracting(TreeNode::path)
                                                            .containsExactly("/second"));
                            assertThat(tree(parent.getBean(OtpSystem.class)).children())
                                    .extracting(TreeNode::path)
                                    .containsExactly("/counter");
                        });
    }

    private static TreeNode tree(OtpSystem system) {
        return system.tree(9, 9).orElseThrow();
    }
}

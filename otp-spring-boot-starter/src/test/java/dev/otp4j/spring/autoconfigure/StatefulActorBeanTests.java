/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StatefulActor;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/** Actors that keep their state in fields, and the life of their beans. */
class StatefulActorBeanTests {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final List<String> DIARY = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class))
                    .withBean(Prices.class);

    @BeforeEach
    void newDiary() {
        DIARY.clear();
    }

    static class Prices implements DisposableBean {
        int of(String item) {
            return item.length();
        }

        @Override
        public void destroy() {
            DIARY.add("prices closed");
        }
    }

    @SupervisedActor
    static class Cart implements StatefulActor<Cart.Message> {
        sealed interface Message {}

        record Put(String item) implements Message {}

        record Total(Subject<Integer> replyTo) implements Message {}

        record PutLater(String item) implements Message {}

        record Crash() implements Message {}

        record Stop() implements Message {}

        private final List<String> items = new ArrayList<>();
        private final Prices prices;
        private final Subject<Message> self;
        private final int discount;
        @Autowired private Optional<OtpSystem> system = Optional.empty();

        Cart(Prices prices, Subject<Message> self, @Value("${discount:1}") int discount) {
            this.prices = prices;
            this.self = self;
            this.discount = discount;
        }

        @Override
        public void started(Subject<Message> own) {
            assertThat(own).isEqualTo(self);
            assertThat(system).isPresent();
            DIARY.add("started");
        }

        @Override
        public Step handle(Message message) {
            switch (message) {
                case Put(String item) -> items.add(item);
                case PutLater(String item) -> self.send(new Put(item));
                case Total(var replyTo) ->
                        replyTo.send(items.stream().mapToInt(prices::of).sum() - discount);
                case Crash() -> throw new IllegalStateException("told to crash");
                case Stop() -> {
                    return Step.stop();
                }
            }
            return Step.KEEP;
        }

        @Override
        public void onTerminate(ExitReason reason) {
            DIARY.add("terminated");
        }

        @Override
        public Object snapshot() {
            return List.copyOf(items);
        }

        @PreDestroy
        private void destroy() {
            DIARY.add("destroyed with " + items + ", in its process: " + inProcess());
        }

        private static boolean inProcess() {
            return Processes.selfOrNull() != null;
        }
    }

    record Shop(Subject<Cart.Message> cart) {
        int total() {
            return cart.call(LIMIT, Cart.Total::new);
        }
    }

    @Test
    void keepsItsStateInFieldsAndHasWhatIsInjected() {
        runner.withUserConfiguration(Cart.class, Shop.class)
                .withPropertyValues("discount=2")
                .run(
                        context -> {
                            var shop = context.getBean(Shop.class);

                            shop.cart().send(new Cart.Put("tea"));
                            shop.cart().send(new Cart.PutLater("cake"));

                            await().until(() -> shop.total() == 5);
                            TreeNode root =
                                    context.getBean(OtpSystem.class).tree(1, 9).orElseThrow();
                            assertThat(root.children())
                                    .extracting(TreeNode::path)
                                    .containsExactly("/cart");
                            assertThat(root.children().getFirst().declaredBy())
                                    .isEqualTo(Cart.class);
                        });
    }

    @Test
    void aRestartMakesANewBeanAfterTheOldOneIsDestroyed() {
        runner.withUserConfiguration(Cart.class, Shop.class)
                .run(
                        context -> {
                            var shop = context.getBean(Shop.class);
                            shop.cart().send(new Cart.Put("tea"));

                            shop.cart().send(new Cart.Crash());

                            await().until(() -> DIARY.size() == 4);
                            assertThat(shop.total()).isEqualTo(-1);
                            assertThat(DIARY)
                                    .containsExactly(
                                            "started",
                                            "terminated",
                                            "destroyed with [tea], in its process: true",
                                            "started");
                        });
        assertThat(DIARY.subList(4, DIARY.size()))
                .containsExactly(
                        "terminated", "destroyed with [], in its process: true", "prices closed");
    }

    @SupervisedActor(shutdown = "brutal-kill")
    static class Killed extends Cart {
        Killed(Prices prices, Subject<Message> self) {
            super(prices, self, 0);
        }
    }

    @Test
    void aKilledActorsBeanIsDestroyedBeforeWhatItUses() {
        runner.withUserConfiguration(Killed.class).run(context -> assertThat(DIARY).hasSize(1));

        assertThat(DIARY)
                .containsExactly(
                        "started", "destroyed with [], in its process: false", "prices closed");
    }

    @Test
    void aBeanIsDestroyedWhenItsActorIsKilledWhileTheTreeRuns() {
        runner.withUserConfiguration(Cart.class, Shop.class)
                .run(
                        context -> {
                            var shop = context.getBean(Shop.class);
                            assertThat(shop.total()).isEqualTo(-1);
                            Pid first = shop.cart().owner();

                            Processes.kill(first);

                            await().untilAsserted(
                                            () ->
                                                    assertThat(DIARY)
                                                            .contains(
                                                                    "destroyed with [], in its process: false"));
                            await().until(
                                            () ->
                                                    DIARY.stream().filter("started"::equals).count()
                                                            == 2);
                            assertThat(shop.total()).isEqualTo(-1);
                        });
    }

    @SupervisedActor
    static class NeverStarted extends Cart {
        NeverStarted(Prices prices, Subject<Message> self) {
            super(prices, self, 0);
        }

        @Override
        public void started(Subject<Message> own) {
            throw new IllegalStateException("no connection");
        }
    }

    @Test
    void theBeanOfAFailedStartIsDestroyed() {
        runner.withUserConfiguration(NeverStarted.class)
                .run(context -> assertThat(context).hasFailed());

        assertThat(DIARY)
                .containsExactly("destroyed with [], in its process: false", "prices closed");
    }

    /** The functional form has the same life. */
    @SupervisedActor
    static class Closing implements Actor<String, String>, AutoCloseable {
        @Override
        public String init(Subject<String> self) {
            return "";
        }

        @Override
        public Next<String, String> onMessage(String state, String message) {
            return Next.continueWith(message);
        }

        @Override
        public void close() {
            DIARY.add("closed");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithBeanMethod {
        @Bean(destroyMethod = "end")
        @Scope("prototype")
        Ending ending() {
            return new Ending();
        }
    }

    @SupervisedActor
    static class Ending implements StatefulActor<Integer>, DisposableBean {
        @Override
        public Step handle(Integer message) {
            return Step.KEEP;
        }

        @Override
        public void destroy() {
            DIARY.add("disposed");
        }

        void end() {
            DIARY.add("ended");
        }
    }

    @Test
    void eachWayToDestroyABeanWorks() {
        runner.withUserConfiguration(Closing.class, WithBeanMethod.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(DIARY).containsExactly("disposed", "ended", "closed", "prices closed");
    }
}

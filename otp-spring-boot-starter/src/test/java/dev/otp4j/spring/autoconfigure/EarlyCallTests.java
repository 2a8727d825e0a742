/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpStartException;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.Supervisor;
import dev.otp4j.unfit.Idle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** An initialiser calls an actor that starts later, or sends it a message. */
class EarlyCallTests {
    private static final List<String> HEARD = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(OtpAutoConfiguration.class));

    private abstract static class Calling extends Idle {
        private final Subject<String> other;

        Calling(Subject<String> other) {
            this.other = other;
        }

        @Override
        public String init(Subject<String> self) {
            return other.call(Duration.ofSeconds(5), (Subject<String> reply) -> "call");
        }
    }

    @SupervisedActor(order = 1)
    static class Foo extends Calling {
        Foo(@Qualifier("bar") Subject<String> bar) {
            super(bar);
        }
    }

    @SupervisedActor(order = 2)
    static class Bar extends Idle {
        @Override
        public Next<String, String> onMessage(String state, String message) {
            HEARD.add(message);
            return Next.continueWith(state);
        }
    }

    @SupervisedActor("zoe")
    static class Zoe extends Idle {}

    @SupervisedActor("ann")
    static class Ann extends Calling {
        Ann(@Qualifier("zoe") Subject<String> zoe) {
            super(zoe);
        }
    }

    @Supervisor(order = 7)
    static class Shop {}

    @SupervisedActor(supervisor = Shop.class)
    static class Stock extends Idle {}

    @SupervisedActor(order = 3)
    static class Desk extends Calling {
        Desk(@Qualifier("stock") Subject<String> stock) {
            super(stock);
        }
    }

    private void fails(String text, Class<?>... actors) {
        runner.withUserConfiguration(actors)
                .run(
                        context -> {
                            Throwable failure = context.getStartupFailure();
                            assertThat(failure)
                                    .hasRootCauseMessage(
                                            text
                                                    + "; sends wait until it has started, calls fail at once");
                            assertThat(failure).hasStackTraceContaining("OtpStartException");
                            var analysis =
                                    new StartFailureAnalyzer(new DefaultListableBeanFactory())
                                            .analyze(failure, cause(failure));
                            assertThat(analysis.getDescription()).contains(text);
                            assertThat(analysis.getAction()).contains("a higher 'order'");
                        });
    }

    private static OtpStartException cause(Throwable failure) {
        Throwable at = failure;
        while (!(at instanceof OtpStartException found)) at = at.getCause();
        return found;
    }

    @Test
    void isToldInWhichOrderTheTwoStart() {
        fails(
                "'/bar' is not started yet: 'bar' starts after 'foo' (order 2 > 1)",
                Foo.class,
                Bar.class);
    }

    @Test
    void isToldThatEqualOrdersStartByName() {
        fails(
                "'/zoe' is not started yet: 'zoe' starts after 'ann' (both have order 0, and"
                        + " children of equal order start by name)",
                Ann.class,
                Zoe.class);
    }

    @Test
    void isToldWhereTheirWaysPart() {
        fails(
                "'/shop/stock' is not started yet: 'shop' starts after 'desk' (order 7 > 3)",
                Desk.class,
                Stock.class);
    }

    @SupervisedActor(order = 1)
    static class Sender extends Idle {
        private final Subject<String> bar;

        Sender(@Qualifier("bar") Subject<String> bar) {
            this.bar = bar;
        }

        @Override
        public String init(Subject<String> self) {
            bar.send("early");
            return "";
        }
    }

    @Test
    void mayBeSentMessagesThatWait() {
        HEARD.clear();
        runner.withUserConfiguration(Sender.class, Bar.class)
                .run(context -> await().until(() -> HEARD.equals(List.of("early"))));
    }
}

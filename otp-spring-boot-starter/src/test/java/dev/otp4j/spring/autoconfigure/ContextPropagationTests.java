/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.MessageContext;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;
import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Messages carry what Micrometer's context-propagation captures, and what beans capture. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class ContextPropagationTests {
    private static final String KEY = "otp.test.user";
    private static final ThreadLocal<@Nullable String> USER = new ThreadLocal<>();

    private final ApplicationContextRunner off =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    OtpAutoConfiguration.class,
                                    OtpContextAutoConfiguration.class,
                                    OtpObservationAutoConfiguration.class))
                    .withUserConfiguration(Runs.First.class);
    private final ApplicationContextRunner on =
            off.withPropertyValues("otp.context.propagation=true");

    @BeforeEach
    void register() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
    }

    @AfterEach
    void nothingIsLeft() {
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        assertThat(USER.get()).isNull();
    }

    private static void with(String user, Runnable code) {
        USER.set(user);
        try {
            code.run();
        } finally {
            USER.remove();
        }
    }

    private static String asked(Subject<Runnable> actor) throws Exception {
        var seen = new CompletableFuture<String>();
        actor.send(() -> seen.complete(String.valueOf(USER.get())));
        return seen.get(10, TimeUnit.SECONDS);
    }

    private static void assertUser(Subject<Runnable> actor, String user, String seen) {
        with(
                user,
                () -> {
                    try {
                        assertThat(asked(actor)).isEqualTo(seen);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void handlersHaveTheThreadLocalsOfTheirSenders() {
        on.run(
                context -> {
                    Subject<Runnable> first = Runs.first(context);

                    assertUser(first, "a", "a");
                    assertUser(first, "b", "b");
                    assertThat(asked(first)).isEqualTo("null");
                });
    }

    @Test
    void byDefaultTheyDoNot() {
        off.run(context -> assertUser(Runs.first(context), "a", "null"));
    }

    @Test
    void theCurrentObservationIsAmongThem() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(observed -> true);
        on.run(
                context -> {
                    Subject<Runnable> first = Runs.first(context);
                    Observation request = Observation.start("request", registry);
                    var seen = new CompletableFuture<@Nullable Observation>();

                    request.scoped(
                            () ->
                                    first.send(
                                            () -> seen.complete(registry.getCurrentObservation())));

                    assertThat(seen.get(10, TimeUnit.SECONDS)).isSameAs(request);
                });
    }

    @Test
    void withoutTheLibraryAWarningSaysThatItHasNoEffect(CapturedOutput output) {
        on.withClassLoader(new FilteredClassLoader("io.micrometer.context"))
                .run(context -> assertUser(Runs.first(context), "a", "null"));

        assertThat(output).contains("'otp.context.propagation=true' has no effect");
    }

    @Test
    void observationsWithoutARegistryAreWarnedOf(CapturedOutput output) {
        off.withPropertyValues("otp.observation.enabled=true")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(output).contains("'otp.observation.enabled=true' has no effect");
    }

    @Test
    void nothingIsWarnedOfWhereThereIsAllThatIsNeeded(CapturedOutput output) {
        on.withPropertyValues("otp.observation.enabled=true")
                .withBean(ObservationRegistry.class, ObservationRegistry::create)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(output).doesNotContain("has no effect");
    }

    /** Opens and closes, and says so. */
    private record Noting(String name, List<String> seen) implements MessageContext {
        @Override
        public Token capture(Outgoing message) {
            return (Pid receiver, Object taken) -> {
                seen.add("open " + name);
                return thrown -> seen.add("close " + name);
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {
        final List<String> seen = new CopyOnWriteArrayList<>();

        @Bean
        @Order(2)
        MessageContext inner() {
            return new Noting("inner", seen);
        }

        @Bean
        @Order(1)
        MessageContext outer() {
            return new Noting("outer", seen);
        }

        @Bean
        @Order(3)
        MessageContext broken() {
            return message ->
                    (receiver, taken) -> {
                        if (message.kind() == MessageContext.Kind.SEND) return null;
                        throw new IllegalStateException("cannot open");
                    };
        }
    }

    @Test
    void beansAreOpenedInTheirOrderAndClosedInTheReverseOrder() {
        off.withUserConfiguration(Beans.class)
                .run(
                        context -> {
                            asked(Runs.first(context));
                            // a second message: the scope of the first is closed by then
                            asked(Runs.first(context));

                            assertThat(List.copyOf(context.getBean(Beans.class).seen).subList(0, 4))
                                    .containsExactly(
                                            "open outer",
                                            "open inner",
                                            "close inner",
                                            "close outer");
                        });
    }

    @Test
    void ifOneCannotBeOpenedThoseBeforeItAreClosed() {
        off.withUserConfiguration(Beans.class)
                .run(
                        context -> {
                            String reply =
                                    Runs.first(context)
                                            .<String>call(to -> () -> to.send("handled"));

                            assertThat(reply).isEqualTo("handled");
                            assertThat(context.getBean(Beans.class).seen)
                                    .containsExactly(
                                            "open outer",
                                            "open inner",
                                            "close inner",
                                            "close outer");
                        });
    }
}

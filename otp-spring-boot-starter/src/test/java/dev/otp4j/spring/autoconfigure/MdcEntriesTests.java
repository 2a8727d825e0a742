/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Messages carry chosen entries of the MDC, also if there is no Micrometer at all. */
@Timeout(60)
class MdcEntriesTests {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final ApplicationContextRunner off =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    OtpAutoConfiguration.class,
                                    OtpContextAutoConfiguration.class,
                                    OtpObservationAutoConfiguration.class))
                    .withUserConfiguration(Runs.First.class, Runs.Second.class)
                    .withClassLoader(new FilteredClassLoader("io.micrometer"));
    private final ApplicationContextRunner on =
            off.withPropertyValues(
                    "otp.context.propagation=true", "otp.context.mdc-keys=tenant, request");

    @AfterEach
    void nothingIsLeft() {
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    private static void with(String tenant, Runnable code) {
        try (var put = MDC.putCloseable("tenant", tenant);
                var other = MDC.putCloseable("other", "not chosen")) {
            code.run();
        }
    }

    private static String entries() {
        return MDC.get("tenant") + " " + MDC.get("request") + " " + MDC.get("other");
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void run(ApplicationContextRunner runner, Consumer<BeanFactory> test) {
        runner.run(
                context -> {
                    assertThat(context).hasNotFailed();
                    test.accept(context);
                });
    }

    @Test
    void handlersHaveTheChosenEntriesOfTheirSenders() {
        run(
                on,
                beans -> {
                    Subject<Runnable> first = Runs.first(beans);
                    var sent = new CompletableFuture<String>();
                    var plain = new CompletableFuture<String>();

                    with("a", () -> first.send(() -> sent.complete(entries())));
                    first.send(() -> plain.complete(entries()));

                    assertThat(get(sent)).isEqualTo("a null null");
                    assertThat(get(plain)).isEqualTo("null null null");
                    with(
                            "b",
                            () -> {
                                String called =
                                        first.<String>call(reply -> () -> reply.send(entries()));
                                assertThat(called).isEqualTo("b null null");
                                assertThat(MDC.get("tenant")).isEqualTo("b");
                                String later =
                                        get(
                                                first.<String>callAsync(
                                                                Duration.ofSeconds(5),
                                                                reply -> () -> reply.send("done"))
                                                        .thenApply(done -> MDC.get("tenant")));
                                assertThat(later).isEqualTo("b");
                            });
                });
    }

    @Test
    void theyGoOnToFurtherActorsAndNoneSeesThoseOfAnother() {
        run(
                on,
                beans -> {
                    Subject<Runnable> first = Runs.first(beans);
                    Subject<Runnable> second = Runs.second(beans);
                    boolean handedOver = false;
                    for (int round = 0; round < 1_000 && !handedOver; round++) {
                        var threads = new CopyOnWriteArrayList<Thread>();
                        var went = new CompletableFuture<String>();
                        var without = new CompletableFuture<String>();
                        with(
                                "a",
                                () ->
                                        first.send(
                                                () -> {
                                                    threads.add(Thread.currentThread());
                                                    second.send(() -> went.complete(entries()));
                                                }));
                        assertThat(get(went)).isEqualTo("a null null");
                        with(
                                "b",
                                () ->
                                        first.send(
                                                () -> {
                                                    threads.add(Thread.currentThread());
                                                    MDC.remove("tenant");
                                                    second.send(
                                                            () -> {
                                                                threads.add(Thread.currentThread());
                                                                without.complete(entries());
                                                            });
                                                }));
                        assertThat(get(without)).isEqualTo("null null null");
                        handedOver = threads.get(1) == threads.get(2);
                    }
                    assertThat(handedOver).isTrue();
                });
    }

    @Test
    void aTimerCarriesThemOnceAndAPeriodicOneNever() {
        run(
                on,
                beans -> {
                    Subject<Runnable> first = Runs.first(beans);
                    List<String> seen = new CopyOnWriteArrayList<>();
                    List<String> ticks = new CopyOnWriteArrayList<>();
                    var done = new CountDownLatch(3);
                    var ticked = new CountDownLatch(2);
                    class Again implements Runnable {
                        @Override
                        public void run() {
                            seen.add(entries());
                            done.countDown();
                            first.sendAfter(SHORT, this);
                        }
                    }
                    Runnable tick =
                            () -> {
                                ticks.add(entries());
                                ticked.countDown();
                            };

                    with("a", () -> first.send(new Again()));
                    with("b", () -> first.sendEvery(SHORT, tick));

                    await(done);
                    await(ticked);
                    assertThat(List.copyOf(seen).subList(0, 3))
                            .containsExactly("a null null", "a null null", "null null null");
                    assertThat(ticks).containsOnly("null null null");
                });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anActorThatIsRestartedGetsThemToo() {
        run(
                on,
                beans -> {
                    Subject<Runnable> first = Runs.first(beans);
                    for (int round = 0; round < 2; round++) {
                        var seen = new CompletableFuture<String>();

                        Processes.kill(first.owner());
                        with("a", () -> first.send(() -> seen.complete(entries())));

                        assertThat(get(seen)).isEqualTo("a null null");
                    }
                });
    }

    @Test
    void byDefaultNothingIsCarried() {
        run(
                off,
                beans -> {
                    Subject<Runnable> first = Runs.first(beans);
                    var seen = new CompletableFuture<String>();

                    with("a", () -> first.send(() -> seen.complete(entries())));

                    assertThat(get(seen)).isEqualTo("null null null");
                });
    }

    @Test
    void keysWithoutPropagationFailTheStart() {
        off.withPropertyValues("otp.context.mdc-keys=tenant,request")
                .run(
                        context ->
                                assertThat(context.getStartupFailure())
                                        .rootCause()
                                        .hasMessage(
                                                "'otp.context.mdc-keys=tenant,request' needs"
                                                        + " 'otp.context.propagation=true'"));
    }

    @Test
    void thePathOfTheSenderIsNotCarried() {
        on.withPropertyValues("otp.context.mdc-keys=otp.path")
                .run(
                        context ->
                                assertThat(context.getStartupFailure())
                                        .rootCause()
                                        .hasMessageContaining("must not contain 'otp.path'"));
    }
}

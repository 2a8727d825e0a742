/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.process.CallException;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.observation.DefaultOtpObservationConvention;
import dev.otp4j.spring.observation.MessageObservations;
import dev.otp4j.spring.observation.OtpObservationContext;
import dev.otp4j.spring.observation.OtpObservationConvention;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.tck.TestObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;

/** Calls and handled messages are observations, also without tracing. */
@Timeout(60)
class MessageObservationTests {
    /** Remembers each observation that stopped, with its key values. */
    private static final class Stopped implements ObservationHandler<OtpObservationContext> {
        final List<String> all = new CopyOnWriteArrayList<>();

        @Override
        public void onStop(OtpObservationContext context) {
            KeyValues keys = context.getLowCardinalityKeyValues();
            var text = new StringBuilder(context.getName());
            keys.forEach(
                    key ->
                            text.append(' ')
                                    .append(key.getKey())
                                    .append('=')
                                    .append(key.getValue()));
            if (context.getError() != null) {
                text.append(" error=").append(context.getError().getClass().getSimpleName());
            }
            all.add(text.toString());
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof OtpObservationContext;
        }
    }

    record Ping() implements Runnable {
        @Override
        public void run() {}
    }

    record Boom() implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("boom");
        }
    }

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final Stopped stopped = new Stopped();
    private final ApplicationContextRunner off =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    OtpAutoConfiguration.class,
                                    OtpContextAutoConfiguration.class,
                                    OtpObservationAutoConfiguration.class))
                    .withUserConfiguration(Runs.First.class, Runs.Second.class)
                    .withBean(TestObservationRegistry.class, () -> registry);
    private final ApplicationContextRunner on =
            off.withPropertyValues("otp.observation.enabled=true");

    private void run(
            ApplicationContextRunner runner, ContextConsumer<AssertableApplicationContext> test) {
        registry.observationConfig().observationHandler(stopped);
        runner.run(
                context -> {
                    assertThat(context).hasNotFailed();
                    test.accept(context);
                });
    }

    private void awaitStopped(int count) {
        await().pollInterval(Duration.ofMillis(2)).until(() -> stopped.all.size() >= count);
    }

    @Test
    void aCallAndItsHandlingAreObserved() {
        run(
                on,
                context -> {
                    String reply = Runs.first(context).<String>call(to -> () -> to.send("done"));

                    assertThat(reply).isEqualTo("done");
                    awaitStopped(2);
                    assertThat(stopped.all)
                            .containsExactlyInAnyOrder(
                                    "otp.call actor=first kind=call message=lambda outcome=replied",
                                    "otp.handle actor=first kind=call message=lambda outcome=handled");
                    assertThat(registry)
                            .hasObservationWithNameEqualTo("otp.call")
                            .that()
                            .hasContextualNameEqualTo("call first")
                            .hasHighCardinalityKeyValue("otp.path", "/first");
                    assertThat(registry)
                            .hasObservationWithNameEqualTo("otp.handle")
                            .that()
                            .hasParentObservationContextSatisfying(
                                    parent -> assertThat(parent.getName()).isEqualTo("otp.call"));
                });
    }

    @Test
    void eachEndOfACallIsAnOutcome() {
        run(
                on,
                context -> {
                    Subject<Runnable> first = Runs.first(context);
                    var release = new CountDownLatch(1);

                    first.tryCall(
                            Duration.ofSeconds(5),
                            to -> () -> to.fail(new IllegalArgumentException("no")));
                    first.tryCall(Duration.ofMillis(1), to -> () -> awaitQuietly(release));
                    release.countDown();
                    first.callAsync(Duration.ofSeconds(5), to -> () -> {}).cancel(true);
                    first.tryCall(Duration.ofSeconds(5), to -> new Boom());

                    awaitStopped(8);
                    assertThat(calls())
                            .containsExactly(
                                    "refused error=IllegalArgumentException",
                                    "timed-out error=TimedOut",
                                    "left",
                                    "callee-down error=CalleeDown");
                    assertThat(stopped.all)
                            .contains(
                                    "otp.handle actor=first kind=call"
                                            + " message=MessageObservationTests.Boom outcome=failed"
                                            + " error=IllegalStateException");
                });
    }

    private List<String> calls() {
        return stopped.all.stream()
                .filter(text -> text.startsWith("otp.call"))
                .map(text -> text.substring(text.indexOf("outcome=") + "outcome=".length()))
                .toList();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHandlerOfAnActorThatIsKilledHasEnded() {
        run(
                on,
                context -> {
                    Subject<Runnable> first = Runs.first(context);
                    var begun = new CountDownLatch(1);
                    first.send(
                            () -> {
                                begun.countDown();
                                Processes.sleep(Duration.ofSeconds(10));
                            });
                    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

                    Processes.kill(first.owner());

                    awaitStopped(1);
                    assertThat(stopped.all)
                            .containsExactly(
                                    "otp.handle actor=first kind=send message=lambda outcome=ended");
                });
    }

    private String parentOf(AssertableApplicationContext context) throws Exception {
        Subject<Runnable> first = Runs.first(context);
        Observation request = Observation.start("request", registry);
        var parent = new CompletableFuture<String>();
        request.scoped(
                () ->
                        first.send(
                                () -> {
                                    Observation own = registry.getCurrentObservation();
                                    parent.complete(
                                            own == null ? "not observed" : nameOfParent(own));
                                }));
        return parent.get(10, TimeUnit.SECONDS);
    }

    private static String nameOfParent(Observation observation) {
        var parent = observation.getContextView().getParentObservation();
        String own = observation.getContextView().getName();
        return parent == null ? own + " alone" : own + " of " + parent.getContextView().getName();
    }

    @Test
    void aSendHasNoParentByDefault() {
        run(on, context -> assertThat(parentOf(context)).isEqualTo("otp.handle alone"));
    }

    @Test
    void aSendIsAChildOnRequest() {
        run(
                on.withPropertyValues("otp.observation.sends=child"),
                context -> assertThat(parentOf(context)).isEqualTo("otp.handle of request"));
    }

    /** Sends itself to the other actor, so that the two of them never end by themselves. */
    private final class Ball implements Runnable {
        private final Subject<Runnable> to;
        private final Subject<Runnable> back;
        private final int left;
        private final List<Integer> depths;
        private final CountDownLatch done;

        Ball(
                Subject<Runnable> to,
                Subject<Runnable> back,
                int left,
                List<Integer> depths,
                CountDownLatch done) {
            this.to = to;
            this.back = back;
            this.left = left;
            this.depths = depths;
            this.done = done;
        }

        @Override
        public void run() {
            depths.add(depth(registry.getCurrentObservation()));
            if (left > 0) back.send(new Ball(back, to, left - 1, depths, done));
            else done.countDown();
        }
    }

    private static int depth(@Nullable ObservationView observation) {
        int depth = 0;
        while (observation != null) {
            depth++;
            observation = observation.getContextView().getParentObservation();
        }
        return depth;
    }

    @Test
    void actorsThatSendToEachOtherWithoutEndDoNotNestWithoutEnd() {
        run(
                on.withPropertyValues("otp.observation.sends=child"),
                context -> {
                    Subject<Runnable> first = Runs.first(context);
                    Subject<Runnable> second = Runs.second(context);
                    List<Integer> depths = new CopyOnWriteArrayList<>();
                    var done = new CountDownLatch(1);

                    first.send(new Ball(first, second, 300, depths, done));

                    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
                    assertThat(depths).contains(100).allMatch(depth -> depth <= 101);
                });
    }

    /** Calls the other actor with itself, and does not wait for the reply. */
    private static Runnable asking(
            ObservationRegistry registry,
            Subject<Runnable> next,
            Subject<Runnable> other,
            List<Integer> depths,
            CountDownLatch left) {
        return () -> {
            depths.add(depth(registry.getCurrentObservation()));
            left.countDown();
            if (left.getCount() == 0) return;
            var unused =
                    next.<String>callAsync(
                            Duration.ofSeconds(10),
                            to -> asking(registry, other, next, depths, left));
        };
    }

    @Test
    void norDoActorsThatCallEachOtherWithoutWaiting() {
        run(
                on,
                context -> {
                    Subject<Runnable> first = Runs.first(context);
                    Subject<Runnable> second = Runs.second(context);
                    List<Integer> depths = new CopyOnWriteArrayList<>();
                    var left = new CountDownLatch(300);

                    first.send(asking(registry, second, first, depths, left));

                    assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
                    assertThat(depths)
                            .anyMatch(depth -> depth > 90)
                            .allMatch(depth -> depth <= 110);
                });
    }

    @Test
    void aSendIsNotObservedOnRequest() {
        run(
                on.withPropertyValues("otp.observation.sends=none"),
                context -> assertThat(parentOf(context)).isEqualTo("not observed"));
    }

    @Test
    void propagationDoesNotMakeTheSenderTheParent() {
        run(
                on.withPropertyValues("otp.context.propagation=true"),
                context -> assertThat(parentOf(context)).isEqualTo("otp.handle alone"));
    }

    @Test
    void byDefaultNothingIsObserved() {
        run(
                off,
                context -> {
                    assertThat(context).doesNotHaveBean(MessageObservations.class);
                    assertThat(parentOf(context)).isEqualTo("not observed");
                });
    }

    @Test
    void theObservationsOfBootCanBeSwitchedOff() {
        registry.observationConfig()
                .observationPredicate((name, context) -> !name.startsWith("otp."));
        run(
                on,
                context -> {
                    assertThat(parentOf(context)).isEqualTo("not observed");
                    String reply = Runs.first(context).<String>call(to -> () -> to.send("done"));
                    assertThat(reply).isEqualTo("done");
                    assertThat(stopped.all).isEmpty();
                });
    }

    @Test
    void aBeanReplacesTheConvention() {
        OtpObservationConvention own =
                new DefaultOtpObservationConvention() {
                    @Override
                    public String getName(OtpObservationContext context) {
                        return "shop." + super.getName(context);
                    }

                    @Override
                    public KeyValues getLowCardinalityKeyValues(OtpObservationContext context) {
                        return KeyValues.of("team", "billing");
                    }
                };
        run(
                on.withBean(OtpObservationConvention.class, () -> own),
                context -> {
                    Runs.first(context).send(new Ping());

                    awaitStopped(1);
                    assertThat(stopped.all).containsExactly("shop.otp.handle team=billing");
                });
    }

    @Test
    void aConventionThatThrowsLosesNoMessage() {
        OtpObservationConvention broken =
                new DefaultOtpObservationConvention() {
                    @Override
                    public KeyValues getLowCardinalityKeyValues(OtpObservationContext context) {
                        throw new IllegalStateException("no key values");
                    }
                };
        run(
                on.withBean(OtpObservationConvention.class, () -> broken),
                context -> {
                    Subject<Runnable> first = Runs.first(context);
                    var handled = new CompletableFuture<@Nullable Observation>();

                    first.send(() -> handled.complete(registry.getCurrentObservation()));

                    assertThat(handled.get(10, TimeUnit.SECONDS)).isNull();
                    assertThat(first.<String>call(to -> () -> to.send("done"))).isEqualTo("done");
                });
    }

    @Test
    void nothingIsMissedWithoutTracing() {
        run(
                on.withClassLoader(
                        new FilteredClassLoader("io.micrometer.tracing", "io.opentelemetry")),
                context -> {
                    assertThat(context).hasSingleBean(MessageObservations.class);
                    assertThat(parentOf(context)).isEqualTo("otp.handle alone");
                });
    }

    @Test
    void itWorksWithTheRegistryOfBootAndItsSwitch() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(
                                ObservationAutoConfiguration.class,
                                OtpAutoConfiguration.class,
                                OtpObservationAutoConfiguration.class))
                .withUserConfiguration(Runs.First.class)
                .withBean(Stopped.class, () -> stopped)
                .withPropertyValues("otp.observation.enabled=true")
                .run(
                        context -> {
                            assertThat(context).hasSingleBean(ObservationRegistry.class);
                            Runs.first(context).send(new Ping());
                            awaitStopped(1);
                        });
    }

    @Test
    void callsOfNobodyAreRefusedAsBefore() {
        run(
                on,
                context -> {
                    Subject<Runnable> first = Runs.first(context);
                    var failure = new CompletableFuture<Throwable>();

                    first.send(
                            () -> {
                                try {
                                    first.<String>call(to -> () -> {});
                                } catch (CallException.CallingSelf refused) {
                                    failure.complete(refused);
                                }
                            });

                    assertThat(failure.get(10, TimeUnit.SECONDS)).isNotNull();
                    awaitStopped(2);
                    assertThat(calls()).containsExactly("calling-self error=CallingSelf");
                });
    }
}

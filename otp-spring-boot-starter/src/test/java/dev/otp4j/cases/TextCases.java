/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpStartException;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.CallException;
import dev.otp4j.process.CallResult;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** User code that fails when the engine asks it for a text, a cause or a reaction. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TextCases {
    static final class Mute {
        @Override
        public String toString() {
            throw new IllegalStateException("has no text");
        }
    }

    static final class Mirror {
        Mirror other;

        static Mirror pair() {
            var one = new Mirror();
            one.other = new Mirror();
            one.other.other = one;
            return one;
        }

        @Override
        public String toString() {
            return "opposite of " + other;
        }
    }

    static final class Speechless extends RuntimeException {
        @Override
        public String getMessage() {
            throw new IllegalStateException("has no message");
        }
    }

    static final class Causeless extends RuntimeException {
        Causeless() {
            super("causeless");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("has no cause");
        }
    }

    enum End {
        MUTE(Mute.class, () -> Next.stopAbnormal(new Mute())),
        MIRROR(Mirror.class, () -> Next.stopAbnormal(Mirror.pair())),
        SPEECHLESS(
                Speechless.class,
                () -> {
                    throw new Speechless();
                });

        final Class<?> culprit;
        final Supplier<Next<Integer, Ask>> reaction;

        End(Class<?> culprit, Supplier<Next<Integer, Ask>> reaction) {
            this.culprit = culprit;
            this.reaction = reaction;
        }
    }

    record Ask(End end, Subject<String> replyTo) {}

    private static final class Ender implements Actor<Integer, Ask> {
        @Override
        public Integer init(Subject<Ask> self) {
            return 0;
        }

        @Override
        public Next<Integer, Ask> onMessage(Integer state, Ask ask) {
            return ask.end().reaction.get();
        }
    }

    @Tag("E2")
    @ParameterizedTest
    @EnumSource(End.class)
    void callersOfAnActorWhoseReasonHasNoTextAreToldThatItIsDown(End end) throws Exception {
        try (var one = OneWorker.<Ask>of("ender", Ender::new)) {
            var soft = new SoftAssertions();
            Subject<Ask> ender = one.worker();

            soft.assertThatThrownBy(
                            () ->
                                    ender.call(
                                            Probe.PATIENCE, (Subject<String> r) -> new Ask(end, r)))
                    .as("call")
                    .isInstanceOf(CallException.CalleeDown.class);
            soft.assertThat(tried(ender, end)).as("tryCall").contains("CalleeDown");
            soft.assertThat(asynchronous(ender, end)).as("callAsync").contains("CalleeDown");
            soft.assertAll();
        }
    }

    private static String tried(Subject<Ask> ender, End end) {
        try {
            CallResult<String> result =
                    ender.tryCall(Probe.PATIENCE, (Subject<String> r) -> new Ask(end, r));
            return result instanceof CallResult.Failed<String>(CallException failure)
                    ? failure.getClass().getName()
                    : "replied";
        } catch (Throwable foreign) {
            return "threw " + foreign.getClass().getName();
        }
    }

    private static String asynchronous(Subject<Ask> ender, End end) throws Exception {
        CompletableFuture<String> future =
                ender.callAsync(Duration.ofSeconds(1), (Subject<String> r) -> new Ask(end, r));
        try {
            return "replied " + future.get(3, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            return "failed with " + failed.getCause().getClass().getName();
        } catch (TimeoutException late) {
            return "still open";
        }
    }

    @Tag("E2")
    @ParameterizedTest
    @EnumSource(End.class)
    void bothLinesAboutAReasonWithoutTextNameTheClassWhoseTextFailed(End end) {
        try (var lines = new Lines();
                var one = OneWorker.<Ask>of("ender", Ender::new)) {
            one.worker().send(new Ask(end, null));
            one.awaitRestarts(1);

            String culprit = end.culprit.getSimpleName();
            await().atMost(Probe.PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertThat(lines.with("context=crash", culprit))
                                        .as("crash line in %s", lines.all())
                                        .hasSize(1);
                                assertThat(lines.with("context=child_terminated", culprit))
                                        .as("supervisor's line in %s", lines.all())
                                        .hasSize(1);
                            });
        }
    }

    @Test
    @Tag("A4")
    void anActorWhoseExceptionHasAFailingCauseIsStartedAgain() {
        try (var one = OneWorker.<Probe.Message>of("causeless", Probe::new)) {
            one.worker().send(new Probe.Fail(new Causeless()));

            one.awaitRestarts(1);
            assertThat(Probe.total(one.worker())).isZero();
            assertThat(one.system().state()).isEqualTo(OtpSystem.State.RUNNING);
        }
    }

    @Test
    @Tag("A4")
    void aStartFunctionWhoseExceptionHasAFailingCauseFailsTheStartWithAText() {
        OtpSystem system =
                OtpSystem.builder("cases")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .add(
                                                        ChildSpecification.worker(
                                                                "rude",
                                                                () -> {
                                                                    throw new Causeless();
                                                                })))
                        .build();
        try (system) {
            assertThatThrownBy(system::start)
                    .isInstanceOf(OtpStartException.class)
                    .hasMessageContaining("rude")
                    .hasMessageContaining("auseless");
        }
    }

    private static final class Thrower implements SupervisorListener {
        private final boolean atCount;

        Thrower(boolean atCount) {
            this.atCount = atCount;
        }

        @Override
        public void counted(SupervisorReport report) {
            if (atCount) throw Sneaky.as(new IOException("checked"));
        }

        @Override
        public void processEnded(Pid pid, ExitReason reason) {
            if (!atCount) throw Sneaky.as(new IOException("checked"));
        }
    }

    @Test
    @Tag("A5")
    void aListenerThatThrowsACheckedExceptionWhenItCountsIsLoggedAndDropped() {
        checkedExceptionIsLogged(new Thrower(true));
    }

    @Test
    @Tag("A5")
    void aListenerThatThrowsACheckedExceptionWhenAProcessEndsIsLoggedAndDropped() {
        checkedExceptionIsLogged(new Thrower(false));
    }

    private static void checkedExceptionIsLogged(ProcessListener listener) {
        try (var lines = new Lines();
                var one =
                        OneWorker.<Probe.Message>of(
                                "probe", Probe::new, 10, builder -> builder.listener(listener))) {
            one.worker().send(Probe.fail("told to"));

            one.awaitRestarts(1);
            assertThat(Probe.total(one.worker())).isZero();
            assertThat(one.system().state()).isEqualTo(OtpSystem.State.RUNNING);
            await().untilAsserted(
                            () ->
                                    assertThat(lines.with("IOException"))
                                            .as("lines: %s", lines.all())
                                            .isNotEmpty());
        }
    }

    private static final class ReturnsNull implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            return null;
        }
    }

    @Test
    @Tag("N1")
    void aHandlerThatReturnsNullFailsWithATextThatNamesTheActorAndWhatToReturn() {
        List<CrashReport> crashes = new CopyOnWriteArrayList<>();
        ProcessListener listener =
                new ProcessListener() {
                    @Override
                    public void processCrashed(CrashReport report) {
                        crashes.add(report);
                    }
                };
        try (var one =
                OneWorker.<String>of(
                        "nullish", ReturnsNull::new, 10, builder -> builder.listener(listener))) {
            one.worker().send("anything");

            await().until(() -> !crashes.isEmpty());
            Throwable thrown = ExitReason.throwableOf(crashes.getFirst().reason()).orElse(null);
            assertThat(thrown).hasMessageContaining("ReturnsNull").hasMessageContaining("Next");
        }
    }
}

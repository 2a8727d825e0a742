/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class OtpExtensionTests {

    /** The outcomes of test classes that run with JUnit inside of a test. */
    private static final class Outcomes implements TestExecutionListener {
        private final List<String> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        private int tests;

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) tests++;
            result.getThrowable().map(Throwable::toString).ifPresent(failures::add);
        }
    }

    private static Outcomes outcomes(String method) {
        var outcomes = new Outcomes();
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectMethod(Leaking.class, method))
                        .configurationParameter(TestLimits.TIMEOUT, "50ms")
                        .build();
        LauncherFactory.create().execute(request, outcomes);
        assertThat(outcomes.tests).isEqualTo(1);
        return outcomes;
    }

    @AfterEach
    void forgetTheLimit() {
        TestLimits.readFrom(System::getProperty);
    }

    private static Subject<Runnable> actor(ProcessRuntime runtime) {
        return Actor.startingWith(() -> 0)
                .onMessage(
                        (Integer state, Runnable code) -> {
                            code.run();
                            return Next.continueWith(state);
                        })
                .runtime(runtime)
                .start()
                .data();
    }

    private static OtpSystem system() {
        return OtpSystem.builder("leaking")
                .root(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .add(
                                                ChildSpecification.worker(
                                                        "worker",
                                                        Actor.startingWith(() -> 0)
                                                                        .onMessage(
                                                                                (Integer s,
                                                                                        Runnable
                                                                                                m) ->
                                                                                        Next
                                                                                                .continueWith(
                                                                                                        s))
                                                                ::start)))
                .build();
    }

    /** Run by the tests below alone. */
    @DetectLeaks
    static class Leaking {
        private static final CountDownLatch STUBBORN = new CountDownLatch(1);

        private final OtpSystem inField = OtpExtensionTests.system();

        @Test
        void nothing() {
            inField.start();
            inField.close();
            try (ProcessRuntime runtime = ProcessRuntime.builder().build()) {
                Processes.kill(actor(runtime).owner());
            }
            Processes.kill(actor(ProcessRuntime.defaultRuntime()).owner());
            try (Probe<String> probe = Probe.create()) {
                assertThat(probe.owner()).isNotNull();
            }
            Probe.create().owner();
        }

        @Test
        void systemInField() {
            inField.start();
        }

        @Test
        void system() {
            OtpExtensionTests.system().start();
        }

        @Test
        void actorOfTheDefaultRuntime() {
            actor(ProcessRuntime.defaultRuntime());
        }

        @Test
        void actorOfARuntime() {
            actor(ProcessRuntime.builder().name("mine").build());
        }

        @Test
        void timer() {
            var runtime = ProcessRuntime.builder().name("timed").build();
            Processes.run(
                    runtime,
                    () -> Subject.<Runnable>create().sendAfter(Duration.ofDays(1), () -> {}));
            Subject<Runnable> actor = actor(runtime);
            actor.sendAfter(Duration.ofDays(1), () -> {});
        }

        @Test
        void thread() {
            var runtime = ProcessRuntime.builder().name("threaded").build();
            var running = new CountDownLatch(1);
            Subject<Runnable> actor = actor(runtime);
            actor.send(
                    () -> {
                        running.countDown();
                        stubbornly();
                    });
            await(running);
            Processes.kill(actor.owner());
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private static void stubbornly() {
            while (STUBBORN.getCount() > 0) {
                try {
                    STUBBORN.await();
                } catch (InterruptedException ignored) {
                    // that is the point
                }
            }
        }
    }

    @Test
    void passesATestThatCleansUp() {
        assertThat(outcomes("nothing").failures).isEmpty();
    }

    @Test
    void namesASystemThatWasNotClosed() {
        assertThat(outcomes("system").failures)
                .singleElement()
                .asString()
                .contains("process in ProcessRuntime[leaking", "@AfterEach");
        assertThat(outcomes("systemInField").failures)
                .singleElement()
                .asString()
                .contains("process in ProcessRuntime[leaking");
    }

    @Test
    void namesActors() {
        assertThat(outcomes("actorOfTheDefaultRuntime").failures)
                .singleElement()
                .asString()
                .contains("process in ProcessRuntime[local", OtpExtensionTests.class.getName());
        assertThat(outcomes("actorOfARuntime").failures)
                .singleElement()
                .asString()
                .contains("process in ProcessRuntime[mine");
    }

    @Test
    void namesTimers() {
        assertThat(outcomes("timer").failures)
                .singleElement()
                .asString()
                .contains("timers in ProcessRuntime[timed", ": 1");
    }

    @Test
    void namesThreads() {
        try {
            assertThat(outcomes("thread").failures)
                    .singleElement()
                    .asString()
                    .contains("thread in ProcessRuntime[threaded");
        } finally {
            Leaking.STUBBORN.countDown();
        }
    }

    @Test
    void endsWhatWasLeftBehind() {
        assertThat(outcomes("actorOfTheDefaultRuntime").failures).hasSize(1);
        assertThat(outcomes("nothing").failures).isEmpty();
    }

    @Test
    void configurationParametersSetTheLimits() {
        outcomes("nothing");

        assertThat(TestLimits.timeout()).isEqualTo(Duration.ofMillis(50));
        assertThat(TestLimits.quiet()).isEqualTo(Duration.ofMillis(100));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What once went wrong. */
class SupervisorRegressionTests {
    @Test
    @Timeout(30)
    void theEndOfAKilledLifeDoesNotEndThePresentOne() {
        var release = new CountDownLatch(1);
        try (OtpSystem system =
                Trees.system("x", stuck(release).shutdown(new Shutdown.Infinity())).build()) {
            for (int i = 0; i < 500; i++) {
                system.start();
                var terminated = system.whenTerminated().toCompletableFuture();
                for (int spin = 0; spin < 20_000; spin++) Thread.onSpinWait();
                assertThat(terminated).as("round " + i).isNotDone();
                system.stop(Duration.ofMillis(1));
            }
            release.countDown();
        }
    }

    private static ChildSpecification<Subject<Object>> stuck(CountDownLatch release) {
        return ChildSpecification.worker(
                "stuck",
                () -> Actors.<Object>idle().onTerminate((n, r) -> stubbornly(release)).start());
    }

    @Test
    @OtpTest
    @Rule("L-01")
    void aChildFoundDeadAtTheStopIsReportedWithItsOwnReason() {
        Processes.trapExits(true);
        var release = new CountDownLatch(1);
        Name<Object> early = Name.create("early");
        try (var log = new LogLines("dev.otp4j.supervisor")) {
            ActorBuilder<Integer, Object, Subject<Object>> late =
                    Actors.<Object>idle().onTerminate((n, r) -> stubbornly(release));
            var tree =
                    Trees.of(
                                    ChildSpecification.worker("early", () -> actor(early)),
                                    ChildSpecification.worker("late", late::start))
                            .start();
            Monitor monitor = Processes.monitor(tree.pid());
            Pid child = early.pid().orElseThrow();
            Processes.exit(tree.pid(), ExitReason.SHUTDOWN);
            Processes.exit(child, ExitReason.abnormal("own reason"));
            release.countDown();
            expectDown(monitor);

            assertThat(log.matching("context=shutdown_error"))
                    .allMatch(line -> line.contains("own reason"));
        }
    }

    private static dev.otp4j.actor.Started<Subject<Object>> actor(Name<Object> name) {
        return Actors.<Object>idle().named(name).start();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import static dev.otp4j.actor.Keeper.BROKEN;
import static dev.otp4j.actor.Keeper.keeper;
import static dev.otp4j.actor.Keeper.unlinked;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.Keeper.Get;
import dev.otp4j.actor.Keeper.Stop;
import dev.otp4j.actor.Keeper.Throw;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How an actor ends by itself. */
@OtpTest
class ActorEndTests {
    static Stream<ExitReason> reasons() {
        return Stream.of(
                ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("detail"), BROKEN);
    }

    @ParameterizedTest
    @MethodSource("reasons")
    @Rule({"A-13", "A-14", "A-15"})
    void linksAndMonitorsSeeExactlyTheReason(ExitReason reason) {
        Processes.trapExits(true);
        Started<Subject<Object>> actor = keeper().start();
        Monitor monitor = Processes.monitor(actor.pid());

        actor.data().send(new Stop(reason));

        assertThat(expectDown(monitor)).isSameAs(reason);
        assertThat(expectExit(actor.pid())).isSameAs(reason);
    }

    @Test
    @Rule({"A-13", "C-05"})
    void callersInTheMailboxFailAtOnce() {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        Started<Subject<Object>> actor =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer n, Object m) -> {
                                    entered.countDown();
                                    stubbornly(release);
                                    return Next.<Integer, Object>stop();
                                })
                        .start();
        actor.data().send("stop");
        stubbornly(entered);
        Processes.spawn(
                () -> {
                    eventually("queued", () -> ProcessInfo.mailboxSize(actor.pid()) > 0);
                    release.countDown();
                });

        assertThatExceptionOfType(CallException.CalleeDown.class)
                .isThrownBy(() -> actor.data().callForever(Get::new))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NORMAL));
    }

    static Stream<Throwable> throwables() {
        return Stream.of(
                new IllegalStateException("state"),
                new java.io.IOException("checked"),
                new StackOverflowError(),
                new AssertionError("assertion"),
                new NoClassDefFoundError("class"),
                new OutOfMemoryError("array"));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    @Rule({"A-16", "TR-18", "L-05"})
    void aThrowingHandlerEndsTheActorWithOneCrashReport(Throwable thrown) {
        Started<Subject<Object>> actor = keeper().start();
        unlinked(actor.pid());
        Monitor monitor = Processes.monitor(actor.pid());
        try (var crashes = new LogLines("dev.otp4j.process.crash")) {
            actor.data().send(new Throw(thrown));

            assertThat(ExitReason.throwableOf(expectDown(monitor)).orElse(null)).isSameAs(thrown);
            assertThat(crashes.matching("context=crash")).hasSize(1);
        }
    }

    @Test
    @Rule("L-05")
    void aCleanEndIsNoCrash() {
        try (var crashes = new LogLines("dev.otp4j.process.crash")) {
            for (ExitReason reason :
                    List.of(
                            ExitReason.NORMAL,
                            ExitReason.SHUTDOWN,
                            ExitReason.shutdown("detail"))) {
                Started<Subject<Object>> actor = keeper().start();
                unlinked(actor.pid());
                Monitor monitor = Processes.monitor(actor.pid());
                actor.data().send(new Stop(reason));
                expectDown(monitor);
            }

            assertThat(crashes.matching("context=crash")).isEmpty();
        }
    }
}

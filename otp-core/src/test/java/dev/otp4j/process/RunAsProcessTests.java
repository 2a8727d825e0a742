/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link Processes#run}: a block of code as a process on the calling thread. */
@OtpTest
class RunAsProcessTests {
    @Test
    void aBlockIsAProcessOnTheCallingThread() {
        Thread caller =
                outside(
                        () -> {
                            Thread before = Thread.currentThread();
                            return Processes.run(Thread::currentThread) == before ? before : null;
                        });

        assertThat(caller).isNotNull();
    }

    @Test
    void isRefusedInsideAProcess() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Processes.run(() -> 1))
                .withMessageContaining("inside a process");
    }

    @Test
    void isAllowedOutsideOfOne() {
        Subject<String> own = Subject.create();
        Pid self = Processes.self();

        Pid other =
                Processes.outside(
                        () ->
                                Processes.run(
                                        () -> {
                                            own.send("from inside");
                                            Subject.create();
                                            return Processes.self();
                                        }));

        assertThat(other).isNotEqualTo(self);
        assertThat(Processes.isAlive(other)).isFalse();
        assertThat(Processes.self()).isEqualTo(self);
        assertThat(expect(own)).isEqualTo("from inside");
    }

    @Test
    void whatItThrowsIsThrownAndIsItsReason() {
        var ended = new CompletableFuture<ExitReason>();
        var failure = new IllegalArgumentException("block");

        assertThatThrownBy(() -> outside(() -> runAndThrow(ended, failure))).isSameAs(failure);

        ExitReason reason = get(ended);
        assertThat(ExitReason.throwableOf(reason).orElse(null)).isSameAs(failure);
    }

    private void runAndThrow(CompletableFuture<ExitReason> ended, RuntimeException failure) {
        Processes.run(
                () -> {
                    ProcessRuntime.current()
                            .whenEnded(Processes.self())
                            .thenAccept(ended::complete);
                    throw failure;
                });
    }

    @Test
    @Rule("K-04")
    void aKillEndsItWhereItWaitsAndLeavesTheThreadClean() {
        var pids = new CompletableFuture<Pid>();
        Processes.spawn(
                () -> {
                    Pid pid = get(pids);
                    quiet(pid);
                    Processes.kill(pid);
                });

        Supplier<@Nullable Object> sleep =
                () -> {
                    pids.complete(Processes.self());
                    Processes.sleep(SOON);
                    return null;
                };
        boolean interrupted =
                outside(
                        () -> {
                            assertThatExceptionOfType(ProcessExit.class)
                                    .isThrownBy(() -> Processes.run(sleep))
                                    .satisfies(
                                            e ->
                                                    assertThat(e.reason())
                                                            .isEqualTo(ExitReason.KILLED));
                            return Thread.currentThread().isInterrupted();
                        });

        assertThat(interrupted).isFalse();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.process.TestProcesses.BROKEN;
import static dev.otp4j.process.TestProcesses.idler;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a process ends, and the reason it ends with. */
@OtpTest
class ProcessEndTests {
    private ExitReason reasonOf(Runnable body) {
        var start = new CountDownLatch(1);
        Pid pid =
                Processes.spawnUnlinked(
                        () -> {
                            awaitQuietly(start);
                            body.run();
                        });
        Monitor monitor = Processes.monitor(pid);
        start.countDown();
        return expectDown(monitor);
    }

    @Test
    @Rule("P-04")
    void aBodyThatReturnsEndsNormal() {
        assertThat(reasonOf(() -> {})).isEqualTo(ExitReason.NORMAL);
    }

    static Stream<Throwable> throwables() {
        return Stream.of(
                new IllegalStateException("state"),
                new StackOverflowError(),
                new AssertionError("assertion"),
                new NoClassDefFoundError("class"),
                new OutOfMemoryError("array"),
                new java.io.IOException("checked"),
                new Throwable("bare"));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    @Rule({"P-05", "TR-18", "P-06"})
    void anyUncaughtThrowableIsTheReasonItself(Throwable thrown) {
        ExitReason reason = reasonOf(() -> sneakyThrow(thrown));

        assertThat(reason).isInstanceOf(ExitReason.Abnormal.class);
        assertThat(ExitReason.throwableOf(reason).orElse(null)).isSameAs(thrown);
        assertThat(reason.isClean()).isFalse();
    }

    @Test
    @Rule({"P-05", "TR-18"})
    void aRealStackOverflowIsACrash() {
        ExitReason reason = reasonOf(() -> endless(0));

        assertThat(ExitReason.throwableOf(reason).orElse(null))
                .isInstanceOf(StackOverflowError.class);
    }

    @Test
    @Rule("P-05")
    void anExplicitExitGivesExactlyItsReason() {
        ExitReason detailed = ExitReason.shutdown(List.of("why"));

        assertThat(reasonOf(() -> Processes.exit(detailed))).isSameAs(detailed);
    }

    @Test
    @Rule("P-06")
    void linksAndMonitorsSeeTheSameValue() {
        Processes.trapExits(true);
        ExitReason nested = ExitReason.abnormal(List.of(List.of("deep"), new byte[100_000]));
        Pid pid = Processes.spawn(() -> Processes.sleep(SOON));
        Monitor one = Processes.monitor(pid);
        Monitor two = Processes.monitor(pid);

        Processes.exit(pid, nested);

        assertThat(expectDown(one)).isSameAs(nested);
        assertThat(expectDown(two)).isSameAs(nested);
        assertThat(expectExit(pid)).isSameAs(nested);
    }

    @Test
    @Rule({"P-06", "TR-10"})
    void anExitThatWasWrappedOnItsWayKeepsItsReason() {
        ExitReason clean = ExitReason.shutdown("done");

        ExitReason wrapped =
                reasonOf(
                        () -> {
                            try {
                                Processes.exit(clean);
                            } catch (ProcessExit exit) {
                                throw new IllegalStateException(new ExecutionException(exit));
                            }
                        });

        assertThat(wrapped).isEqualTo(clean);
    }

    @Test
    @Rule("P-07")
    void ofTwoSignalsTheFirstDecides() {
        for (int i = 0; i < 1_000; i++) {
            Pid pid = idler();
            Monitor monitor = Processes.monitor(pid);

            Processes.exit(pid, ExitReason.abnormal("first"));
            Processes.exit(pid, ExitReason.abnormal("second"));

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.abnormal("first"));
        }
    }

    @Test
    @Rule({"P-14", "TR-12"})
    void aSignalToOneselfCannotBeCaughtAway() {
        ExitReason reason =
                reasonOf(
                        () -> {
                            try {
                                Processes.exit(Processes.self(), BROKEN);
                            } catch (Throwable swallowed) {
                                // goes on as if nothing had happened
                            }
                        });

        assertThat(reason).isEqualTo(BROKEN);
    }

    @Test
    @Rule({"P-14", "TR-12", "K-04"})
    void whoCatchesEverythingMeetsTheEndAtEachEngineCall() {
        var caught = new CompletableFuture<List<ExitReason>>();
        Pid pid =
                Processes.spawnUnlinked(
                        () -> {
                            var reasons = new ArrayList<ExitReason>();
                            for (int i = 0; i < 3; i++) {
                                try {
                                    Processes.sleep(SOON);
                                } catch (Throwable swallowed) {
                                    reasons.add(ExitReason.of(swallowed));
                                }
                            }
                            caught.complete(reasons);
                        });
        Monitor monitor = Processes.monitor(pid);
        quiet(pid);

        Processes.exit(pid, BROKEN);

        assertThat(expectDown(monitor)).isEqualTo(BROKEN);
        assertThat(get(caught)).containsExactly(BROKEN, BROKEN, BROKEN);
    }

    private static int endless(int n) {
        return n < 0 ? n : 1 + endless(n + 1);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneakyThrow(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

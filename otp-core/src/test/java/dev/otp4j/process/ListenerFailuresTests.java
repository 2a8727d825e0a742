/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Trees;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A listener that fails at every event is told of once a minute, with how often it did. */
class ListenerFailuresTests {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final ProcessListener first = new ProcessListener() {};
    private final ProcessListener second = new ProcessListener() {};

    @Test
    void eachListenersFirstFailureIsLoggedAndThenOneAMinute() {
        var failures = new ListenerFailures();
        assertThat(failures.failed(first, 5)).isZero();
        assertThat(failures.failed(first, 6)).isEqualTo(ListenerFailures.NOT_LOGGED);
        assertThat(failures.failed(second, 7)).isZero();
        assertThat(failures.failed(first, 4 + MINUTE)).isEqualTo(ListenerFailures.NOT_LOGGED);
        assertThat(failures.failed(first, 5 + MINUTE)).isEqualTo(2);
        assertThat(failures.failed(first, 6 + MINUTE)).isEqualTo(ListenerFailures.NOT_LOGGED);
        assertThat(failures.failed(first, 5 + 2 * MINUTE)).isEqualTo(1);
    }

    private static final class FailsAlways implements SupervisorListener {
        @Override
        public void reported(SupervisorReport report) {
            throw new NoClassDefFoundError("wanted");
        }

        @Override
        public void counted(SupervisorReport report) {
            throw new NoClassDefFoundError("wanted");
        }

        @Override
        public void processEnded(Pid pid, ExitReason reason) {
            throw new IllegalStateException("wanted");
        }
    }

    @Test
    void allEventsOfAListenerShareOneLine() {
        var counted = new AtomicInteger();
        var worker = new CompletableFuture<Subject<Runnable>>();
        var again = new CompletableFuture<Boolean>();
        try (LogLines lines = new LogLines(ProcessRuntime.class.getName());
                OtpSystem system =
                        OtpSystem.builder("failing")
                                .listener(new FailsAlways())
                                .root(() -> root(worker, again))
                                .build()) {
            system.start();
            system.runtime().addListener(counting(counted));
            assertThat(system.runtime().addListener(new FailsAlways())).isTrue();
            Expect.get(worker)
                    .send(
                            () -> {
                                throw new IllegalStateException("wanted");
                            });
            Expect.get(again);
            Expect.eventually("the restart is counted", () -> counted.get() > 0);
            system.runtime().awaitReports(Expect.SOON);
            assertThat(lines.matching(FailsAlways.class.getName() + " failed when it was told of "))
                    .hasSize(2);
        }
    }

    private static SupervisorListener counting(AtomicInteger restarts) {
        return new SupervisorListener() {
            @Override
            public void counted(SupervisorReport report) {
                if (report.context() == SupervisorReport.Context.RESTARTED)
                    restarts.incrementAndGet();
            }
        };
    }

    private static StaticSupervisor.Builder root(
            CompletableFuture<Subject<Runnable>> worker, CompletableFuture<Boolean> again) {
        return Trees.of(
                ChildSpecification.worker(
                        "worker",
                        () -> {
                            var started = Actors.running().start();
                            if (!worker.complete(started.data())) again.complete(true);
                            return started;
                        }));
    }

    @Test
    void additionsToARunningRuntimeAreMadeOnce() {
        try (ProcessRuntime runtime = ProcessRuntime.builder().listener(first).build()) {
            assertThat(runtime.addListener(first)).isFalse();
            assertThat(runtime.addListener(second)).isTrue();
            assertThat(runtime.addListener(second)).isFalse();
            assertThat(runtime.listeners(ProcessListener.class)).containsExactly(first, second);
            assertThat(runtime.timingIfAbsent(1, process -> null)).isTrue();
            assertThat(runtime.timingIfAbsent(1, process -> null)).isFalse();
            assertThat(runtime.threadCleanerIfAbsent(() -> {})).isTrue();
            assertThat(runtime.threadCleanerIfAbsent(() -> {})).isFalse();
        }
    }
}

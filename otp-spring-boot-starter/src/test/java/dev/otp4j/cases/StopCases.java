/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.cases.programs.BusyCarrier;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stops that meet obstacles. */
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class StopCases {
    @Test
    @Tag("J3")
    void aContextClosesInTimeThoughAHandlerOccupiesTheOnlyCarrier() {
        try (var jvm = ChildJvm.start(BusyCarrier.class, List.of("-XX:ActiveProcessorCount=1"))) {
            jvm.finished(Duration.ofSeconds(35));

            long limit = BusyCarrier.SHUTDOWN_TIMEOUT.plusSeconds(1).toMillis();
            assertThat(Long.parseLong(jvm.value("closed-after-ms"))).isLessThanOrEqualTo(limit);
        }
    }

    private static final class Stopper implements Actor<Integer, String> {
        private final CompletableFuture<OtpSystem> system;
        private final CompletableFuture<Throwable> outcome;

        Stopper(CompletableFuture<OtpSystem> system, CompletableFuture<Throwable> outcome) {
            this.system = system;
            this.outcome = outcome;
        }

        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            try {
                system.join().stop(Duration.ofSeconds(2));
                outcome.complete(null);
            } catch (Throwable thrown) {
                outcome.complete(thrown);
                throw thrown;
            }
            return Next.continueWith(state);
        }
    }

    @Test
    @Tag("E6")
    void aStopAskedForByAnActorOfTheSameTreeIsRefusedOrCarriedOut() {
        var system = new CompletableFuture<OtpSystem>();
        var outcome = new CompletableFuture<Throwable>();
        try (var one = OneWorker.<String>of("stopper", () -> new Stopper(system, outcome))) {
            system.complete(one.system());

            one.worker().send("stop");

            await().atMost(Duration.ofSeconds(6))
                    .untilAsserted(
                            () ->
                                    assertThat(refused(outcome) || stopped(one.system()))
                                            .as("%s, %s", outcome, one.system().state())
                                            .isTrue());
        }
    }

    private static boolean stopped(OtpSystem system) {
        return system.state() == OtpSystem.State.STOPPED;
    }

    private static boolean refused(CompletableFuture<Throwable> outcome) {
        return outcome.getNow(null) instanceof RuntimeException thrown
                && thrown.getMessage() != null;
    }

    private static final int CHILDREN = 2_000;

    /** An actor that does not end by itself. */
    private static final class Stubborn implements Actor<Integer, String> {
        @Override
        public Integer init(Subject<String> self) {
            return 0;
        }

        @Override
        public Next<Integer, String> onMessage(Integer state, String message) {
            return Next.continueWith(state);
        }

        @Override
        public void onTerminate(Integer state, ExitReason reason) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    private record SlowListener(List<SupervisorReport> late) implements SupervisorListener {
        @Override
        public void reported(SupervisorReport report) {
            if (report.context() != SupervisorReport.Context.SHUTDOWN_ERROR) return;
            late.add(report);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    @Test
    @Tag("H5")
    void theStopOfAFactoryWithManyStubbornChildrenIsOneReportWithTheirNumber() {
        List<SupervisorReport> late = new CopyOnWriteArrayList<>();
        FactoryName<Integer, Subject<String>> name = FactoryName.create("stubborn");
        var template =
                FactorySupervisor.<Integer, Subject<String>>workerChild(
                                number -> Actor.of(Stubborn::new).start())
                        .shutdown(Duration.ofMillis(300))
                        .named(name);
        OtpSystem system =
                OtpSystem.builder("cases")
                        .root(() -> StaticSupervisor.oneForOne().add(template.supervised("many")))
                        .listener(new SlowListener(late))
                        .build();
        system.start();
        var factory = FactorySupervisor.byName(name);
        for (int i = 0; i < CHILDREN; i++) factory.startChild(i);

        system.stop(Duration.ofSeconds(15));
        system.runtime().awaitReports(Duration.ofSeconds(15));
        system.runtime().close();

        assertThat(late).hasSize(1);
        assertThat(late.getFirst().toString().replaceAll("[,._ ]", "")).contains("" + CHILDREN);
    }
}

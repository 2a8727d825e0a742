/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.SupervisorReport.Context;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a factory reports that has many children which do not stop as they are asked to. */
@Timeout(60)
class StubbornChildrenTests {
    private static final int CHILDREN = 1_000;

    private final CountDownLatch busy = new CountDownLatch(2 * CHILDREN);
    private final CountDownLatch never = new CountDownLatch(1);
    private final List<SupervisorReport> counted = new CopyOnWriteArrayList<>();
    private final List<SupervisorReport> reported = new CopyOnWriteArrayList<>();
    private final FactoryName<Boolean, Subject<Integer>> name = FactoryName.create("many");

    private final SupervisorListener listener =
            new SupervisorListener() {
                @Override
                public void counted(SupervisorReport report) {
                    if (report.context() == Context.SHUTDOWN_ERROR) counted.add(report);
                }

                @Override
                public void reported(SupervisorReport report) {
                    if (report.context() == Context.SHUTDOWN_ERROR) reported.add(report);
                }
            };

    /** One that is in a handler for ever, or one that fails when it terminates. */
    private dev.otp4j.actor.Started<Subject<Integer>> start(boolean waits) {
        var started =
                Actors.<Integer>handling(
                                message -> {
                                    busy.countDown();
                                    if (waits) never.await();
                                })
                        .onTerminate(
                                (state, reason) -> {
                                    throw new IllegalStateException("of " + started());
                                })
                        .trapExits(true)
                        .start();
        started.data().send(1);
        return started;
    }

    private long started() {
        return busy.getCount();
    }

    @Test
    @Rule({"F-07", "L-01"})
    void areReportedOnceForEachKindOfReason() throws Exception {
        ChildSpecification<?> many =
                FactorySupervisor.workerChild(this::start)
                        .shutdown(Duration.ofMillis(300))
                        .named(name)
                        .supervised("many");
        try (var log = new LogLines("dev.otp4j.supervisor");
                OtpSystem system = Trees.system("shop", many).listener(listener).build()) {
            system.start();
            var factory = FactorySupervisor.byName(name);
            for (int n = 0; n < CHILDREN; n++) {
                factory.startChild(true);
                factory.startChild(false);
            }
            busy.await();

            assertThat(system.stop(SOON)).isTrue();

            assertThat(counted).hasSize(2);
            SupervisorReport killed = of(ExitReason.Killed.class);
            assertThat(killed.children()).isEqualTo(CHILDREN);
            assertThat(killed.pid()).isNotNull();
            assertThat(killed).asString().contains("reason=killed", " children=" + CHILDREN);
            SupervisorReport failed = of(ExitReason.Abnormal.class);
            assertThat(failed.children()).isEqualTo(CHILDREN);
            assertThat(system.runtime().awaitReports(SOON)).isTrue();
            assertThat(reported).containsExactlyInAnyOrderElementsOf(counted);
            assertThat(log.matching("context=shutdown_error")).hasSize(2);
        }
    }

    private SupervisorReport of(Class<? extends ExitReason> kind) {
        return counted.stream().filter(r -> kind.isInstance(r.reason())).findFirst().orElseThrow();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.StaticSupervisor;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Unusual values. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class EdgeCases {
    @Test
    @Tag("E3")
    void aPeriodOfForeverIsAPeriod() {
        OtpSystem system =
                OtpSystem.builder("cases")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(
                                                        3, ChronoUnit.FOREVER.getDuration())
                                                .add(
                                                        ChildSpecification.worker(
                                                                "probe",
                                                                () ->
                                                                        Actor.of(Probe::new)
                                                                                .start())))
                        .build();
        try (system) {
            assertThatCode(system::start).doesNotThrowAnyException();
        }
    }

    /** Starts a child, or returns the one that already runs. */
    private record Reusing(Map<String, Started<Subject<Probe.Message>>> running)
            implements FactorySupervisor.Template<String, Subject<Probe.Message>> {
        @Override
        public Started<Subject<Probe.Message>> start(String key) {
            Started<Subject<Probe.Message>> before = running.get(key);
            if (before != null && Processes.isAlive(before.pid())) return before;
            Started<Subject<Probe.Message>> fresh = Actor.of(Probe::new).start();
            running.put(key, fresh);
            return fresh;
        }
    }

    @Test
    @Tag("E5")
    void aFactoryHasAProcessThatItsTemplateReturnsTwiceOnlyOnce() {
        try (ProcessRuntime runtime = ProcessRuntime.builder().name("cases").build()) {
            var running = new ConcurrentHashMap<String, Started<Subject<Probe.Message>>>();
            Started<FactorySupervisor<String, Subject<Probe.Message>>> started =
                    FactorySupervisor.workerChild(new Reusing(running))
                            .restartTolerance(100, Duration.ofSeconds(10))
                            .maxChildren(3)
                            .runtime(runtime)
                            .start();
            FactorySupervisor<String, Subject<Probe.Message>> factory = started.data();

            Subject<Probe.Message> first = factory.startChild("first").data();
            StartResult<?> again = factory.tryStartChild("first");

            if (again instanceof StartResult.Failed<?>(var error)) {
                assertThat(error.toString()).isNotBlank();
            }
            assertThat(factory.children()).hasSize(1);
            first.send(Probe.fail("told to"));
            await().untilAsserted(() -> assertAllRun(factory, 1));
            factory.startChild("second");
            factory.startChild("third");
            assertAllRun(factory, 3);
            Processes.kill(started.pid());
        }
    }

    private static void assertAllRun(FactorySupervisor<String, ?> factory, int count) {
        assertThat(factory.children()).extracting(ChildInfo::pid).doesNotContainNull();
        assertThat(factory.children()).extracting(ChildInfo::pid).doesNotHaveDuplicates();
        assertThat(factory.children()).hasSize(count);
        assertThat(factory.children()).allMatch(child -> Processes.isAlive(child.pid()));
    }
}

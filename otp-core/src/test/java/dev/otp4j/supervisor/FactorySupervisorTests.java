/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.untilKilled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.StartException;
import dev.otp4j.actor.StartResult;
import dev.otp4j.actor.Started;
import dev.otp4j.process.CallException;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.NotRegisteredException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Processes;
import dev.otp4j.process.StartError;
import dev.otp4j.process.Subject;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Announcing;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@OtpTest
class FactorySupervisorTests implements OtpTest.Setup {
    private static final ExitReason BROKEN = ExitReason.abnormal("broken");

    private @Nullable Subject<Announcing.Event> made;

    @Override
    public void begin() {
        made = Subject.create();
    }

    private Subject<Announcing.Event> probe() {
        return Objects.requireNonNull(made);
    }

    private FactorySupervisor.Builder<String, Subject<ExitReason>> factory() {
        Subject<Announcing.Event> probe = probe();
        return FactorySupervisor.<String, Subject<ExitReason>>workerChild(
                        (String argument) -> Announcing.actor(probe, argument).start())
                .restartTolerance(100_000, Duration.ofHours(1));
    }

    private static Monitor stop(Pid pid) {
        Processes.unlink(pid);
        Monitor monitor = Processes.monitor(pid);
        Processes.exit(pid, ExitReason.SHUTDOWN);
        return monitor;
    }

    /** As OTP, which looks whether each pid lives. */
    @Test
    @Rule({"V-40", "K-01"})
    void aChildWhoseEndIsNotHandledYetIsNotActive() {
        Started<FactorySupervisor<String, Subject<ExitReason>>> factory = factory().start();
        Pid child = factory.data().startChild("a").pid();
        Sys.suspend(factory.pid());

        Processes.kill(child);

        assertThat(factory.data().countChildren()).isEqualTo(new ChildCounts(1, 0, 0, 1));
        Sys.resume(factory.pid());
        eventually("restarted", () -> factory.data().countChildren().active() == 1);
    }

    @Test
    @Rule({"F-01", "V-40"})
    void afterItsEndThereAreNoChildren() {
        Started<FactorySupervisor<String, Subject<ExitReason>>> factory = factory().start();
        factory.data().startChild("a");
        assertThat(factory.data().countChildren()).isEqualTo(new ChildCounts(1, 1, 0, 1));

        expectDown(stop(factory.pid()));

        assertThat(factory.data().children()).isEmpty();
        assertThat(factory.data().countChildren()).isEqualTo(new ChildCounts(0, 0, 0, 0));
    }

    @Test
    @Rule("F-01")
    void startsEmptyAndReturnsWhatTheTemplateReturned() {
        FactorySupervisor<String, Subject<ExitReason>> factory = factory().start().data();
        assertThat(factory.children()).isEmpty();

        Started<Subject<ExitReason>> child = factory.startChild("a");

        Announcing.Event event = expect(probe());
        assertThat(event.id()).isEqualTo("a");
        assertThat(child.pid()).isEqualTo(event.pid());
        assertThat(child.data()).isEqualTo(event.child());
        assertThat(factory.children()).extracting(ChildInfo::pid).containsExactly(child.pid());
    }

    @Test
    @Rule("F-02")
    void aTemplateThatFailsLeavesNothing() {
        var boom = new IllegalStateException("boom");
        FactorySupervisor<String, Object> factory =
                FactorySupervisor.<String, Object>workerChild(
                                (String how) -> {
                                    if (how.equals("throw")) throw boom;
                                    if (how.equals("null")) return null;
                                    throw new StartException(new StartError.InitFailed("no"));
                                })
                        .start()
                        .data();

        assertThat(factory.tryStartChild("error"))
                .isEqualTo(new StartResult.Failed<>(new StartError.InitFailed("no")));
        assertThat(factory.tryStartChild("throw"))
                .isEqualTo(
                        new StartResult.Failed<>(
                                new StartError.InitExited(ExitReason.abnormal(boom))));
        assertThat(factory.tryStartChild("null")).isInstanceOf(StartResult.Failed.class);
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> factory.startChild("throw"))
                .withCause(boom);
        assertThat(factory.children()).isEmpty();
    }

    @Test
    @Rule({"F-03", "F-06", "V-18"})
    void aRestartUsesTheOriginalArgument() {
        FactorySupervisor<String, Subject<ExitReason>> factory = factory().start().data();
        Started<Subject<ExitReason>> one = factory.startChild("same");
        Started<Subject<ExitReason>> two = factory.startChild("same");
        expect(probe());
        expect(probe());

        one.data().send(BROKEN);

        Announcing.Event again = expect(probe());
        assertThat(again.id()).isEqualTo("same");
        assertThat(again.pid()).isNotIn(one.pid(), two.pid());
        assertThat(one.data().owner()).isEqualTo(one.pid());
        eventually(
                "booked",
                () ->
                        factory.children().stream().anyMatch(c -> again.pid().equals(c.pid()))
                                && factory.countChildren().active() == 2);
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"F-04", "V-13"})
    void restartTypes(Restart restart) {
        for (ExitReason reason :
                List.of(
                        ExitReason.NORMAL,
                        ExitReason.SHUTDOWN,
                        ExitReason.shutdown("x"),
                        BROKEN,
                        ExitReason.KILLED)) {
            boolean again =
                    RestartDecider.decide(restart, reason) == RestartDecider.Decision.RESTART;
            Started<FactorySupervisor<String, Subject<ExitReason>>> factory =
                    factory().restart(restart).start();
            Pid sibling = factory.data().startChild("sibling").pid();
            expect(probe());
            Started<Subject<ExitReason>> child = factory.data().startChild("x");
            expect(probe());

            child.data().send(reason);

            if (again) assertThat(expect(probe())).hasToString("start x");
            else eventually("removed", () -> factory.data().countChildren().specifications() == 1);
            assertThat(Processes.isAlive(sibling)).isTrue();
            expectDown(stop(factory.pid()));
        }
    }

    @Test
    @Rule("F-04")
    void childrenAreTransientUnlessSaidOtherwise() {
        FactorySupervisor<String, Subject<ExitReason>> factory = factory().start().data();

        factory.startChild("a");

        assertThat(factory.children())
                .singleElement()
                .satisfies(c -> assertThat(c.restart()).isEqualTo(Restart.TRANSIENT));
    }

    @Test
    @Rule("F-05")
    void aNameIsTakenOnceAndTheReferenceFollowsARestart() {
        FactoryName<String, Subject<ExitReason>> name = FactoryName.create("factory");
        FactorySupervisor<String, Subject<ExitReason>> byName = FactorySupervisor.byName(name);
        assertThatExceptionOfType(CallException.NotRegistered.class)
                .isThrownBy(() -> byName.startChild("a"));
        assertThatExceptionOfType(NotRegisteredException.class).isThrownBy(byName::countChildren);
        Trees.of(factory().named(name).supervised("factory")).start();
        byName.startChild("a");
        expect(probe());
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> factory().named(name).start())
                .satisfies(e -> assertThat(e.error()).isInstanceOf(StartError.InitFailed.class));
        Pid first = name.name().pid().orElseThrow();

        Processes.kill(first);
        eventually(
                "restarted", () -> name.name().pid().filter(now -> !now.equals(first)).isPresent());

        byName.startChild("b");
        assertThat(expect(probe()).id()).isEqualTo("b");
        assertThat(byName.countChildren()).isEqualTo(new ChildCounts(1, 1, 0, 1));
    }

    private static Started<Subject<Object>> stubborn() {
        return Actors.<Object>idle().onTerminate((n, reason) -> untilKilled()).start();
    }

    @Test
    @Rule({"F-07", "TR-14", "K-03"})
    void stubbornChildrenShareOneTimeLimit() {
        Duration limit = Duration.ofMillis(150);
        Started<FactorySupervisor<Integer, Subject<Object>>> factory =
                FactorySupervisor.<Integer, Subject<Object>>workerChild((Integer i) -> stubborn())
                        .shutdown(limit)
                        .start();
        var monitors = new ArrayList<Monitor>();
        for (int i = 0; i < 5; i++) {
            monitors.add(Processes.monitor(factory.data().startChild(i).pid()));
        }
        long start = System.nanoTime();

        assertThat(expectDown(stop(factory.pid()))).isEqualTo(ExitReason.SHUTDOWN);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(limit, limit.multipliedBy(4));
        for (Monitor monitor : monitors) {
            assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
        }
    }

    @Test
    @Timeout(30)
    @Rule({"F-07", "TR-14"})
    void thousandsOfSlowChildrenStopTogether() {
        ActorBuilder<Integer, Object, Subject<Object>> slow =
                Actors.<Object>idle()
                        .onTerminate((n, reason) -> Processes.sleep(Duration.ofMillis(200)));
        Started<FactorySupervisor<Integer, Subject<Object>>> factory =
                FactorySupervisor.<Integer, Subject<Object>>workerChild((Integer i) -> slow.start())
                        .start();
        for (int i = 0; i < 5_000; i++) factory.data().startChild(i);
        int threads = Thread.activeCount();
        long start = System.nanoTime();

        Monitor monitor = stop(factory.pid());

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        assertThat(Thread.activeCount()).isLessThan(threads + 10);
    }

    @Test
    @Rule({"F-08", "V-24"})
    void theToleranceIsSharedByAllChildren() {
        Processes.trapExits(true);
        Started<FactorySupervisor<String, Subject<ExitReason>>> factory =
                factory().restartTolerance(2, Duration.ofHours(1)).start();
        Monitor monitor = Processes.monitor(factory.pid());
        var children = new ArrayList<Monitor>();
        for (String id : List.of("a", "b", "c", "bystander")) {
            Started<Subject<ExitReason>> child = factory.data().startChild(id);
            expect(probe());
            if (id.equals("bystander")) {
                children.add(Processes.monitor(child.pid()));
            } else {
                child.data().send(BROKEN);
                if (!id.equals("c")) children.add(Processes.monitor(expect(probe()).pid()));
            }
            if (id.equals("b")) {
                Started<Subject<ExitReason>> bystander = factory.data().startChild("d");
                expect(probe());
                children.add(Processes.monitor(bystander.pid()));
            }
            if (id.equals("c")) break;
        }

        assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
        for (Monitor child : children) {
            assertThat(expectDown(child)).isEqualTo(ExitReason.SHUTDOWN);
        }
        assertThat(factory.data().toString()).contains("FactorySupervisor");
    }

    @Test
    @Rule("F-09")
    void terminateChildStopsAndRemovesItsOwnChildrenOnly() {
        FactorySupervisor<String, Subject<ExitReason>> factory = factory().start().data();
        Pid child = factory.startChild("a").pid();
        Pid stranger = Announcing.actor(probe(), "stranger").start().pid();
        Monitor monitor = Processes.monitor(child);
        try (var log = new LogLines("dev.otp4j.supervisor")) {
            assertThat(factory.tryTerminateChild(child)).isEqualTo(TerminateChildResult.OK);

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.SHUTDOWN);
            assertThat(factory.children()).isEmpty();
            assertThat(factory.tryTerminateChild(child)).isEqualTo(TerminateChildResult.NOT_FOUND);
            assertThat(factory.tryTerminateChild(stranger))
                    .isEqualTo(TerminateChildResult.NOT_FOUND);
            assertThat(Processes.isAlive(stranger)).isTrue();
            assertThat(log.matching("context=")).allMatch(line -> line.contains("started"));
        }
    }

    @Test
    @Rule({"F-12", "V-33"})
    void startsAreSerial() {
        var inside = new java.util.concurrent.atomic.AtomicInteger();
        var most = new java.util.concurrent.atomic.AtomicInteger();
        FactorySupervisor<Integer, Subject<Object>> factory =
                FactorySupervisor.<Integer, Subject<Object>>workerChild(
                                (Integer i) -> {
                                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                    Thread.yield();
                                    inside.decrementAndGet();
                                    return Actors.<Object>idle().start();
                                })
                        .start()
                        .data();
        var callers = new ArrayList<Monitor>();
        for (int i = 0; i < 4; i++) {
            callers.add(
                    Processes.monitor(
                            Processes.spawn(
                                    () -> {
                                        for (int n = 0; n < 20; n++) factory.startChild(n);
                                    })));
        }
        for (Monitor caller : callers) expectDown(caller);

        assertThat(most).hasValue(1);
        assertThat(factory.countChildren().active()).isEqualTo(80);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sys;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.Started;
import dev.otp4j.process.CallException;
import dev.otp4j.process.Down;
import dev.otp4j.process.ExitMessage;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Monitor;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Selector;
import dev.otp4j.process.Simulation;
import dev.otp4j.process.Subject;
import dev.otp4j.supervisor.ChildInfo;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import dev.otp4j.testkit.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@OtpTest
class SysTests {
    private static List<Object> with(List<Object> seen, Object message) {
        var more = new ArrayList<>(seen);
        more.add(message);
        return List.copyOf(more);
    }

    private static Next<List<Object>, Object> keep(List<Object> seen, Object message) {
        if (message instanceof Runnable code) {
            code.run();
            return Next.continueWith(seen);
        }
        return Next.continueWith(with(seen, message));
    }

    private static Started<Subject<Object>> keeper() {
        return Actor.<List<Object>>startingWith(List::of).onMessage(SysTests::keep).start();
    }

    /** Takes everything there is: messages, downs, exits, and what else comes. */
    private static Started<Subject<Object>> greedy(Pid watched) {
        return Actor.<List<Object>, Object, Subject<Object>>withInitializer(
                        SOON,
                        init -> {
                            init.trapExits();
                            init.monitor(watched);
                            return init.state(List.of())
                                    .selecting(
                                            Selector.create()
                                                    .select(init.self())
                                                    .selectMonitors(down -> down)
                                                    .selectTrappedExits(exit -> exit)
                                                    .selectOther(other -> other));
                        })
                .onMessage(SysTests::keep)
                .start();
    }

    private static List<?> state(Started<?> actor) {
        return Sys.getState(actor.pid(), List.class);
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Nested
    class State {
        @Test
        @Rule("Y-01")
        void seesWhatTheCallerHasSentBefore() {
            Started<Subject<Object>> actor = keeper();

            for (int i = 0; i < 200; i++) {
                actor.data().send(i);
                assertThat(state(actor)).hasSize(i + 1);
            }
        }

        @Test
        @Rule("Y-01")
        void isAskedForFromAnyThread() {
            Started<Subject<Object>> actor = keeper();

            outside(() -> assertThat(state(actor)).isEmpty());
        }

        @Test
        @Rule("Y-01")
        void ofAnotherTypeIsAnError() {
            Started<Subject<Object>> actor = keeper();

            assertThatIllegalStateException()
                    .isThrownBy(() -> Sys.getState(actor.pid(), Integer.class))
                    .withMessageContaining("not a java.lang.Integer");
        }

        @Test
        @Rule({"Y-01", "Y-02"})
        void ofASupervisorIsItsChildren() {
            Started<StaticSupervisor> tree =
                    Trees.of(ChildSpecification.worker("a", SysTests::keeper)).start();

            assertThat(Sys.getState(tree.pid(), List.class)).isEqualTo(tree.data().children());
            StatusInfo status =
                    Sys.getStatus(
                            tree.data().children().stream()
                                    .map(ChildInfo::pid)
                                    .findFirst()
                                    .orElseThrow());
            assertThat(status.parent()).isEqualTo(tree.pid());
        }

        @Test
        @Rule("Y-07")
        void isReplacedBetweenTwoMessages() {
            Started<Subject<Object>> actor = keeper();
            actor.data().send(1);

            List<?> now = Sys.replaceState(actor.pid(), List.class, seen -> List.of("new"));

            assertThat(now).isEqualTo(List.of("new"));
            actor.data().send(2);
            assertThat(state(actor)).isEqualTo(List.of("new", 2));
            Sys.suspend(actor.pid());
            Sys.replaceState(actor.pid(), List.class, seen -> List.of());
            assertThat(state(actor)).isEmpty();
        }

        @Test
        @Rule("Y-07")
        void staysIfTheChangeThrows() {
            Started<Subject<Object>> actor = keeper();
            actor.data().send(1);
            var boom = new IllegalArgumentException("boom");

            assertThatIllegalStateException()
                    .isThrownBy(
                            () ->
                                    Sys.replaceState(
                                            actor.pid(),
                                            List.class,
                                            seen -> {
                                                throw boom;
                                            }))
                    .withCause(boom);

            assertThat(state(actor)).isEqualTo(List.of(1));
        }
    }

    @Nested
    class Suspending {
        @Test
        @Rule({"Y-03", "Y-04"})
        void everythingOrdinaryWaitsAndIsHandledInOrderAfterwards() {
            Pid watched = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
            Started<Subject<Object>> actor = greedy(watched);
            Subject<Object> linked = Subject.create();
            Sys.suspend(actor.pid());

            actor.data().send(1);
            Processes.exit(watched, ExitReason.SHUTDOWN);
            Pid stranger =
                    Processes.spawnUnlinked(
                            () -> {
                                Processes.exit(actor.pid(), ExitReason.SHUTDOWN);
                                linked.send("sent");
                            });
            expect(linked);
            actor.data().sendAfter(Duration.ofMillis(5), 2);
            eventually("all queued", () -> Sys.getStatus(actor.pid()).queued() == 4);

            assertThat(state(actor)).isEmpty();
            Sys.resume(actor.pid());
            List<?> seen = state(actor);
            assertThat(seen).hasSize(4);
            assertThat(seen.getFirst()).isEqualTo(1);
            assertThat(seen.getLast()).isEqualTo(2);
            assertThat(seen).hasAtLeastOneElementOfType(Down.class);
            assertThat(seen.get(2)).isEqualTo(new ExitMessage(stranger, ExitReason.SHUTDOWN));
        }

        @Test
        void isSeenWithoutAskingTheProcess() {
            Started<Subject<Object>> actor = keeper();
            Sys.suspend(actor.pid());
            actor.data().send(1);
            assertThat(ProcessInfo.stateOf(actor.pid())).isEqualTo(ProcessInfo.State.SUSPENDED);

            Sys.resume(actor.pid());
            assertThat(ProcessInfo.stateOf(actor.pid())).isNotEqualTo(ProcessInfo.State.SUSPENDED);
            assertThat(state(actor)).hasSize(1);
        }

        @Test
        void aLogIsReadWhileTheProcessIsStuck() {
            Started<Subject<Object>> actor = keeper();
            assertThat(Sys.peekLogged(actor.pid())).isEmpty();
            Sys.log(actor.pid());
            var end = new CountDownLatch(1);
            var stuck = new CountDownLatch(1);
            actor.data().send("text");
            Runnable sticks =
                    () -> {
                        stuck.countDown();
                        awaitQuietly(end);
                    };
            actor.data().send(sticks);
            awaitQuietly(stuck);

            assertThat(Sys.peekLogged(actor.pid()).orElseThrow())
                    .extracting(LoggedEvent::type)
                    .containsExactly("java.lang.String", sticks.getClass().getName());
            end.countDown();
            Sys.log(actor.pid(), 0);
            assertThat(Sys.peekLogged(actor.pid())).isEmpty();
        }

        @Test
        @Rule({"Y-04", "Y-03"})
        void aLongBacklogKeepsItsOrder() {
            Started<Subject<Object>> actor = keeper();
            actor.data().send(0);
            Sys.suspend(actor.pid());

            for (int i = 1; i < 2000; i++) {
                actor.data().send(i);
                if (i % 500 == 0) assertThat(state(actor)).hasSize(1);
            }

            Sys.resume(actor.pid());
            actor.data().send(2000);
            assertThat(state(actor)).isEqualTo(numbers(2001));
        }

        @Test
        @Rule({"Y-04", "Y-06"})
        void whatASelectiveReceivePutAsideKeepsItsPlace() {
            Started<Subject<Object>> actor = keeper();
            Subject<Object> probe = Subject.create();
            actor.data()
                    .send(
                            (Runnable)
                                    () -> {
                                        Subject<Object> own = Subject.create();
                                        probe.send(own);
                                        own.receive(SOON);
                                    });
            @SuppressWarnings("unchecked")
            Subject<Object> own = (Subject<Object>) expect(probe);
            Processes.spawn(
                    () -> {
                        actor.data().send(1);
                        Sys.suspend(actor.pid());
                        probe.send("suspended");
                    });
            eventually("both queued", () -> Processes.isAlive(actor.pid()) && queued(actor) >= 2);
            Processes.spawn(() -> probe.send(state(actor)));
            eventually("all queued", () -> queued(actor) >= 3);

            own.send("go on");

            assertThat(List.of(expect(probe), expect(probe)))
                    .containsExactlyInAnyOrder("suspended", List.of(1));
            actor.data().send(2);
            assertThat(state(actor)).isEqualTo(List.of(1));
            Sys.resume(actor.pid());
            assertThat(state(actor)).isEqualTo(List.of(1, 2));
        }

        private int queued(Started<?> actor) {
            return ProcessInfo.mailboxSize(actor.pid());
        }

        @Test
        @Rule("Y-05")
        void doesNotNest() {
            Started<Subject<Object>> actor = keeper();
            Sys.resume(actor.pid());
            Sys.suspend(actor.pid());
            Sys.suspend(actor.pid());

            actor.data().send(1);
            Sys.resume(actor.pid());

            assertThat(state(actor)).isEqualTo(List.of(1));
        }

        @Test
        @Rule({"Y-03", "A-18"})
        void anExitOfTheParentEndsASuspendedActor() {
            Pid watched = Processes.spawnUnlinked(() -> {});
            Started<Subject<Object>> actor = greedy(watched);
            Processes.trapExits(true);
            Monitor monitor = Processes.monitor(actor.pid());
            Sys.suspend(actor.pid());
            actor.data().send(1);

            Processes.exit(actor.pid(), ExitReason.shutdown("over"));

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.shutdown("over"));
        }

        @Test
        @Rule({"Y-03", "K-02"})
        void whatWaitsInAKilledProcessIsCounted() {
            Started<Subject<Object>> actor = keeper();
            Processes.unlink(actor.pid());
            Monitor monitor = Processes.monitor(actor.pid());
            ProcessRuntime runtime = ProcessRuntime.current();
            Sys.suspend(actor.pid());
            for (int i = 0; i < 10; i++) actor.data().send(i);
            Sys.getStatus(actor.pid());
            long before = runtime.deadLetters();

            Processes.kill(actor.pid());

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
            eventually("counted", () -> runtime.deadLetters() == before + 10);
        }

        @Test
        @SuppressWarnings("unchecked")
        @Rule({"Y-03", "C-12"})
        void aCallOfASuspendedProcessSaysSo() {
            Started<Subject<Object>> actor = keeper();
            Sys.suspend(actor.pid());

            assertThatExceptionOfType(CallException.TimedOut.class)
                    .isThrownBy(
                            () -> actor.data().<Object>call(Duration.ofMillis(20), reply -> reply))
                    .withMessageContaining("it is suspended; 1 message is queued");

            // the request is handled after all, and its late reply is dropped
            Sys.resume(actor.pid());
            List<?> kept = Sys.getState(actor.pid(), List.class);
            assertThat(kept).hasSize(1);
            Subject<Object> late = (Subject<Object>) kept.getFirst();
            assertThat(late.trySend("late")).isEqualTo(Subject.Sent.CLOSED);
            assertThat(anythingComes()).isFalse();
        }
    }

    @Nested
    class Serving {
        @Test
        @Rule("Y-06")
        void noSelectorSeesASystemMessage() {
            Started<Subject<Object>> actor = greedy(Processes.self());

            Sys.log(actor.pid());
            Sys.suspend(actor.pid());
            Sys.resume(actor.pid());

            assertThat(state(actor)).isEmpty();
        }

        @Test
        @Rule("Y-02")
        void theStatusTellsWhoAndHow() {
            Started<Subject<Object>> actor = keeper();
            actor.data().send(1);
            Sys.log(actor.pid(), 3);
            Sys.suspend(actor.pid());
            actor.data().send(2);

            StatusInfo status = Sys.getStatus(actor.pid());

            assertThat(status.pid()).isEqualTo(actor.pid());
            assertThat(status.module()).startsWith(SysTests.class.getName());
            assertThat(status.mode()).isEqualTo(StatusInfo.Mode.SUSPENDED);
            assertThat(status.parent()).isEqualTo(Processes.self());
            assertThat(status.queued()).isEqualTo(1);
            assertThat(status.debug()).isEqualTo(new StatusInfo.Debug(false, 3, 0));
            assertThat(status.state()).isEqualTo(List.of(1));
            Sys.resume(actor.pid());
            assertThat(Sys.getStatus(actor.pid()).mode()).isEqualTo(StatusInfo.Mode.RUNNING);
        }

        @Test
        @Rule("Y-09")
        void terminateIsAcknowledgedBeforeTheCallbackRuns() {
            for (boolean suspended : List.of(true, false)) {
                var go = new CountDownLatch(1);
                Started<Subject<Object>> actor =
                        Actor.<List<Object>>startingWith(List::of)
                                .onMessage(SysTests::keep)
                                .onTerminate(
                                        (state, reason) -> {
                                            go.await();
                                        })
                                .start();
                Processes.unlink(actor.pid());
                Monitor monitor = Processes.monitor(actor.pid());
                if (suspended) Sys.suspend(actor.pid());

                Sys.terminate(actor.pid(), ExitReason.shutdown("enough"));

                assertThat(Processes.isAlive(actor.pid())).isTrue();
                go.countDown();
                assertThat(expectDown(monitor)).isEqualTo(ExitReason.shutdown("enough"));
            }
        }

        @Test
        @Rule("Y-10")
        void theDeadAndTheBusyAreErrors() {
            Started<Subject<Object>> actor = keeper();
            Processes.unlink(actor.pid());
            var go = new CountDownLatch(1);
            actor.data()
                    .send(
                            (Runnable)
                                    () -> {
                                        try {
                                            go.await();
                                        } catch (InterruptedException e) {
                                            Thread.currentThread().interrupt();
                                        }
                                    });

            assertThatExceptionOfType(CallException.TimedOut.class)
                    .isThrownBy(() -> Sys.getState(actor.pid(), List.class, Duration.ofMillis(20)));
            go.countDown();
            assertThat(state(actor)).isEmpty();
            Monitor monitor = Processes.monitor(actor.pid());
            Processes.kill(actor.pid());
            expectDown(monitor);
            assertThatExceptionOfType(CallException.CalleeDown.class)
                    .isThrownBy(() -> Sys.suspend(actor.pid()))
                    .matches(e -> e.reason().equals(ExitReason.NO_PROCESS), "reason");
        }

        @Test
        @Rule("Y-10")
        void whoCannotServeIsRefused() {
            Pid body = Processes.spawn(() -> Processes.sleep(SOON));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Sys.getStatus(body))
                    .withMessageContaining("runs a body of its own");
            Started<Subject<Object>> actor = keeper();
            Subject<Object> probe = Subject.create();
            actor.data()
                    .send(
                            (Runnable)
                                    () -> {
                                        try {
                                            Sys.getStatus(Processes.self());
                                        } catch (CallException.CallingSelf e) {
                                            probe.send("refused");
                                        }
                                    });
            assertThat(expect(probe)).isEqualTo("refused");
        }
    }

    @Nested
    class Watching {
        @Test
        @Rule("Y-11")
        void theLogKeepsTheLastEventsByType() {
            Started<Subject<Object>> actor = keeper();
            assertThat(Sys.logged(actor.pid())).isEmpty();
            Sys.log(actor.pid());
            for (int i = 0; i < 15; i++) actor.data().send(i);
            Sys.suspend(actor.pid());
            Sys.resume(actor.pid());
            actor.data().send("last");

            List<LoggedEvent> logged = Sys.logged(actor.pid());

            assertThat(logged).hasSize(10);
            assertThat(logged.getFirst().type()).isEqualTo("java.lang.Integer");
            assertThat(logged.getLast().type()).isEqualTo("java.lang.String");
            Sys.log(actor.pid(), 2);
            assertThat(Sys.logged(actor.pid())).isEqualTo(logged.subList(8, 10));
            Sys.log(actor.pid(), 0);
            actor.data().send(1);
            assertThat(Sys.logged(actor.pid())).isEmpty();
        }

        @Test
        @Rule("Y-11")
        void theLogSwitchesItselfOffAndKeepsWhatItHas() {
            simulated(
                    () -> {
                        Started<Subject<Object>> actor = keeper();
                        Sys.log(actor.pid(), 5, Duration.ofMinutes(1));
                        actor.data().send(1);
                        Processes.sleep(Duration.ofMinutes(1));
                        actor.data().send("still");
                        List<LoggedEvent> logged = Sys.logged(actor.pid());
                        assertThat(types(logged))
                                .containsExactly("java.lang.Integer", "java.lang.String");
                        assertThat(Sys.getStatus(actor.pid()).debug().logged()).isEqualTo(5);

                        Processes.sleep(Duration.ofNanos(1));
                        actor.data().send(2);

                        assertThat(Sys.logged(actor.pid())).isEqualTo(logged);
                        assertThat(Sys.getStatus(actor.pid()).debug().logged()).isZero();

                        Sys.log(actor.pid(), 5, Duration.ofMinutes(1));
                        actor.data().send(3.0);
                        assertThat(types(Sys.logged(actor.pid())))
                                .containsExactly(
                                        "java.lang.Integer",
                                        "java.lang.String",
                                        "java.lang.Double");
                    });
        }

        @Test
        @Rule("Y-11")
        void unlessToldOtherwiseTheLogEndsAfterTenMinutes() {
            simulated(
                    () -> {
                        Started<Subject<Object>> actor = keeper();
                        Sys.log(actor.pid());
                        Processes.sleep(Sys.DEFAULT_LOG_TIME.plusNanos(1));
                        actor.data().send(1);
                        assertThat(Sys.logged(actor.pid())).isEmpty();
                    });
            assertThat(Sys.DEFAULT_LOG_TIME).isEqualTo(Duration.ofMinutes(10));
            Pid self = Processes.self();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Sys.log(self, 1, Duration.ZERO))
                    .withMessage("'limit' must be positive: PT0S");
        }

        private static void simulated(Runnable body) {
            outside(() -> Simulation.run(1, body));
        }

        private static List<String> types(List<LoggedEvent> events) {
            return events.stream().map(LoggedEvent::type).toList();
        }

        @Test
        @Rule("Y-11")
        void aTraceSwitchesItselfOff() {
            Started<Subject<Object>> actor = keeper();
            Sys.trace(actor.pid(), 3);

            actor.data().send(1);
            assertThat(Sys.getStatus(actor.pid()).debug().traced()).isEqualTo(2);
            for (int i = 0; i < 5; i++) actor.data().send(i);

            assertThat(Sys.getStatus(actor.pid()).debug().traced()).isZero();
            assertThatIllegalArgumentException().isThrownBy(() -> Sys.trace(actor.pid(), -1));
        }

        @Test
        @Rule("Y-12")
        void statisticsCountOrdinaryMessagesOnly() {
            Started<Subject<Object>> actor = keeper();
            actor.data().send(0);
            assertThat(Sys.statistics(actor.pid())).isEmpty();
            Sys.statistics(actor.pid(), true);
            for (int i = 0; i < 5; i++) actor.data().send(i);
            Sys.suspend(actor.pid());
            Sys.resume(actor.pid());

            Statistics statistics = Sys.statistics(actor.pid()).orElseThrow();

            assertThat(statistics.messagesIn()).isEqualTo(5);
            assertThat(statistics.startedAt()).isBeforeOrEqualTo(statistics.now());
            Sys.statistics(actor.pid(), false);
            assertThat(Sys.statistics(actor.pid())).isEmpty();
        }
    }
}

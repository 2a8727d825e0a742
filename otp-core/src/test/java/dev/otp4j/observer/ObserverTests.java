/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.application.TreeNode;
import dev.otp4j.process.CallException;
import dev.otp4j.process.CrashReport;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.FailedCall;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessListener;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.process.Vacancy;
import dev.otp4j.process.VirtualClock;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactoryName;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.PendingRestart;
import dev.otp4j.supervisor.Restart;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an observer keeps of a system, and that it is bounded. */
@Timeout(60)
class ObserverTests {
    private record Boom() {}

    private final Name<Object> name = Name.create("desk", Vacancy.holding(100));
    private final Observer observer = new Observer();
    private final OtpSystem system = system();

    private OtpSystem system() {
        var desk =
                Actor.startingWith(() -> 0)
                        .onMessage((Integer state, Object message) -> handle(state, message))
                        .named(name);
        return OtpSystem.builder("shop")
                .listener(observer)
                .root(
                        () ->
                                StaticSupervisor.oneForOne()
                                        .restartTolerance(3, Duration.ofMinutes(1))
                                        .add(ChildSpecification.worker("desk", desk::start)))
                .build();
    }

    private static Next<Integer, Object> handle(Integer state, Object message) {
        if (message instanceof Boom) throw new IllegalStateException("boom", new Error("inner"));
        return Next.continueWith(state);
    }

    private static ActorBuilder<Integer, Object, Subject<Object>> stopping() {
        return Actor.startingWith(() -> 0)
                .onMessage((Integer state, Object message) -> Next.<Integer, Object>stop());
    }

    private void crash() {
        name.subject().send(new Boom());
    }

    private List<Event.Kind> kinds() {
        return observer.events().after(0, 1_000).stream().map(Event::kind).toList();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void keepsACrashWithItsCausesItsMessageAndWhatTheSupervisorDid() {
        system.start();
        crash();
        eventually(
                "it runs again",
                () ->
                        observer.crashes().of("desk").size() == 1
                                && observer.crashes().of("desk").getFirst().ranAgainAfter() != null
                                && observer.crashes().of("desk").getFirst().decision() != null);

        Crash crash = observer.crashes().of("desk").getFirst();
        assertThat(crash.path()).isEqualTo("/desk");
        assertThat(crash.causes())
                .containsExactly("java.lang.IllegalStateException", "java.lang.Error");
        assertThat(crash.texts()).containsExactly("boom", "inner");
        assertThat(crash.messageType()).isEqualTo(Boom.class.getName());
        assertThat(crash.decision()).startsWith("restart, 1 of 3");
        assertThat(observer.crashes().at("/desk")).containsExactly(crash);
    }

    /** The log may be slow: what counts is when the process crashed and its successor ran. */
    @Test
    void theTimeUntilItRanAgainIsNotThatOfTheReports() {
        var delivered = new CountDownLatch(1);
        var first = new AtomicBoolean(true);
        Duration slow = Duration.ofMillis(30);
        var desk =
                Actor.startingWith(
                                () -> {
                                    if (!first.getAndSet(false)) Processes.sleep(slow);
                                    return 0;
                                })
                        .onMessage((Integer state, Object message) -> handle(state, message))
                        .named(name);
        var lateLog =
                new ProcessListener() {
                    @Override
                    public void processCrashed(CrashReport report) {
                        Expect.await(delivered);
                    }
                };
        try (OtpSystem late =
                OtpSystem.builder("late")
                        .listener(lateLog)
                        .listener(observer)
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .add(
                                                        ChildSpecification.worker(
                                                                "desk", desk::start)))
                        .build()) {
            late.start();
            crash();
            eventually("it runs again", () -> late.restarts() == 1);
            delivered.countDown();
            eventually("it is told", () -> kinds().contains(Event.Kind.RESTARTED));

            assertThat(observer.crashes().of("desk").getFirst().ranAgainAfter())
                    .isGreaterThanOrEqualTo(slow);
        }
    }

    @Test
    void countsEqualCrashesInOneGroup() {
        system.start();
        for (int i = 1; i <= 3; i++) {
            int now = i;
            crash();
            eventually(
                    "crash " + i,
                    () ->
                            system.restarts() == now
                                    && observer.crashes().groups().size() == 1
                                    && observer.crashes().groups().getFirst().count() == now);
        }
        CrashGroup group = observer.crashes().groups().getFirst();
        assertThat(group.definition()).isEqualTo("desk");
        assertThat(group.type()).isEqualTo("java.lang.IllegalStateException");
        assertThat(group.messageType()).isEqualTo(Boom.class.getName());
        assertThat(group.first()).isBeforeOrEqualTo(group.last().at());
    }

    @Test
    void tellsWhatHappenedInOrderAndWhoUsedUpTheTolerance() {
        system.start();
        for (int i = 1; i <= 4; i++) {
            int now = i;
            crash();
            if (now == 4) break; // one too many: it gives up
            eventually("restart " + i, () -> system.restarts() == now);
        }
        eventually("it gave up", () -> kinds().contains(Event.Kind.GAVE_UP));

        assertThat(kinds())
                .startsWith(Event.Kind.STARTED)
                .containsSubsequence(Event.Kind.RESTARTED, Event.Kind.CRASHED, Event.Kind.GAVE_UP);
        Event gaveUp =
                observer.events().after(0, 1_000).stream()
                        .filter(event -> event.kind() == Event.Kind.GAVE_UP)
                        .findFirst()
                        .orElseThrow();
        assertThat(gaveUp.text()).contains("/desk");
        assertThat(gaveUp.path()).isEqualTo("/");
    }

    @Test
    void keepsStartsInOrderWithTheirDurations() {
        system.start();
        assertThat(observer.starts().all()).extracting(Start::path).containsExactly("/desk");
        assertThat(observer.starts().all().getFirst().took()).isPositive();
        crash();
        eventually("restarted", () -> observer.starts().count() == 2);
        assertThat(observer.starts().all().getLast().restart()).isTrue();
    }

    @Test
    void keepsCallsThatFailed() {
        system.start();
        var result =
                name.subject()
                        .tryCall(Duration.ofMillis(1), (Subject<Object> reply) -> "no answer");
        assertThat(result).isNotNull();
        CallFailures failed = observer.failedCalls().getFirst();
        assertThat(failed.callee()).isEqualTo("desk");
        assertThat(failed.outcome()).isEqualTo("timed-out");
        assertThat(failed.lastRequestType()).isEqualTo("java.lang.String");
        assertThat(failed.explanation()).contains("did not reply within");
    }

    @Test
    void aCalleeThatHasEndedIsCountedForItsDefinitionToo() {
        system.start();
        Pid desk = name.pid().orElseThrow();
        Processes.kill(desk);
        eventually("it has ended for good", () -> ProcessInfo.moduleOf(desk).isEmpty());
        var reason = ExitReason.KILLED;

        observer.callFailed(
                new FailedCall(
                        Instant.now(),
                        system.runtime().pid(),
                        desk,
                        name,
                        "java.lang.String",
                        new CallException.CalleeDown(desk.toString(), reason)));

        assertThat(observer.failedCalls()).extracting(CallFailures::callee).containsExactly("desk");
    }

    @Test
    void keepsDroppedMessagesByReceiverAndType() {
        system.start();
        Subject<Object> gone = stopping().runtime(system.runtime()).start().data();
        gone.send("stop");
        eventually("dead", () -> gone.trySend(1) != Subject.Sent.SENT);

        assertThat(observer.dropped())
                .anySatisfy(
                        dropped -> {
                            assertThat(dropped.reason()).isEqualTo(DropReason.DEAD);
                            assertThat(dropped.type()).isEqualTo("java.lang.Integer");
                        });
    }

    @Test
    void countsWhatEndedChildrenOfAFactoryDidNotGetAsOne() throws Exception {
        FactoryName<String, Subject<Object>> carts = FactoryName.create("carts");
        var factory =
                FactorySupervisor.workerChild((String cart) -> stopping().start())
                        .restart(Restart.TEMPORARY)
                        .named(carts)
                        .supervised("carts");
        try (OtpSystem shop =
                OtpSystem.builder("carts")
                        .listener(observer)
                        .root(() -> StaticSupervisor.oneForOne().add(factory))
                        .build()) {
            shop.start();
            for (String cart : List.of("one", "two")) {
                Subject<Object> gone = FactorySupervisor.byName(carts).startChild(cart).data();
                gone.send("stop");
                eventually("dead", () -> gone.trySend(1) != Subject.Sent.SENT);
            }
        }

        assertThat(observer.dropped())
                .filteredOn(dropped -> dropped.type().equals("java.lang.Integer"))
                .singleElement()
                .satisfies(dropped -> assertThat(dropped.receiver()).isEqualTo("carts"));
    }

    @Test
    void aRestartSaysWhyTheChildHadEnded() {
        system.start();
        Processes.kill(system.find("/desk", 0, 0).orElseThrow().pid());
        eventually("restarted", () -> kinds().contains(Event.Kind.RESTARTED));
        assertThat(observer.events().after(0, 100))
                .anySatisfy(event -> assertThat(event.text()).isEqualTo("restarted after killed"));
    }

    @Test
    void equalEventsInARowAreOneEntryWithTheNumberOfTheLastOne() {
        var log = new EventLog(10);
        Instant now = Instant.now();
        for (int i = 0; i < 5; i++) log.add(now, Event.Kind.STUCK, "/a", "a", "busy");
        log.add(now, Event.Kind.STUCK, "/b", "b", "busy");

        List<Event> all = log.after(0, 100);

        assertThat(all).extracting(Event::count).containsExactly(5, 1);
        assertThat(all).extracting(Event::sequence).containsExactly(5L, 6L);
        assertThat(log.after(5, 100)).hasSize(1);
    }

    @Test
    void aLoopOfCrashesAndRestartsIsTwoEntriesInTheOrderOfTheLast() {
        var log = new EventLog(10);
        Instant now = Instant.now();
        log.add(now, Event.Kind.STARTED, "/b", "b", "started");
        for (int i = 0; i < 100; i++) {
            log.add(now, Event.Kind.CRASHED, "/a", "a", "boom");
            log.add(now, Event.Kind.RESTARTED, "/a", "a", "restarted");
        }

        assertThat(log.after(0, 100))
                .extracting(Event::kind, Event::count, Event::sequence)
                .containsExactly(
                        tuple(Event.Kind.STARTED, 1, 1L),
                        tuple(Event.Kind.CRASHED, 100, 200L),
                        tuple(Event.Kind.RESTARTED, 100, 201L));
        assertThat(log.forgotten()).isZero();
    }

    @Test
    void theOldestEventsMakeRoom() {
        var log = new EventLog(10);
        for (int i = 0; i < 25; i++) log.add(Instant.now(), Event.Kind.STARTED, "/" + i, null, "");
        assertThat(log.after(0, 100))
                .hasSize(10)
                .last()
                .satisfies(e -> assertThat(e.path()).isEqualTo("/24"));
        assertThat(log.forgotten()).isEqualTo(15);
        assertThat(log.after(0, 3)).hasSize(3);
        assertThat(log.lastSequence()).isEqualTo(25);
    }

    @Test
    void crashesOfManyDefinitionsAreBounded() {
        var log = new CrashLog();
        for (int i = 0; i < 3 * CrashLog.DEFINITIONS; i++) {
            for (int j = 0; j < 2; j++) log.add(crashOf("definition-" + i));
        }
        for (int i = 0; i < 3 * CrashLog.KEPT; i++) log.add(crashOf("storm"));
        assertThat(log.groups()).hasSize(CrashLog.GROUPS);
        assertThat(log.of("definition-0")).isEmpty();
        assertThat(log.of("storm")).hasSize(CrashLog.KEPT);
        assertThat(log.groups().getFirst().count()).isEqualTo(3 * CrashLog.KEPT);
    }

    @Test
    void tellsOfSuspendedResumedAndKilledProcessesWhicheverCodeDidIt() {
        system.start();
        Pid desk = name.pid().orElseThrow();
        Sys.suspend(desk);
        Sys.suspend(desk);
        Sys.resume(desk);
        Processes.kill(desk);

        eventually("killed", () -> kinds().contains(Event.Kind.RESTARTED));
        assertThat(kinds())
                .containsSubsequence(
                        Event.Kind.SUSPENDED,
                        Event.Kind.RESUMED,
                        Event.Kind.KILLED,
                        Event.Kind.RESTARTED)
                .containsOnlyOnce(Event.Kind.SUSPENDED);
    }

    @Test
    void countsTheLivesOfAChildInItsCrashes() {
        system.start();
        crash();
        eventually("restarted", () -> kinds().contains(Event.Kind.RESTARTED));
        name.subject().send("text");
        crash();
        eventually(
                "decided",
                () ->
                        observer.crashes().of("desk").stream()
                                        .filter(crash -> crash.decision() != null)
                                        .count()
                                == 2);

        assertThat(observer.crashes().of("desk"))
                .extracting(Crash::generation)
                .containsExactly(2, 1);
    }

    /** The reports of a crash may be told when the supervisor has ended because of it. */
    @Test
    void theLastCrashBeforeASupervisorGivesUpIsOneOfItsDefinitionToo() {
        var ended = new CountDownLatch(1);
        var lateLog =
                new ProcessListener() {
                    @Override
                    public void processCrashed(CrashReport report) {
                        Expect.await(ended);
                    }
                };
        var desk =
                Actor.startingWith(() -> 0)
                        .onMessage((Integer state, Object message) -> handle(state, message))
                        .named(name);
        try (OtpSystem late =
                OtpSystem.builder("late")
                        .listener(lateLog)
                        .listener(observer)
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(0, Duration.ofMinutes(1))
                                                .add(
                                                        ChildSpecification.worker(
                                                                "desk", desk::start)))
                        .build()) {
            late.start();
            crash();
            eventually("it gave up", () -> late.state() == OtpSystem.State.GAVE_UP);
            ended.countDown();
            eventually("it is told", () -> kinds().contains(Event.Kind.GAVE_UP));
        }

        assertThat(observer.crashes().groups())
                .singleElement()
                .satisfies(
                        group -> {
                            assertThat(group.definition()).isEqualTo("desk");
                            assertThat(group.last().decision()).startsWith("no restart");
                        });
    }

    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("no stack");
        }
    }

    @Test
    void anExceptionThatCannotBeAskedIsACrashToo() {
        var desk =
                Actor.startingWith(() -> 0)
                        .onMessage(
                                (Integer state, Object message) -> {
                                    if (state == 0) throw new Hostile();
                                    return Next.<Integer, Object>continueWith(state);
                                })
                        .named(name);
        try (OtpSystem hostile =
                OtpSystem.builder("hostile")
                        .listener(observer)
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .add(
                                                        ChildSpecification.worker(
                                                                "desk", desk::start)))
                        .build()) {
            hostile.start();
            crash();
            eventually("it is told", () -> kinds().contains(Event.Kind.RESTARTED));
        }

        assertThat(observer.crashes().of("desk"))
                .singleElement()
                .satisfies(
                        crash -> {
                            assertThat(crash.causes()).containsExactly(Hostile.class.getName());
                            assertThat(crash.frame()).isNull();
                        });
    }

    @Test
    void aChildOfASupervisorThatGaveUpRanAgainWhenThatOneWasStartedAgain() {
        var desk =
                Actor.startingWith(() -> 0)
                        .onMessage((Integer state, Object message) -> handle(state, message))
                        .named(name);
        var inner =
                StaticSupervisor.oneForOne()
                        .restartTolerance(0, Duration.ofMinutes(1))
                        .add(ChildSpecification.worker("desk", desk::start))
                        .supervised("inner");
        try (OtpSystem nested =
                OtpSystem.builder("nested")
                        .listener(observer)
                        .root(() -> StaticSupervisor.oneForOne().add(inner))
                        .build()) {
            nested.start();
            crash();
            eventually("it gave up", () -> kinds().contains(Event.Kind.GAVE_UP));
            eventually("it runs again", () -> kinds().contains(Event.Kind.RESTARTED));

            assertThat(observer.crashes().at("/inner/desk").getFirst().ranAgainAfter()).isNotNull();
        }
    }

    private static Crash crashOf(String definition) {
        return new Crash(
                Instant.now(),
                "/" + definition,
                definition,
                List.of("x"),
                List.of("x"),
                1,
                null,
                null,
                null,
                null,
                0,
                null,
                SOON);
    }

    @Test
    @Rule("BO-14")
    void saysHowLongASupervisorWaitsBeforeARestart() {
        Pid supervisor = Processes.run(ProcessRuntime.defaultRuntime(), Processes::self);

        observer.reported(
                SupervisorReport.builder(
                                supervisor, SupervisorReport.Context.CHILD_TERMINATED, "desk")
                        .decision("restart in PT3.2S (attempt 4), 4 of 10 restarts in PT1M")
                        .delay(Duration.ofMillis(3_200), 4)
                        .build());

        assertThat(observer.events().after(0, 10))
                .extracting(Event::kind, Event::path, Event::text)
                .containsExactly(
                        tuple(
                                Event.Kind.RESTART_DELAYED,
                                "/desk",
                                "restarting in 3.2 s, attempt 4"));
    }

    @Test
    @Rule("BO-14")
    void aDelayedRestartIsAnEventOfItsOwn() {
        var clock = VirtualClock.create();
        var child =
                ChildSpecification.worker("desk", () -> stopping().start())
                        .backoff(Backoff.fixed(Duration.ofSeconds(3)).jitter(0));
        try (OtpSystem delayed =
                OtpSystem.builder("delayed")
                        .listener(observer)
                        .runtime(runtime -> runtime.virtualTime(clock))
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(3, Duration.ofMinutes(1))
                                                .add(child))
                        .build()) {
            delayed.start();
            Processes.kill(delayed.find("/desk", 0, 0).orElseThrow().pid());
            clock.advance(Duration.ofSeconds(1));

            assertThat(delayed.find("/desk", 0, 0).orElseThrow().pendingRestart())
                    .isEqualTo(new PendingRestart(1, Duration.ofSeconds(2)));
            clock.advance(Duration.ofSeconds(2));

            assertThat(delayed.find("/desk", 0, 0).orElseThrow().state())
                    .isEqualTo(TreeNode.State.RUNNING);
            assertThat(observer.events().after(0, 100))
                    .filteredOn(event -> "/desk".equals(event.path()))
                    .extracting(Event::kind, Event::text)
                    .containsExactly(
                            tuple(Event.Kind.STARTED, "started"),
                            tuple(Event.Kind.KILLED, "killed"),
                            tuple(Event.Kind.RESTART_DELAYED, "restarting in 3.0 s, attempt 1"),
                            tuple(Event.Kind.RESTARTED, "restarted after killed"));
        }
    }
}

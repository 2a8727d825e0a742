/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Started;
import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Name;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A concurrency limit for a child or for all actors below a supervisor. */
@Timeout(30)
class SubtreeLimitTests {
    private final ProcessRuntime runtime = ProcessRuntime.builder().name("subtree").build();
    private final ConcurrencyLimit db = ConcurrencyLimit.of("db", 1);
    private final ConcurrencyLimit other = ConcurrencyLimit.of("other", 1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        runtime.close();
    }

    private static ChildSpecification<Subject<Runnable>> child(String id, Name<Runnable> name) {
        return child(id, Actors.running().named(name));
    }

    private static ChildSpecification<Subject<Runnable>> child(
            String id, ActorBuilder<?, Runnable, Subject<Runnable>> actor) {
        return ChildSpecification.worker(id, actor::start);
    }

    private StaticSupervisor start(StaticSupervisor.Builder supervisor) {
        return outside(() -> supervisor.runtime(runtime).start().data());
    }

    private static Optional<ConcurrencyLimit> limitOf(Pid pid) {
        return ProcessInfo.permitOf(pid).map(ProcessInfo.Permit::limit);
    }

    private static Pid pid(Name<?> name) {
        return name.pid().orElseThrow();
    }

    private void hold(Subject<Runnable> actor) {
        var begun = new CountDownLatch(1);
        actor.send(
                () -> {
                    begun.countDown();
                    Expect.stubbornly(release);
                });
        await(begun);
    }

    @Test
    @Rule("CL-09")
    void allActorsBelowASupervisorHaveItsLimitUnlessTheyHaveTheirOwn() {
        Name<Runnable> plain = Name.create("plain");
        Name<Runnable> own = Name.create("own");
        Name<Runnable> free = Name.create("free");
        Name<Runnable> nested = Name.create("nested");
        Name<Runnable> moved = Name.create("moved");
        var inner =
                StaticSupervisor.oneForOne()
                        .add(child("nested", nested))
                        .add(child("moved", moved).concurrency(other));
        StaticSupervisor top =
                start(
                        StaticSupervisor.oneForOne()
                                .concurrency(db)
                                .add(child("plain", plain))
                                .add(child("own", Actors.running().named(own).concurrency(other)))
                                .add(child("free", free).concurrency(ConcurrencyLimit.none()))
                                .add(inner.supervised("inner")));
        assertThat(limitOf(pid(plain))).contains(db);
        assertThat(limitOf(pid(own))).contains(other);
        assertThat(limitOf(pid(free))).isEmpty();
        assertThat(limitOf(pid(nested))).contains(db);
        assertThat(limitOf(pid(moved))).contains(other);
        assertThat(limitOf(top.pid())).isEmpty();
        assertThat(limitOf(ProcessInfo.parentOf(pid(nested)).orElseThrow())).isEmpty();
    }

    @Test
    @Rule("CL-09")
    void anActorThatAnActorStartsInheritsTheLimitOfTheSubtreeAndNotThatOfTheActor() {
        Name<Runnable> plain = Name.create("plain");
        Name<Runnable> own = Name.create("own");
        start(
                StaticSupervisor.oneForOne()
                        .concurrency(db)
                        .add(child("plain", plain))
                        .add(child("own", Actors.running().named(own).concurrency(other))));
        for (Name<Runnable> starter : List.of(plain, own)) {
            var started = new AtomicReference<Pid>();
            starter.subject().send(() -> started.set(Actors.running().start().data().owner()));
            eventually("it is started", () -> started.get() != null);
            assertThat(limitOf(started.get())).contains(db);
        }
    }

    @Test
    @Rule("CL-09")
    void theChildrenOfAFactoryHaveItsLimitAndAfterARestartToo() {
        FactorySupervisor<Integer, Subject<Runnable>> factory =
                outside(
                        () ->
                                FactorySupervisor.<Integer, Subject<Runnable>>workerChild(
                                                number -> Actors.running().start())
                                        .restart(Restart.PERMANENT)
                                        .concurrency(db)
                                        .runtime(runtime)
                                        .start()
                                        .data());
        Started<Subject<Runnable>> child = outside(() -> factory.startChild(1));
        assertThat(limitOf(child.pid())).contains(db);
        Processes.kill(child.pid());
        eventually(
                "it is restarted",
                () ->
                        factory.children().stream()
                                .map(ChildInfo::pid)
                                .anyMatch(
                                        pid ->
                                                pid != null
                                                        && !pid.equals(child.pid())
                                                        && limitOf(pid).equals(Optional.of(db))));
    }

    @Test
    @Rule("CL-04")
    void aSupervisorStopsChildrenThatWaitAtOnce() {
        var specifications = new ArrayList<ChildSpecification<?>>();
        List<Name<Runnable>> names = new ArrayList<>();
        var terminated = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            Name<Runnable> name = Name.create("waits" + i);
            names.add(name);
            specifications.add(
                    child(
                                    "waits" + i,
                                    Actors.running()
                                            .named(name)
                                            .onTerminate(
                                                    (state, reason) ->
                                                            terminated.incrementAndGet()))
                            .shutdown(Duration.ofMinutes(1)));
        }
        Subject<Runnable> holder = Actors.start(Actors.running().concurrency(db), runtime);
        hold(holder);
        StaticSupervisor top =
                start(StaticSupervisor.oneForOne().concurrency(db).addAll(specifications));
        names.forEach(name -> name.subject().send(() -> terminated.addAndGet(1000)));
        eventually("all wait", () -> db.waiting() == 50);
        outside(() -> Processes.exit(top.pid(), ExitReason.SHUTDOWN));
        Expect.ended(top.pid());
        assertThat(terminated).hasValue(50); // each in its own time, no message handled
        assertThat(db.waiting()).isZero();
        assertThat(db.holders()).containsExactly(holder.owner());
    }

    @Test
    @Rule("CL-09")
    void aSupervisorServesRequestsAndRestartsWhileAllPermitsAreTaken() {
        Name<Runnable> first = Name.create("first");
        Subject<Runnable> holder = Actors.start(Actors.running().concurrency(db), runtime);
        hold(holder);
        StaticSupervisor top =
                start(StaticSupervisor.oneForOne().concurrency(db).add(child("first", first)));
        Pid before = pid(first);
        Processes.kill(before);
        eventually(
                "it is restarted",
                () -> first.pid().filter(pid -> !pid.equals(before)).isPresent());
        Started<Subject<Runnable>> added =
                outside(() -> top.startChild(child("second", Actors.running())));
        assertThat(limitOf(added.pid())).contains(db);
        outside(() -> top.terminateChild("second"));
    }
}

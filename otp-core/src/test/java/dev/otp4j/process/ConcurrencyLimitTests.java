/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a process under a concurrency limit does with and without a permit. */
@Timeout(30)
class ConcurrencyLimitTests {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ProcessRuntime runtime = ProcessRuntime.builder().name("permits").build();
    private final CountDownLatch release = new CountDownLatch(1);
    private final ConcurrencyLimit one = ConcurrencyLimit.of("db", 1);
    private final List<Object> handled = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        release.countDown();
        runtime.close();
    }

    private Subject<Runnable> running(ConcurrencyLimit limit) {
        return Actors.start(Actors.running().concurrency(limit), runtime);
    }

    /** An actor whose handler has the only permit until the release. */
    private Subject<Runnable> holder() {
        Subject<Runnable> holder = running(one);
        hold(holder);
        return holder;
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

    private void waits(Subject<?> actor) {
        Pid pid = actor.owner();
        eventually(
                "it waits and is idle",
                () -> one.queue().contains(pid) && ((ProcessCell) pid).mailbox.isIdle());
    }

    private static int state(Subject<?> actor) {
        return outside(() -> Sys.getState(actor.owner(), Integer.class));
    }

    private void allFree() {
        eventually("all permits are free", () -> one.inUse() == 0 && one.waiting() == 0);
    }

    // ---- values

    @Test
    void aLimitHasANameAndAPermit() {
        assertThatThrownBy(() -> ConcurrencyLimit.of("db", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'permits' of concurrency limit 'db' must be positive: 0");
        assertThatThrownBy(() -> ConcurrencyLimit.of(" ", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'name' must not be blank: \" \"");
        assertThat(one.name()).isEqualTo("db");
        assertThat(one.permits()).isEqualTo(1);
        assertThat(one).hasToString("ConcurrencyLimit['db', 0 of 1 permits in use, 0 waiting]");
        assertThat(ConcurrencyLimit.none()).hasToString("ConcurrencyLimit[none]");
    }

    // ---- waiting

    @Test
    @Rule({"CL-01", "CL-03"})
    void aProcessWithoutAPermitStandsInTheQueueWithoutAThread() {
        Subject<Runnable> holder = holder();
        Subject<Runnable> second = running(one);
        Subject<Runnable> third = running(one);
        second.send(() -> handled.add("second"));
        waits(second);
        third.send(() -> handled.add("third"));
        waits(third);
        assertThat(one.holders()).containsExactly(holder.owner());
        assertThat(one.queue()).containsExactly(second.owner(), third.owner());
        assertThat(((ProcessCell) third.owner()).thread()).isNull();
        assertThat(ProcessInfo.permitOf(third.owner()))
                .hasValue(new ProcessInfo.Permit(one, false, 1));
        assertThat(ProcessInfo.of(third.owner()).state()).isEqualTo(ProcessInfo.State.WAITING);
        assertThat(ProcessInfo.mailboxSize(third.owner())).isEqualTo(1);
        assertThat(ProcessInfo.oldestMessageAgeOf(third.owner())).isPositive();
        assertThat(ProcessInfo.oldestMessageAgeOf(holder.owner())).isZero();
        assertThat(handled).isEmpty();
        release.countDown();
        eventually("both ran", () -> handled.size() == 2);
        assertThat(handled).containsExactly("second", "third");
        allFree();
        assertThat(runtime.concurrencyLimits()).containsExactly(one);
    }

    @Test
    @Rule("CL-06")
    void messagesKeepTheirOrderAcrossTheWait() {
        holder();
        Subject<Runnable> actor = running(one);
        for (int i = 0; i < 100; i++) {
            int number = i;
            outside(() -> actor.send(() -> handled.add(number)));
            if (i == 50) waits(actor);
        }
        release.countDown();
        eventually("all ran", () -> handled.size() == 100);
        assertThat(handled).isSorted();
        allFree();
    }

    @Test
    @Rule("CL-03")
    void manyThatWaitHaveNoThreads() {
        holder();
        int before = Current.runners().size();
        var actors = new ArrayList<Subject<Runnable>>();
        for (int i = 0; i < 1000; i++) actors.add(running(one));
        actors.forEach(actor -> actor.send(() -> handled.add(1)));
        eventually("all wait", () -> one.waiting() == 1000);
        eventually("no thread runs them", () -> Current.runners().size() <= before);
        release.countDown();
        eventually("all ran", () -> handled.size() == 1000);
        allFree();
    }

    @Test
    @Rule("CL-02")
    void aBusyProcessGivesWayToTheFirstThatWaits() {
        Subject<Runnable> flooded = running(one);
        Subject<Runnable> other = running(one);
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        flooded.send(
                () -> {
                    begun.countDown();
                    Expect.stubbornly(go);
                });
        await(begun);
        for (int i = 0; i < 10_000; i++) flooded.send(() -> handled.add("flooded"));
        other.send(() -> handled.add("other"));
        waits(other);
        go.countDown();
        eventually("all ran", () -> handled.size() == 10_001);
        assertThat(handled.indexOf("other")).isLessThan(8);
        allFree();
    }

    @Test
    @Rule("CL-02")
    void eachOfManyFloodedProcessesMakesProgressWithOnePermit() {
        // no time passes, so that each turn has 8 messages
        try (ProcessRuntime still =
                ProcessRuntime.builder().virtualTime(VirtualClock.withSeed(1)).build()) {
            progress(still);
        }
    }

    private void progress(ProcessRuntime still) {
        int count = 20;
        var counts = new AtomicInteger[count];
        var most = new AtomicInteger();
        var actors = new ArrayList<Subject<Runnable>>();
        holder();
        for (int i = 0; i < count; i++) {
            counts[i] = new AtomicInteger();
            actors.add(Actors.start(Actors.running().concurrency(one), still));
        }
        for (int m = 0; m < 400; m++) {
            for (int i = 0; i < count; i++) {
                AtomicInteger own = counts[i];
                actors.get(i)
                        .send(
                                () -> {
                                    int mine = own.incrementAndGet();
                                    for (AtomicInteger each : counts) {
                                        most.accumulateAndGet(mine - each.get(), Math::max);
                                    }
                                });
            }
        }
        eventually("all wait", () -> one.waiting() == count);
        release.countDown();
        eventually(
                "all ran",
                () -> {
                    for (AtomicInteger each : counts) if (each.get() < 400) return false;
                    return true;
                });
        assertThat(most.get()).isLessThanOrEqualTo(8); // no process is a turn ahead of another
        allFree();
    }

    // ---- what needs no permit

    @Test
    @Rule("CL-04")
    void aProcessThatWaitsServesSystemRequests() {
        holder();
        Subject<Runnable> actor = running(one);
        actor.send(() -> handled.add("ran"));
        waits(actor);
        assertThat(state(actor)).isEqualTo(0);
        outside(() -> Sys.suspend(actor.owner()));
        eventually("it waits no more", () -> one.waiting() == 0);
        release.countDown();
        allFree();
        assertThat(state(actor)).isEqualTo(0);
        assertThat(handled).isEmpty();
        outside(() -> Sys.resume(actor.owner()));
        eventually("it ran", () -> handled.size() == 1);
        allFree();
    }

    @Test
    @Rule("CL-05")
    void trappedExitsAndDownsNeedNoPermit() {
        holder();
        Subject<Runnable> linked = Actors.running(runtime);
        Subject<Runnable> watched = Actors.running(runtime);
        Subject<Object> actor =
                Actors.start(
                        Actor.<Integer, Object>withInitializer(
                                        LONG,
                                        init -> {
                                            Processes.trapExits(true);
                                            Processes.link(linked.owner());
                                            Processes.monitor(watched.owner());
                                            return init.state(0)
                                                    .selecting(
                                                            Selector.<Object>create()
                                                                    .select(init.self())
                                                                    .selectTrappedExits(
                                                                            exit -> "exit")
                                                                    .selectMonitors(
                                                                            down -> "down"));
                                        })
                                .onMessage(
                                        (state, message) -> {
                                            handled.add(message);
                                            return Next.continueWith(state);
                                        })
                                .concurrency(one),
                        runtime);
        Processes.kill(linked.owner());
        eventually("the exit was handled", () -> handled.contains("exit"));
        actor.send("message");
        waits(actor);
        Processes.kill(watched.owner());
        assertThat(state(actor)).isEqualTo(0); // the down has come before
        assertThat(handled).containsExactly("exit");
        release.countDown();
        eventually("all were handled", () -> handled.size() == 3);
        assertThat(handled).containsExactly("exit", "message", "down");
        allFree();
    }

    @Test
    @Rule("CL-11")
    void anInitialiserNeedsNoPermit() {
        holder();
        Subject<Integer> started =
                Actors.start(Actors.<Integer>idle(() -> 7).concurrency(one), runtime);
        assertThat(state(started)).isEqualTo(7);
    }

    @Test
    @Rule("CL-01")
    void whatAnActorDoesWhenItIsIdleTakesAPermit() {
        holder();
        Subject<Runnable> idle =
                Actors.start(
                        Actors.running()
                                .concurrency(one)
                                .idleTimeout(Duration.ofMillis(1), () -> handled.add("idle")),
                        runtime);

        waits(idle);
        assertThat(handled).isEmpty();
        release.countDown();

        eventually("it was told", () -> handled.equals(List.of("idle")));
        allFree();
    }

    // ---- the step after the start

    /** An actor whose first step is in its initialiser's answer, or in a method. */
    private enum FirstStep {
        CONTINUE_THEN,
        METHOD;

        ActorBuilder<Integer, Runnable, Subject<Runnable>> actor(Runnable step, Runnable end) {
            Stepping stepping = new Stepping(step, end);
            return this == METHOD
                    ? Actor.of(() -> stepping)
                    : Actor.<Integer, Runnable>withInitializer(
                                    LONG, init -> init.state(0).continueThen(stepping::afterStart))
                            .onMessage(stepping::onMessage)
                            .onTerminate(stepping::onTerminate);
        }
    }

    private record Stepping(Runnable step, Runnable end) implements Actor<Integer, Runnable> {
        @Override
        public Integer init(Subject<Runnable> self) {
            return 0;
        }

        @Override
        public Next<Integer, Runnable> afterStart(Integer state) {
            step.run();
            return Next.continueThen(1, next -> Next.continueWith(next + 1));
        }

        @Override
        public Next<Integer, Runnable> onMessage(Integer state, Runnable message) {
            message.run();
            return Next.continueWith(state);
        }

        @Override
        public void onTerminate(Integer state, ExitReason reason) {
            end.run();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Rule("CL-14")
    void theStepAfterTheStartTakesAPermitAndComesBeforeAllMessages(FirstStep kind) {
        Subject<Runnable> holder = holder();
        Subject<Runnable> actor =
                Actors.start(
                        kind.actor(
                                        () -> {
                                            handled.add("step");
                                            handled.add(one.holders());
                                        },
                                        () -> {})
                                .concurrency(one),
                        runtime);
        actor.send(() -> handled.add("message"));
        waits(actor);

        assertThat(one.holders()).containsExactly(holder.owner());
        assertThat(state(actor)).isEqualTo(0);
        outside(() -> Sys.suspend(actor.owner()));
        release.countDown();
        allFree();
        assertThat(handled).isEmpty();
        outside(() -> Sys.resume(actor.owner()));

        eventually("all ran", () -> handled.size() == 3);
        assertThat(handled).containsExactly("step", List.of(actor.owner()), "message");
        assertThat(state(actor)).isEqualTo(2);
        allFree();
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"CL-04", "CL-14"})
    void anActorThatWaitsWithItsFirstStepIsStoppedAtOnceAndRunsItsLastAct(FirstStep kind) {
        holder();
        var actor = new AtomicReference<Pid>();
        Subject<Runnable> parent = Actors.running(runtime);
        parent.send(
                () -> {
                    var builder = kind.actor(() -> handled.add("step"), () -> handled.add("end"));
                    actor.set(builder.concurrency(one).start().pid());
                });
        eventually("it waits", () -> one.waiting() == 1 && actor.get() != null);
        Processes.kill(parent.owner());

        eventually("it has ended", () -> !Processes.isAlive(actor.get()));
        assertThat(handled).containsExactly("end");
        assertThat(one.waiting()).isZero();
        release.countDown();
        allFree();
    }

    @Test
    @Rule("CL-14")
    void aFirstStepThatFailsGivesItsPermitBackAndNoMessageIsInHand() {
        var crash = new CompletableFuture<CrashReport>();
        ProcessRuntime own =
                ProcessRuntime.builder()
                        .name("failing")
                        .listener(
                                new ProcessListener() {
                                    @Override
                                    public void processCrashed(CrashReport report) {
                                        crash.complete(report);
                                    }
                                })
                        .build();
        try (own) {
            Pid pid =
                    Actors.start(
                                    FirstStep.METHOD
                                            .actor(
                                                    () -> {
                                                        throw new IllegalStateException("step");
                                                    },
                                                    () -> {})
                                            .concurrency(one),
                                    own)
                            .owner();
            CrashReport report = get(crash);
            assertThat(report.process()).isEqualTo(pid);
            assertThat(report.step()).isEqualTo("after-start");
            assertThat(report.lastMessage()).isNull();
            allFree();
        }
    }

    @Test
    @Rule("CL-14")
    void anActorWithoutAFirstStepStartsWithoutAPermit() {
        holder();
        Subject<Runnable> actor = running(one);
        Expect.quiet(actor.owner());
        assertThat(one.waiting()).isZero();
    }

    // ---- the end

    @Test
    @Rule("CL-07")
    void aKilledProcessKeepsItsPermitUntilItsCodeHasReturned() {
        Subject<Runnable> holder = holder();
        Subject<Runnable> actor = running(one);
        actor.send(() -> handled.add("ran"));
        waits(actor);
        Processes.kill(holder.owner());
        assertThat(one.inUse()).isEqualTo(1);
        assertThat(one.heldByEnded()).isEqualTo(1);
        assertThat(one.holders()).containsExactly(holder.owner());
        assertThat(one.queue()).containsExactly(actor.owner());
        release.countDown();
        eventually("the next one ran", () -> handled.size() == 1);
        assertThat(one.heldByEnded()).isZero();
        allFree();
    }

    @Test
    @Rule("CL-07")
    void aKilledProcessThatWaitsLeavesTheQueue() {
        holder();
        Subject<Runnable> actor = running(one);
        actor.send(() -> handled.add("ran"));
        waits(actor);
        Processes.kill(actor.owner());
        eventually("it has left", () -> one.waiting() == 0);
        release.countDown();
        allFree();
        assertThat(handled).isEmpty();
        eventually("it is counted", () -> runtime.deadLetters(DropReason.DEAD) == 1);
    }

    @Test
    @Rule("CL-07")
    void aCrashGivesThePermitBack() {
        Subject<Runnable> crashing = running(one);
        crashing.send(
                () -> {
                    throw new IllegalStateException("crash");
                });
        Expect.ended(crashing.owner());
        allFree();
    }

    @Test
    @Rule("CL-07")
    void outOfMemoryAndOverflowGiveThePermitBack() {
        List<Runnable> failing =
                List.of(
                        () -> {
                            throw new OutOfMemoryError("test");
                        },
                        () -> endless(0));
        for (Runnable code : failing) {
            Subject<Runnable> crashing = running(one);
            crashing.send(code);
            Expect.ended(crashing.owner());
            allFree();
        }
    }

    private static int endless(int depth) {
        return endless(depth + 1) + 1;
    }

    // ---- threads and calls

    @Test
    @Rule("CL-08")
    void aReceiverOnItsSendersThreadTakesAPermitToo() {
        Subject<Runnable> sender = Actors.running(runtime);
        var thread = new AtomicReference<Thread>();
        var held = new AtomicReference<List<Pid>>();
        Subject<Runnable> receiver = running(one);
        boolean chained = false;
        for (int i = 0; i < 1000 && !chained; i++) {
            var done = new CompletableFuture<Boolean>();
            sender.send(
                    () -> {
                        thread.set(Thread.currentThread());
                        receiver.send(
                                () -> {
                                    held.set(one.holders());
                                    done.complete(thread.get() == Thread.currentThread());
                                });
                    });
            chained = get(done);
            assertThat(held.get()).containsExactly(receiver.owner());
        }
        assertThat(chained).isTrue();
        allFree();
    }

    @Test
    @Rule("CL-08")
    void aReceiverOnItsSendersThreadWaitsIfNoPermitIsFree() {
        holder();
        Subject<Runnable> sender = Actors.running(runtime);
        Subject<Runnable> receiver = running(one);
        sender.send(() -> receiver.send(() -> handled.add("ran")));
        waits(receiver);
        assertThat(handled).isEmpty();
        release.countDown();
        eventually("it ran", () -> handled.size() == 1);
        allFree();
    }

    @Test
    @Rule("CL-10")
    void aCallUnderTheSameLimitTimesOutAndSaysWhichProcessesHavePermits() {
        record Ask(ReplyTo<Integer> reply) {}
        Subject<Ask> callee =
                Actors.start(
                        Actors.<Ask>handling(ask -> ask.reply().send(1)).concurrency(one), runtime);
        Subject<Runnable> caller = running(one);
        var failure = new CompletableFuture<Throwable>();
        caller.send(
                () -> {
                    try {
                        int unused = callee.call(Duration.ofMillis(50), Ask::new);
                    } catch (CallException timedOut) {
                        failure.complete(timedOut);
                    }
                });
        assertThat(get(failure))
                .isInstanceOf(CallException.TimedOut.class)
                .hasMessageContaining(
                        "it waits for a permit of concurrency limit 'db', where it is the next; of 1 permits 1 are in use, by the caller");
        allFree();
    }

    // ---- with other settings

    @Test
    @Rule("CL-12")
    void aBatchTakesOnePermit() {
        var batches = new CopyOnWriteArrayList<List<Integer>>();
        holder();
        Subject<Integer> actor =
                Actors.start(
                        Actor.startingWith(() -> 0)
                                .<Integer>onMessages(
                                        10,
                                        (state, messages) -> {
                                            batches.add(List.copyOf(messages));
                                            assertThat(one.inUse()).isEqualTo(1);
                                            return Next.continueWith(state);
                                        })
                                .concurrency(one),
                        runtime);
        for (int i = 0; i < 25; i++) actor.send(i);
        waits(actor);
        release.countDown();
        eventually("all were handled", () -> batches.stream().mapToInt(List::size).sum() == 25);
        assertThat(batches.getFirst()).hasSize(10).isSorted();
        assertThat(batches).hasSize(3);
        allFree();
    }

    @Test
    @Rule("CL-12")
    void messagesThatWaitForAPermitCountAgainstTheLimitOfTheMailbox() {
        holder();
        Subject<Runnable> actor =
                Actors.start(
                        Actors.running().concurrency(one).mailbox(MailboxLimit.rejecting(2)),
                        runtime);
        outside(() -> actor.send(() -> handled.add(1)));
        outside(() -> actor.send(() -> handled.add(2)));
        waits(actor);
        assertThat(outside(() -> actor.trySend(() -> handled.add(3)))).isEqualTo(Subject.Sent.FULL);
        release.countDown();
        eventually("all ran", () -> handled.size() == 2);
        allFree();
    }

    @Test
    @Rule("CL-12")
    void aHandlerThatReceivesKeepsItsPermit() {
        Subject<Runnable> actor = running(one);
        var reply = new CompletableFuture<Subject<String>>();
        actor.send(
                () -> {
                    Subject<String> own = Subject.create();
                    reply.complete(own);
                    handled.add(own.receive(LONG).orElse("none"));
                });
        Subject<String> asked = get(reply);
        Subject<Runnable> other = running(one);
        other.send(() -> handled.add("other"));
        actor.send(() -> handled.add("next"));
        waits(other);
        assertThat(one.holders()).containsExactly(actor.owner());
        asked.send("reply");
        eventually("all ran", () -> handled.size() == 3);
        assertThat(handled.getFirst()).isEqualTo("reply");
        allFree();
    }

    @Test
    @Rule("CL-12")
    void aPermitThatComesWhileASignalsHandlerReceivesIsUsedAfterwards() {
        Subject<Runnable> holder = running(one);
        hold(holder);
        Subject<Runnable> watched = Actors.running(runtime);
        var receiving = new CompletableFuture<Subject<String>>();
        Subject<Runnable> actor =
                Actors.start(
                        Actor.<Integer, Runnable>withInitializer(
                                        LONG,
                                        init -> {
                                            Processes.monitor(watched.owner());
                                            Runnable waits =
                                                    () -> {
                                                        Subject<String> own = Subject.create();
                                                        receiving.complete(own);
                                                        handled.add(
                                                                own.receive(LONG).orElse("none"));
                                                    };
                                            return init.state(0)
                                                    .selecting(
                                                            Selector.<Runnable>create()
                                                                    .select(init.self())
                                                                    .selectMonitors(down -> waits));
                                        })
                                .onMessage(
                                        (state, code) -> {
                                            code.run();
                                            return Next.continueWith(state);
                                        })
                                .concurrency(one),
                        runtime);
        Processes.kill(watched.owner());
        Subject<String> asked = get(receiving);
        actor.send(() -> handled.add("message"));
        release.countDown();
        allFree();
        asked.send("reply");
        eventually("all ran", () -> handled.size() == 2);
        assertThat(handled).containsExactly("reply", "message");
        allFree();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.quiet;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.FullStack;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A thread takes a step that cannot be taken back, and then an error comes: what follows from the
 * step happens all the same, once.
 */
@Timeout(30)
class DebtsTests {
    private static final int MANY = 200;

    /** So many calls of the scheduler fail from now on. */
    private final AtomicInteger failures = new AtomicInteger();

    private final AtomicReference<String> failing = new AtomicReference<>("");

    private ProcessRuntime runtime() {
        return ProcessRuntime.builder().name("debts").scheduler(FailingScheduler::new).build();
    }

    private final class FailingScheduler extends ForwardingScheduler {
        FailingScheduler(Scheduler real) {
            super(real);
        }

        @Override
        public void start(String name, Runnable body) {
            fail("start");
            super.start(name, body);
        }

        @Override
        public void unpark(@Nullable Thread thread) {
            fail("unpark");
            super.unpark(thread);
        }
    }

    private void fail(String method) {
        if (!failing.get().equals(method)) return;
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("no memory for " + method);
        }
    }

    private void failNext(String method, int times) {
        failing.set(method);
        failures.set(times);
    }

    private static List<Subject<Runnable>> startMany(ProcessRuntime runtime) {
        List<Subject<Runnable>> all =
                IntStream.range(0, MANY).mapToObj(i -> Actors.running(runtime)).toList();
        all.forEach(one -> quiet(one.owner()));
        return all;
    }

    /** Whether a process still handles a message. */
    private static boolean handles(Subject<Runnable> process) {
        var handled = new CompletableFuture<Boolean>();
        process.send(() -> handled.complete(true));
        return get(handled);
    }

    // ---- a full stack

    @Test
    @Rule("E-01")
    void aSendOnAFullStackStrandsNoReceiver() {
        try (var runtime = ProcessRuntime.builder().name("full").build()) {
            var all = startMany(runtime);
            FullStack.run(all.stream().<Runnable>map(one -> () -> one.send(() -> {})).toList());
            assertThat(all).allMatch(DebtsTests::handles);
        }
    }

    @Test
    @Rule("E-01")
    void aRequestOfACallOnAFullStackStrandsNoCallee() {
        try (var runtime = ProcessRuntime.builder().name("full").build()) {
            var all = startMany(runtime);

            Function<Subject<String>, Runnable> request = reply -> () -> reply.send("done");
            Duration limit = Duration.ofSeconds(1);
            FullStack.run(
                    all.stream().<Runnable>map(one -> () -> one.tryCall(limit, request)).toList());
            assertThat(all).allMatch(DebtsTests::handles);
        }
    }

    @Test
    @Rule("E-01")
    void aKillOnAFullStackIsToldToLinksMonitorsAndCallers() {
        var told = ConcurrentHashMap.<Pid>newKeySet();
        var linked = ConcurrentHashMap.<Pid>newKeySet();
        var called = ConcurrentHashMap.<Pid>newKeySet();
        try (var runtime = ProcessRuntime.builder().name("full").build()) {
            var all = startMany(runtime);
            var watching = new CountDownLatch(2);
            Pid monitoring = startWatcher(runtime, watcher(all, false, watching, told));
            Pid linking = startWatcher(runtime, watcher(all, true, watching, linked));
            for (var one : all) {
                var unused =
                        one.<String>callAsync(Duration.ofMinutes(1), reply -> () -> {})
                                .whenComplete((reply, failure) -> called.add(one.owner()));
            }
            await(watching);
            FullStack.run(
                    all.stream().<Runnable>map(one -> () -> Processes.kill(one.owner())).toList());
            List<Pid> dead =
                    all.stream()
                            .map(Subject::owner)
                            .filter(pid -> !Processes.isAlive(pid))
                            .toList();
            assertThat(dead.size()).isGreaterThan(MANY / 4);
            areTold(monitoring, told, dead);
            areTold(linking, linked, dead);
            eventually("callers are told", () -> called.containsAll(dead));
            assertThat(told).hasSameElementsAs(linked);
        }
    }

    private static Pid startWatcher(ProcessRuntime runtime, Runnable body) {
        return Processes.run(runtime, () -> Processes.spawnUnlinked(body));
    }

    /**
     * If an end is not told, says whether it waits in the watcher's mailbox or never came there.
     */
    private static void areTold(Pid watcher, Set<Pid> told, List<Pid> dead) {
        try {
            eventually("the watcher is told", () -> told.containsAll(dead));
        } catch (AssertionError late) {
            List<Pid> untold = dead.stream().filter(pid -> !told.contains(pid)).toList();
            Runner runner = ((ProcessCell) watcher).runner;
            Thread thread = runner == null ? null : runner.thread;
            String text =
                    "%d of %d ends are not told: %s; %d messages are queued; its thread is %s: %s"
                            .formatted(
                                    untold.size(),
                                    dead.size(),
                                    untold,
                                    ProcessInfo.of(watcher).mailboxSize(),
                                    thread == null ? "none" : thread.getState(),
                                    thread == null ? "" : List.of(thread.getStackTrace()));
            throw new AssertionError(text, late);
        }
    }

    private static Runnable watcher(
            List<Subject<Runnable>> all, boolean links, CountDownLatch watching, Set<Pid> told) {
        return () -> {
            if (links) Processes.trapExits(true);
            for (var one : all) {
                if (links) Processes.link(one.owner());
                else Processes.monitor(one.owner());
            }
            watching.countDown();
            Selector<Pid> selector =
                    links
                            ? Selector.<Pid>create().selectTrappedExits(ExitMessage::pid)
                            : Selector.<Pid>create().selectMonitors(Down::pid);
            for (; ; ) told.add(selector.receiveForever());
        };
    }

    @Test
    @Rule("E-01")
    void aReplyOnAFullStackThatWasTakenWakesTheCaller() {
        try (var runtime = ProcessRuntime.builder().name("full").build()) {
            Subject<Runnable> callee = Actors.running(runtime);
            var replies = new ArrayList<Runnable>();
            var answers = new ArrayList<CompletableFuture<String>>();
            var waiting = new CountDownLatch(MANY);
            for (int i = 0; i < MANY; i++) {
                var answer = new CompletableFuture<String>();
                answers.add(answer);

                Function<Subject<String>, Runnable> keepReply =
                        reply ->
                                () -> {
                                    replies.add(() -> reply.send("late"));
                                    waiting.countDown();
                                };
                Thread.ofVirtual().start(() -> answer.complete(callee.callForever(keepReply)));
            }
            await(waiting);
            FullStack.run(replies);
            replies.forEach(Runnable::run); // those that were not taken
            answers.forEach(answer -> assertThat(get(answer)).isEqualTo("late"));
        }
    }

    /** The thread leaves while the burial is to interrupt it: no zombie stays behind. */
    @Test
    @Rule("E-01")
    void aKillOnAFullStackLeavesNoZombie() {
        try (var runtime = ProcessRuntime.builder().name("full").build()) {
            var all = startMany(runtime);
            var busy = new CountDownLatch(MANY);
            var release = new CountDownLatch(1);
            for (var one : all) {
                one.send(
                        () -> {
                            busy.countDown();
                            stubbornly(release);
                        });
            }
            await(busy);
            FullStack.run(
                    all.stream().<Runnable>map(one -> () -> Processes.kill(one.owner())).toList());
            release.countDown();
            eventually("no zombie is left", () -> runtime.zombieCount() == 0);
        }
    }

    // ---- a debt says nothing of the next one

    /** A call starts the callee's thread; the end that follows has to start the watcher's. */
    @Test
    @Rule("E-01")
    void aProcessThatHasCalledAnotherOneIsMissedWhenItEnds() {
        try (var runtime = ProcessRuntime.builder().name("debts").build()) {
            var heard = new CompletableFuture<ExitReason>();
            Subject<Runnable> callee = Actors.running(runtime);
            var caller = new CompletableFuture<Subject<Runnable>>();
            var supervisor = trapping(() -> caller.complete(startLinked()), heard);
            Pid watching = Processes.run(runtime, () -> startUnlinked(supervisor));
            quiet(watching);
            quiet(callee.owner());
            get(caller)
                    .send(
                            () -> {
                                callee.<String>callForever(reply -> () -> reply.send("done"));
                                quiet(watching);
                                Processes.exit(ExitReason.SHUTDOWN);
                            });
            assertThat(get(heard)).isEqualTo(ExitReason.SHUTDOWN);
        }
    }

    private static Subject<Runnable> startLinked() {
        return Actors.running().start().data();
    }

    // ---- no memory for a thread

    static Stream<Integer> attempts() {
        return Stream.of(1, 2, 5);
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void aPlainThreadsReceiverIsStartedAfterAll(int failed) {
        try (var runtime = runtime()) {
            Subject<Runnable> idle = Actors.running(runtime);
            quiet(idle.owner());
            var handled = new CountDownLatch(1);
            failNext("start", failed);
            quietly(() -> idle.send(handled::countDown));
            await(handled);
            assertThat(handles(idle)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void aTrappedExitOfAPlainThreadIsHandledAfterAll(int failed) {
        try (var runtime = runtime()) {
            var heard = new CompletableFuture<ExitReason>();
            Behavior<ExitMessage> idle = trapping(() -> {}, heard);
            Pid pid = Processes.run(runtime, () -> startUnlinked(idle));
            quiet(pid);
            failNext("start", failed);
            quietly(() -> Processes.exit(pid, ExitReason.SHUTDOWN));
            assertThat(get(heard)).isEqualTo(ExitReason.SHUTDOWN);
        }
    }

    private static Pid startUnlinked(Behavior<?> behavior) {
        var unlinked = ProcessOptions.defaults().linked(false).initTimeout(null);
        return ((Startup.Running) Behavior.start(behavior, unlinked)).pid();
    }

    private static Behavior<ExitMessage> trapping(
            Runnable initialiser, CompletableFuture<ExitReason> heard) {
        return new Behavior<>() {
            @Override
            protected Object init() {
                trapExits(true);
                initialiser.run();
                select(Selector.<ExitMessage>create().selectTrappedExits(exit -> exit));
                return self();
            }

            @Override
            protected void handle(ExitMessage exit) {
                heard.complete(exit.reason());
            }
        };
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void aKillReachesTheLinkedSupervisor(int failed) {
        try (var runtime = runtime()) {
            var heard = new CompletableFuture<ExitReason>();
            var child = new CompletableFuture<Pid>();
            var parent =
                    trapping(
                            () ->
                                    child.complete(
                                            Processes.spawn(
                                                    () -> Processes.sleep(Duration.ofHours(1)))),
                            heard);
            outside(() -> Behavior.start(parent, ProcessOptions.defaults().runtime(runtime)));
            failNext("start", failed);
            quietly(() -> Processes.kill(get(child)));
            assertThat(get(heard)).isEqualTo(ExitReason.KILLED);
        }
    }

    @ParameterizedTest
    @MethodSource("attempts")
    @Rule("E-02")
    void theEndOfAHandlerThatRunsOutOfMemoryIsTold(int failed) {
        try (var runtime = runtime()) {
            Subject<Runnable> victim = Actors.running(runtime);
            var told = new CompletableFuture<ExitReason>();
            var watching = new CountDownLatch(1);
            Processes.run(
                    runtime,
                    () ->
                            Processes.spawnUnlinked(
                                    () -> {
                                        Monitor monitor = Processes.monitor(victim.owner());
                                        watching.countDown();
                                        told.complete(expectDown(monitor));
                                    }));
            await(watching);
            victim.send(
                    () -> {
                        failNext("unpark", failed);
                        throw new OutOfMemoryError("no memory for a handler");
                    });
            assertThat(get(told)).isInstanceOf(ExitReason.Abnormal.class);
        }
    }

    @ParameterizedTest
    @MethodSource("attempts")
    @Rule("E-01")
    void aTimersReceiverIsStartedAfterAll(int failed) {
        try (var runtime = runtime()) {
            Subject<Runnable> idle = Actors.running(runtime);
            quiet(idle.owner());
            var once = new CountDownLatch(1);
            var often = new CountDownLatch(3);
            failNext("start", failed);
            idle.sendAfter(Duration.ofMillis(1), once::countDown);
            await(once);
            quiet(idle.owner());
            failNext("start", failed);
            Timer timer = idle.sendEvery(Duration.ofMillis(5), often::countDown);
            await(often);
            timer.cancel();
        }
    }

    /** What a newcomer does: catch everything and go on. */
    private static void quietly(Runnable code) {
        outside(
                () -> {
                    try {
                        code.run();
                    } catch (OutOfMemoryError none) {
                        // goes on
                    }
                });
    }
}

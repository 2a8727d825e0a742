/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread has entered the context of the process that it runs or reports on, and no other. */
@Timeout(60)
class ProcessContextTests {
    private static final ThreadLocal<@Nullable Pid> IN = new ThreadLocal<>();

    private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
    private final AtomicInteger entered = new AtomicInteger();

    private class Remembering implements ProcessContext {
        @Override
        public void enter(Pid process) {
            if (IN.get() != null) broken.add(process + " after " + IN.get());
            IN.set(process);
            entered.incrementAndGet();
        }

        @Override
        public void leave(Pid process) {
            if (!process.equals(IN.get())) broken.add(process + " left, not " + IN.get());
            IN.remove();
        }
    }

    private ProcessRuntime.Builder builder() {
        return ProcessRuntime.builder().name("contexts").processContext(new Remembering());
    }

    private static @Nullable Pid get(CompletableFuture<@Nullable Pid> pid) throws Exception {
        return pid.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Test
    void initialiserHandlerAndTerminateAreInTheContextOfTheirProcess() throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        var ended = new CountDownLatch(1);
        class Noting implements Actor<Integer, String> {
            private void note(String what) {
                seen.add(what + (Processes.self().equals(IN.get()) ? " in" : " out"));
            }

            @Override
            public Integer init(Subject<String> self) {
                note("init");
                return 0;
            }

            @Override
            public Next<Integer, String> onMessage(Integer state, String message) {
                note(message);
                return message.equals("last") ? Next.stop() : Next.continueWith(state);
            }

            @Override
            public void onTerminate(Integer state, ExitReason reason) {
                note("terminate");
                ended.countDown();
            }
        }
        try (var runtime = builder().build()) {
            Subject<String> actor = Actors.start(Actor.of(Noting::new), runtime);
            actor.send("first");
            actor.send("last");

            assertThat(ended.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(seen).containsExactly("init in", "first in", "last in", "terminate in");
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void aBodyIsInItsContextAndACallersThreadIsLeftAsItWas() {
        try (var runtime = builder().build()) {
            Pid self =
                    Processes.run(
                            runtime,
                            () -> {
                                assertThat(IN.get()).isEqualTo(Processes.self());
                                return Processes.self();
                            });
            assertThat(self).isNotNull();
            assertThat(IN.get()).isNull();
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void aProcessThatRunsOnTheThreadOfAnotherIsInItsOwnContext() {
        try (var runtime = builder().build()) {
            List<Pid> seen =
                    Processes.run(
                            runtime,
                            () -> {
                                Pid inner =
                                        Processes.outside(() -> Processes.run(runtime, IN::get));
                                return List.of(Processes.self(), inner, IN.get());
                            });
            assertThat(seen.get(1)).isNotEqualTo(seen.get(0));
            assertThat(seen.get(2)).isEqualTo(seen.get(0));
        }
        assertThat(broken).isEmpty();
    }

    private static Subject<Runnable> idle(ProcessRuntime runtime) {
        Subject<Runnable> actor = Actors.running(runtime);
        var cell = (ProcessCell) actor.owner();
        eventually("it is idle", () -> cell.thread() == null);
        return actor;
    }

    @Test
    void eachProcessOfAChainIsInItsOwnContext() throws Exception {
        try (var runtime =
                UnwatchedScheduler.runtime("chain").processContext(new Remembering()).build()) {
            Subject<Runnable> a = idle(runtime);
            Subject<Runnable> b = idle(runtime);
            var threads = new ConcurrentLinkedQueue<Thread>();
            var first = new CompletableFuture<@Nullable Pid>();
            var second = new CompletableFuture<@Nullable Pid>();
            Runnable receive =
                    () -> {
                        threads.add(Thread.currentThread());
                        second.complete(IN.get());
                    };
            a.send(
                    () -> {
                        threads.add(Thread.currentThread());
                        b.send(receive);
                        first.complete(IN.get());
                    });

            assertThat(get(first)).isEqualTo(a.owner());
            assertThat(get(second)).isEqualTo(b.owner());
            assertThat(threads.stream().distinct()).hasSize(1);
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void aBatchIsEnteredOnce() throws Exception {
        try (var runtime = builder().build()) {
            Subject<Runnable> actor = Actors.running(runtime);
            var begun = new CountDownLatch(1);
            var go = new CountDownLatch(1);
            actor.send(
                    () -> {
                        begun.countDown();
                        awaitQuietly(go);
                    });
            begun.await();
            int before = entered.get();
            var done = new CountDownLatch(100);
            for (int i = 0; i < 100; i++) actor.send(done::countDown);
            go.countDown();

            assertThat(done.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(entered.get()).isEqualTo(before);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void crashReportsAndStuckHandlersAreToldInTheContextOfTheirProcess() throws Exception {
        var crashed = new CompletableFuture<@Nullable Pid>();
        var stuck = new CompletableFuture<@Nullable Pid>();
        ProcessListener listener =
                new ProcessListener() {
                    @Override
                    public void processCrashed(CrashReport report) {
                        crashed.complete(IN.get());
                    }

                    @Override
                    public void handlerStuck(StuckHandler handler) {
                        stuck.complete(IN.get());
                    }
                };
        var end = new CountDownLatch(1);
        try (var runtime = builder().listener(listener).stuckAfter(Duration.ofMillis(1)).build()) {
            Subject<Runnable> fragile = Actors.running(runtime);
            Subject<Runnable> slow = Actors.running(runtime);
            fragile.send(
                    () -> {
                        throw new IllegalStateException("boom");
                    });
            slow.send(() -> awaitQuietly(end));

            assertThat(get(crashed)).isEqualTo(fragile.owner());
            assertThat(get(stuck)).isEqualTo(slow.owner());
            end.countDown();
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void inASimulationAReportOnAnotherProcessLeavesTheRunningOneForAMoment() {
        var crashed = new ConcurrentLinkedQueue<Pid>();
        ProcessListener listener =
                new ProcessListener() {
                    @Override
                    public void processCrashed(CrashReport report) {
                        crashed.add(IN.get());
                    }
                };
        Simulation.run(
                1,
                builder -> builder.processContext(new Remembering()).listener(listener),
                () -> {
                    Pid own = Processes.self();
                    Pid other =
                            Processes.spawnUnlinked(
                                    () -> {
                                        throw new IllegalStateException("boom");
                                    });
                    Processes.monitor(other);
                    var unused = Subject.create().receive(Duration.ofSeconds(1));
                    assertThat(crashed).containsExactly(other);
                    assertThat(IN.get()).isEqualTo(own);
                });
        assertThat(broken).isEmpty();
    }

    @Test
    void onlyReportsEnterAContextThatIsForReportsOnly() throws Exception {
        class OfReports extends Remembering {
            @Override
            public boolean reportsOnly() {
                return true;
            }
        }
        var crashed = new CompletableFuture<@Nullable Pid>();
        ProcessListener listener =
                new ProcessListener() {
                    @Override
                    public void processCrashed(CrashReport report) {
                        crashed.complete(IN.get());
                    }
                };
        try (var runtime =
                ProcessRuntime.builder()
                        .processContext(new OfReports())
                        .listener(listener)
                        .build()) {
            Subject<Runnable> actor = Actors.running(runtime);
            var seen = new CompletableFuture<Boolean>();
            actor.send(
                    () -> {
                        seen.complete(IN.get() == null);
                        throw new IllegalStateException("boom");
                    });

            assertThat(seen.get(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(get(crashed)).isEqualTo(actor.owner());
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void aContextThatThrowsIsLoggedOnceAndHarmsNoProcess() throws Exception {
        ProcessContext failing =
                new ProcessContext() {
                    @Override
                    public void enter(Pid process) {
                        throw new IllegalStateException("cannot enter");
                    }

                    @Override
                    public void leave(Pid process) {
                        throw new StackOverflowError("cannot leave");
                    }
                };
        try (var log = new LogLines("dev.otp4j.process");
                var runtime = ProcessRuntime.builder().processContext(failing).build()) {
            Subject<Runnable> a = Actors.running(runtime);
            Subject<Runnable> b = Actors.running(runtime);
            var rounds = new CountDownLatch(50);
            for (int i = 0; i < 50; i++) a.send(() -> b.send(rounds::countDown));

            assertThat(rounds.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            assertThat(runtime.awaitReports(SOON)).isTrue();
            eventually("it is logged", () -> !log.matching("failed when").isEmpty());
            assertThat(log.matching("failed when")).hasSize(1);
        }
    }

    @Test
    void aRuntimeThatRunsGetsAContextOnce() {
        try (var runtime = ProcessRuntime.builder().build()) {
            assertThat(runtime.processContextIfAbsent(new Remembering())).isTrue();
            assertThat(runtime.processContextIfAbsent(new Remembering())).isFalse();
            assertThat(Processes.run(runtime, () -> Processes.self().equals(IN.get()))).isTrue();
        }
        assertThat(IN.get()).isNull();
    }
}

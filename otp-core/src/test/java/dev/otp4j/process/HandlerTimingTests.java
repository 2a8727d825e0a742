/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long handlers take: exact on a virtual clock, and how often the real one is asked. */
@Timeout(60)
class HandlerTimingTests {
    /** What a recorder was told. */
    private record Took(long nanos, boolean failed) {}

    private final List<Took> told = new CopyOnWriteArrayList<>();
    private final HandlerTiming all =
            process -> (nanos, failed) -> told.add(new Took(nanos, failed));

    private static Took ok(Duration time) {
        return new Took(time.toNanos(), false);
    }

    private static Took failed(Duration time) {
        return new Took(time.toNanos(), true);
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }

    private static Runnable sleeping(long seconds) {
        return () -> Processes.sleep(seconds(seconds));
    }

    /** Waits until a process has handled what it was sent before. */
    private static void settle(Subject<?> subject) {
        SystemControl.ask(subject.owner(), Duration.ofHours(1), control -> true);
    }

    private void simulated(int oneIn, Runnable body) {
        for (long seed = 0; seed < 20; seed++) {
            told.clear();
            Simulation.run(seed, changed -> changed.timing(oneIn, all), body);
        }
    }

    // ---- what is measured

    @Test
    void eachMessageTakesAsLongAsItsHandler() {
        simulated(
                1,
                () -> {
                    Subject<Runnable> actor = Actors.running().start().data();
                    actor.send(sleeping(3));
                    actor.send(sleeping(5));
                    actor.send(() -> {});
                    settle(actor);

                    assertThat(told)
                            .containsExactly(ok(seconds(3)), ok(seconds(5)), ok(Duration.ZERO));
                });
    }

    @Test
    void timeBetweenTwoMessagesIsNotMeasured() {
        simulated(
                1,
                () -> {
                    Subject<Runnable> actor = Actors.running().start().data();
                    actor.send(sleeping(1));
                    Processes.sleep(Duration.ofHours(1));
                    actor.send(sleeping(2));
                    settle(actor);

                    assertThat(told).containsExactly(ok(seconds(1)), ok(seconds(2)));
                });
    }

    @Test
    void aHandlerThatThrowsHasFailed() {
        simulated(
                1,
                () -> {
                    Processes.trapExits(true);
                    Subject<Runnable> actor = Actors.running().start().data();
                    actor.send(
                            () -> {
                                Processes.sleep(seconds(2));
                                throw new IllegalStateException("on purpose");
                            });
                    awaitExit();

                    assertThat(told).containsExactly(failed(seconds(2)));
                });
    }

    @Test
    void aHandlerThatAsksForAStopHasNotFailed() {
        simulated(
                1,
                () -> {
                    Processes.trapExits(true);
                    Subject<Long> actor =
                            Actor.startingWith(() -> 0)
                                    .onMessage(
                                            (Integer state, Long time) -> {
                                                Processes.sleep(seconds(time));
                                                return Next.stop();
                                            })
                                    .start()
                                    .data();
                    actor.send(4L);
                    awaitExit();

                    assertThat(told).containsExactly(ok(seconds(4)));
                });
    }

    @Test
    void aKillDuringAHandlerCountsAsAFailure() {
        simulated(
                1,
                () -> {
                    Processes.trapExits(true);
                    Subject<Runnable> actor = Actors.running().start().data();
                    actor.send(sleeping(7));
                    Processes.sleep(seconds(3));
                    Processes.kill(actor.owner());
                    awaitExit();
                    Processes.sleep(seconds(1));

                    assertThat(told).containsExactly(failed(seconds(3)));
                });
    }

    private static void awaitExit() {
        Selector.<ExitMessage>create().selectTrappedExits(exit -> exit).receiveForever();
    }

    @Test
    void systemRequestsAndInitialisersAreNotMeasured() {
        simulated(
                1,
                () -> {
                    Subject<Runnable> actor =
                            Actor.startingWith(
                                            () -> {
                                                Processes.sleep(Duration.ofMillis(500));
                                                return 0;
                                            })
                                    .onMessage(
                                            (Integer state, Runnable code) -> {
                                                code.run();
                                                return Next.continueWith(state);
                                            })
                                    .start()
                                    .data();
                    actor.send(sleeping(1));
                    SystemControl.ask(
                            actor.owner(),
                            Duration.ofHours(1),
                            control -> {
                                Processes.sleep(seconds(9));
                                return true;
                            });
                    actor.send(sleeping(2));
                    settle(actor);

                    assertThat(told).containsExactly(ok(seconds(1)), ok(seconds(2)));
                });
    }

    /** In one drain: the system request stands between two messages. */
    @Test
    void timeBetweenTwoMessagesIsNotTheSecondHandlers() {
        simulated(
                1,
                () -> {
                    Subject<Runnable> actor = Actors.running().start().data();
                    Pid owner = actor.owner();
                    Subject<Boolean> asked = Subject.create();
                    actor.send(sleeping(1));
                    Processes.spawn(
                            () -> {
                                SystemControl.ask(
                                        owner,
                                        Duration.ofHours(1),
                                        control -> {
                                            Processes.sleep(seconds(9));
                                            return true;
                                        });
                                asked.send(true);
                            });
                    Processes.sleep(Duration.ofMillis(500)); // the request stands in the mailbox
                    actor.send(sleeping(2));
                    asked.receiveForever();
                    settle(actor);

                    assertThat(told).containsExactly(ok(seconds(1)), ok(seconds(2)));
                });
    }

    @Test
    void timeOfATracerIsNotTheHandlers() {
        simulated(
                1,
                () -> {
                    Subject<Runnable> actor = Actors.running().start().data();
                    observe(actor, message -> Processes.sleep(seconds(9)));
                    actor.send(sleeping(1));
                    actor.send(sleeping(2));
                    settle(actor);
                    observe(actor, null);
                    actor.send(sleeping(3));
                    settle(actor);

                    assertThat(told)
                            .containsExactly(ok(seconds(1)), ok(seconds(2)), ok(seconds(3)));
                });
    }

    private static void observe(Subject<?> actor, SystemControl.@Nullable Observer observer) {
        SystemControl.ask(
                actor.owner(),
                Duration.ofHours(1),
                control -> {
                    control.observe(observer);
                    return true;
                });
    }

    @Test
    void messagesThatReachNoHandlerAreNotMeasured() {
        simulated(
                1,
                () -> {
                    Picky picky = new Picky();
                    Behavior.start(picky, ProcessOptions.defaults());
                    Subject<String> other = picky.other();
                    Subject<String> own = picky.self();
                    own.send("first");
                    other.send("nobody's");
                    own.send("second");
                    settle(own);

                    assertThat(told).containsExactly(ok(seconds(1)), ok(seconds(1)));
                });
    }

    /** Handles for a second what its own subject gets; is slow to drop all else. */
    private static final class Picky extends Behavior<String> {
        private @Nullable Subject<String> other;

        @Override
        protected Object init() {
            other = Subject.create();
            return true;
        }

        Subject<String> other() {
            return java.util.Objects.requireNonNull(other);
        }

        @Override
        protected void handle(String message) {
            Processes.sleep(seconds(1));
        }

        @Override
        protected void unexpected(Object message) {
            Processes.sleep(seconds(9));
        }
    }

    @Test
    void oneInSoManyMessagesIsMeasured() {
        simulated(
                3,
                () -> {
                    Subject<Runnable> actor = Actors.running().start().data();
                    int phase = (int) (actor.owner().serial() % 3);
                    for (int i = 0; i < 9; i++) actor.send(sleeping(i));
                    settle(actor);

                    assertThat(told)
                            .containsExactly(
                                    ok(seconds(phase)),
                                    ok(seconds(phase + 3)),
                                    ok(seconds(phase + 6)));
                });
    }

    @Test
    void processesWithoutARecorderAreNotTimed() {
        Simulation.run(
                1,
                changed -> changed.timing(1, process -> null),
                () -> {
                    Subject<Runnable> actor = Actors.running().start().data();
                    settle(actor);
                    assertThat(behavior(actor).isTimed()).isFalse();
                    observe(actor, message -> {});
                    assertThat(behavior(actor).isTimed()).isFalse();
                });
    }

    private static BehaviorState<?> behavior(Subject<?> subject) {
        return java.util.Objects.requireNonNull(((ProcessCell) subject.owner()).behavior);
    }

    // ---- what may go wrong

    @Test
    void aRecorderThatThrowsDoesNoHarmAndIsRemoved() {
        var calls = new AtomicLong();
        HandlerTiming throwing =
                process ->
                        (nanos, failed) -> {
                            calls.incrementAndGet();
                            throw new IllegalStateException("full");
                        };
        try (LogLines lines = new LogLines(ProcessRuntime.class.getName())) {
            Simulation.run(
                    1,
                    changed -> changed.timing(1, throwing),
                    () -> {
                        Subject<Runnable> actor = Actors.running().start().data();
                        actor.send(() -> {});
                        actor.send(() -> {});
                        settle(actor);
                        assertThat(Processes.isAlive(actor.owner())).isTrue();
                    });
            assertThat(calls).hasValue(1);
            assertThat(lines.matching("are not timed")).hasSize(1);
        }
    }

    @Test
    void aSinkThatThrowsHarmsNoStart() {
        HandlerTiming throwing =
                process -> {
                    throw new IllegalStateException("no such kind");
                };
        try (LogLines lines = new LogLines(ProcessRuntime.class.getName())) {
            Simulation.run(
                    1,
                    changed -> changed.timing(1, throwing),
                    () -> {
                        Subject<Runnable> actor = Actors.running().start().data();
                        settle(actor);
                        assertThat(behavior(actor).isTimed()).isFalse();
                    });
            assertThat(lines.matching("are not timed")).hasSize(1);
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> ProcessRuntime.builder().timing(0, all))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'oneIn' must be positive: 0");
    }

    // ---- what it costs

    /** Counts the looks at a real clock, which stands still unless a test moves it. */
    private static final class StillClock {
        final AtomicLong now = new AtomicLong();
        final AtomicLong looks = new AtomicLong();
        volatile Runnable whenYielding = () -> {};

        ProcessRuntime runtime(UnaryOperator<ProcessRuntime.Builder> changes) {
            ProcessRuntime.Builder builder = ProcessRuntime.builder().name("still");
            return changes.apply(builder).scheduler(this::standing).build();
        }

        private Scheduler standing(Scheduler real) {
            return new ForwardingScheduler(real) {
                @Override
                public long nanoTime() {
                    looks.incrementAndGet();
                    return now.get();
                }

                @Override
                public void yield() {
                    whenYielding.run();
                    super.yield();
                }
            };
        }

        void pass(Duration time) {
            now.addAndGet(time.toNanos());
        }
    }

    private static Subject<Runnable> start(ProcessRuntime runtime) {
        return Actors.running().runtime(runtime).start().data();
    }

    /** How often the clock is looked at while a thousand messages are handled in two drains. */
    private static long looks(UnaryOperator<ProcessRuntime.Builder> changes) {
        var clock = new StillClock();
        try (ProcessRuntime runtime = clock.runtime(changes)) {
            Subject<Runnable> actor = start(runtime);
            var first = new CompletableFuture<Boolean>();
            var queued = new CompletableFuture<Boolean>();
            var last = new CompletableFuture<Long>();
            actor.send(
                    () -> {
                        first.complete(true);
                        get(queued);
                    });
            get(first);
            long before = clock.looks.get();
            for (int i = 0; i < 1_000; i++) actor.send(() -> {});
            actor.send(() -> last.complete(clock.looks.get()));
            queued.complete(true);
            return get(last) - before;
        }
    }

    @Test
    void allMessagesCostOneLookAtTheClockEachSampledOnesTwoOthersNone() {
        // a few more: the first message of a thread is looked at anyway, and ends the others' laps
        assertThat(looks(untimed -> untimed)).isLessThan(10);
        assertThat(looks(builder -> builder.timing(1, all))).isBetween(1_000L, 1_010L);
        assertThat(looks(builder -> builder.timing(100, all))).isBetween(20L, 30L);
    }

    /** What a chain of handlers on one thread was told, by process; null if it was not chained. */
    private @Nullable List<Took> chained(
            StillClock clock, ProcessRuntime runtime, List<Subject<Runnable>> actors) {
        told.clear();
        var threads = new ArrayList<Thread>();
        var over = new CompletableFuture<Boolean>();
        next(clock, actors, 0, threads, over);
        get(over);
        settle(actors.getLast());
        return threads.stream().distinct().count() == 1 ? List.copyOf(told) : null;
    }

    private static void next(
            StillClock clock,
            List<Subject<Runnable>> actors,
            int at,
            List<Thread> threads,
            CompletableFuture<Boolean> over) {
        actors.get(at)
                .send(
                        () -> {
                            threads.add(Thread.currentThread());
                            if (at + 1 < actors.size()) {
                                next(clock, actors, at + 1, threads, over);
                            }
                            clock.pass(seconds(at + 1));
                            if (at + 1 == actors.size()) over.complete(true);
                        });
    }

    @Test
    void aChainMeasuresEachProcessSeparately() {
        var clock = new StillClock();
        var cleaned = new AtomicLong();
        HandlerTiming notTheSecond =
                process -> process.serial() % 4 == 2 ? null : all.recorder(process);
        try (ProcessRuntime runtime = clock.runtime(builder -> builder.timing(1, notTheSecond))) {
            var actors = new ArrayList<Subject<Runnable>>();
            while (actors.size() < 3) {
                Subject<Runnable> made = start(runtime);
                boolean timed = made.owner().serial() % 4 != 2;
                if (timed != (actors.size() == 1)) actors.add(made);
            }
            assertThat(once(() -> chained(clock, runtime, actors)))
                    .containsExactly(ok(seconds(1)), ok(seconds(3)));
        }
        try (ProcessRuntime runtime =
                clock.runtime(
                        builder ->
                                builder.timing(1, all)
                                        .threadCleaner(
                                                () -> {
                                                    cleaned.incrementAndGet();
                                                    clock.pass(seconds(9));
                                                }))) {
            var actors = List.of(start(runtime), start(runtime), start(runtime));
            assertThat(once(() -> chained(clock, runtime, actors)))
                    .containsExactly(ok(seconds(1)), ok(seconds(2)), ok(seconds(3)));
            assertThat(cleaned).hasPositiveValue();
        }
    }

    private static List<Took> once(java.util.function.Supplier<@Nullable List<Took>> round) {
        for (int i = 0; i < 500; i++) {
            List<Took> seen = round.get();
            if (seen != null) return seen;
        }
        throw new AssertionError("never chained");
    }

    @Test
    void timeThatOthersTakeWhileAProcessYieldsIsNotItsNextHandlers() {
        var clock = new StillClock();
        try (ProcessRuntime runtime = clock.runtime(builder -> builder.timing(1, all))) {
            Subject<Runnable> actor = start(runtime);
            var over = new CompletableFuture<Boolean>();
            var yields = new AtomicLong();
            clock.whenYielding =
                    () -> {
                        clock.pass(seconds(9));
                        if (yields.incrementAndGet() > 1) return;
                        actor.send(() -> clock.pass(seconds(2)));
                        actor.send(() -> over.complete(true));
                    };
            settle(actor); // it answers, and so it waits a moment for more
            get(over);
            settle(actor);

            assertThat(told).containsExactly(ok(seconds(2)), ok(Duration.ZERO));
        }
    }

    /** Those that were not chained are exact, too: whatever the machine does. */
    @Test
    void timesAreExactOnWhateverThreadProcessesRun() {
        var clock = new StillClock();
        try (ProcessRuntime runtime = clock.runtime(builder -> builder.timing(1, all))) {
            var actors = List.of(start(runtime), start(runtime), start(runtime));
            assertThat(once(() -> chained(clock, runtime, actors)))
                    .containsExactly(ok(seconds(1)), ok(seconds(2)), ok(seconds(3)));
        }
    }

    /** The first message waits as long as its successor is held up by the handler before it. */
    @Test
    void tellsHowLongAMessageWasQueuedIfTheRuntimeNotesThat() {
        var waits = new LinkedBlockingQueue<Long>();
        HandlerTiming.Recorder recorder =
                new HandlerTiming.Recorder() {
                    @Override
                    public void handled(long nanos, boolean failed) {}

                    @Override
                    public void waited(long nanos) {
                        waits.add(nanos);
                    }
                };
        Duration busy = Duration.ofMillis(50);
        try (var runtime =
                ProcessRuntime.builder()
                        .name("queues")
                        .timing(1, process -> recorder)
                        .queueTiming()
                        .build()) {
            Subject<Runnable> actor = Actors.running(runtime);
            actor.send(() -> Processes.sleep(busy));
            Function<Subject<String>, Runnable> request = reply -> () -> reply.send("done");
            assertThat(actor.<String>call(SOON, request)).isEqualTo("done");
        }
        assertThat(waits).hasSize(2).allMatch(nanos -> nanos >= 0);
        assertThat(waits.stream().mapToLong(Long::longValue).max().orElseThrow())
                .isGreaterThan(busy.toNanos() / 2);
    }

    @Test
    void doesNotTellOtherwise() {
        var told = new AtomicBoolean();
        HandlerTiming.Recorder recorder =
                new HandlerTiming.Recorder() {
                    @Override
                    public void handled(long nanos, boolean failed) {}

                    @Override
                    public void waited(long nanos) {
                        told.set(true);
                    }
                };
        try (var runtime =
                ProcessRuntime.builder().name("queues").timing(1, process -> recorder).build()) {
            Subject<Runnable> actor = Actors.running(runtime);
            Function<Subject<String>, Runnable> request = reply -> () -> reply.send("done");
            assertThat(actor.<String>call(SOON, request)).isEqualTo("done");
        }
        assertThat(told).isFalse();
    }
}

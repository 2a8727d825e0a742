/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.Rule;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Very many calls with time limits about as long as their replies take, of processes that die
 * meanwhile: when all is over nothing is left of them. More of them by hand, for instance {@code
 * -Dotp.soak.calls=10000000}.
 */
class CallSoakTests {
    private static final int CALLS = Integer.getInteger("otp.soak.calls", 60_000);
    private static final int CALLERS = 8;
    private static final int CALLEES = 16;
    private static final int EVERY = Math.max(1, CALLS / 5_000);

    record Ask(int value, Subject<Integer> replyTo) {}

    private final ProcessRuntime runtime = ProcessRuntime.builder().name("soak").build();
    private final AtomicReferenceArray<Subject<Ask>> callees = new AtomicReferenceArray<>(CALLEES);
    private final Queue<WeakReference<Subject<Integer>>> cells = new ConcurrentLinkedQueue<>();
    private final LongAdder replied = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder died = new LongAdder();
    private final LongAdder cancelled = new LongAdder();

    @Test
    @Tag("race")
    @Timeout(value = 2, unit = java.util.concurrent.TimeUnit.HOURS)
    @Rule({"C-02", "C-03", "C-05", "C-06", "C-13", "T-08"})
    void nothingIsLeftOfCallsThatRanIntoTimeLimitsAndDeaths() {
        for (int i = 0; i < CALLEES; i++) callees.set(i, startCallee());
        var seeds = new SplittableRandom(42);
        var mailboxes = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < CALLERS; i++) {
            SplittableRandom random = seeds.split();
            boolean process = i % 2 == 0;
            Runnable caller = () -> calls(random, CALLS / CALLERS);
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .start(process ? () -> inProcess(caller, mailboxes) : caller));
        }

        threads.forEach(CallSoakTests::join);

        assertThat(replied.sum() + late.sum() + died.sum() + cancelled.sum())
                .isEqualTo((long) CALLS / CALLERS * CALLERS);
        assertThat(List.of(replied, late, died)).allMatch(count -> count.sum() > 0);
        assertThat(mailboxes).as("messages in the callers' mailboxes").hasValue(0);
        eventually("no timer is left", () -> runtime.timerCount() == 0);
        eventually("no open call is left", () -> runtime.openCalls() == 0);
        for (int i = 0; i < CALLEES; i++) {
            var callee = (ProcessCell) callees.get(i).owner();
            eventually("no watcher is left", () -> callee.watcherCount() == 0);
            Processes.kill(callee);
        }
        eventually("no thread is left", () -> runsNothing() && runtime.zombieCount() == 0);
        eventually("no reply cell is left", this::cellsAreCollected);
        runtime.close();
        eventually("no thread of the runtime's is left", CallSoakTests::noThreadIsLeft);
    }

    private static boolean noThreadIsLeft() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().endsWith(":soak"));
    }

    private void inProcess(Runnable caller, AtomicInteger mailboxes) {
        Processes.run(
                runtime,
                () -> {
                    caller.run();
                    mailboxes.addAndGet(ProcessInfo.mailboxSize(Processes.self()));
                    return true;
                });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private boolean runsNothing() {
        return Current.runners().stream().noneMatch(run -> run.runtime == runtime);
    }

    private boolean cellsAreCollected() {
        System.gc();
        cells.removeIf(cell -> cell.get() == null);
        return cells.isEmpty();
    }

    /** Replies at once, later, or not at all; dies now and then. */
    private Subject<Ask> startCallee() {
        return Actor.startingWith(() -> 0)
                .onMessage(CallSoakTests::onMessage)
                .runtime(runtime)
                .start()
                .data();
    }

    private static Next<Integer, Ask> onMessage(Integer handled, Ask ask) {
        switch (ask.value() % 8) {
            case 0 -> {}
            case 1, 2 -> ask.replyTo().sendAfter(micros(ask.value() % 300), ask.value());
            default -> ask.replyTo().send(ask.value());
        }
        return ask.value() % 997 == 5 ? Next.stop() : Next.continueWith(handled + 1);
    }

    private void calls(SplittableRandom random, int count) {
        var open = new ArrayList<CompletableFuture<?>>();
        for (int i = 0; i < count; i++) {
            int slot = random.nextInt(CALLEES);
            Subject<Ask> callee = Objects.requireNonNull(callees.get(slot));
            int value = random.nextInt(1_000_000);
            Duration limit = micros(random.nextInt(400));
            Function<Subject<Integer>, Ask> request = request(value, i);
            if (random.nextInt(4) == 0) open.add(later(callee, limit, request, value, random));
            else count(callee.tryCall(limit, request), value);
            if (random.nextInt(2_000) == 0) Processes.kill(callee.owner());
            if (!Processes.isAlive(callee.owner())) {
                callees.compareAndSet(slot, callee, startOutside());
            }
            if (open.size() == 64) finish(open);
        }
        finish(open);
    }

    /** Not a child of the caller, which would be linked to it. */
    private Subject<Ask> startOutside() {
        var started = new CompletableFuture<Subject<Ask>>();
        Current.outside(() -> started.complete(startCallee()));
        return started.join();
    }

    private Function<Subject<Integer>, Ask> request(int value, int number) {
        return replyTo -> {
            if (number % EVERY == 0) cells.add(new WeakReference<>(replyTo));
            return new Ask(value, replyTo);
        };
    }

    private void count(CallResult<Integer> result, int value) {
        switch (result) {
            case CallResult.Replied(Integer reply) -> {
                assertThat(reply).isEqualTo(value);
                replied.increment();
            }
            case CallResult.Failed(CallException.TimedOut failure) -> late.increment();
            case CallResult.Failed(CallException.CalleeDown failure) -> died.increment();
            case CallResult.Failed(CallException failure) -> throw failure;
            case CallResult.Refused(RuntimeException failure) -> throw failure;
        }
    }

    private CompletableFuture<?> later(
            Subject<Ask> callee,
            Duration limit,
            Function<Subject<Integer>, Ask> request,
            int value,
            SplittableRandom random) {
        CompletableFuture<Integer> reply = callee.callAsync(limit, request);
        if (random.nextInt(10) == 0 && reply.cancel(false)) {
            cancelled.increment();
            return reply;
        }
        return reply.handle(
                (got, failed) -> {
                    count(
                            failed == null
                                    ? new CallResult.Replied<>(got)
                                    : new CallResult.Failed<>((CallException) failed),
                            value);
                    return true;
                });
    }

    private static void finish(List<CompletableFuture<?>> open) {
        for (CompletableFuture<?> reply : open) if (!reply.isCancelled()) reply.join();
        open.clear();
    }

    private static Duration micros(int count) {
        return Duration.ofNanos(count * 1_000L);
    }
}

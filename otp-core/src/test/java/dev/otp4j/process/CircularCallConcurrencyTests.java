/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Circles that open while the sentry looks: by a reply from elsewhere, by a time limit, by a kill.
 * The sentry looks again and again without a pause, so two looks in a row are much closer than in
 * production.
 */
@Timeout(60)
@Tag("race")
class CircularCallConcurrencyTests {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final int ROUNDS = 1_500;
    private static final int GROUPS = 4;

    private record Ask(Consumer<ReplyTo<String>> work, ReplyTo<String> replyTo)
            implements Runnable {
        @Override
        public void run() {
            work.accept(replyTo);
        }
    }

    private final ConcurrentLinkedQueue<CallResult<String>> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger cycles = new AtomicInteger();

    private static CallResult<String> call(
            Subject<Runnable> to, Duration limit, Consumer<ReplyTo<String>> work) {
        return to.tryCall(limit, (ReplyTo<String> replyTo) -> new Ask(work, replyTo));
    }

    private static void pause(int most) {
        int micros = ThreadLocalRandom.current().nextInt(most);
        if (micros > most / 2) LockSupport.parkNanos(micros * 1_000L);
        else for (int i = 0; i < micros; i++) Thread.onSpinWait();
    }

    /** B has C answer, and calls A meanwhile: none of these calls may fail early. */
    private void forwarded(Subject<Runnable> a, Subject<Runnable> b, Subject<Runnable> c) {
        Consumer<ReplyTo<String>> served = replyTo -> replyTo.send("served");
        Consumer<ReplyTo<String>> forward =
                replyTo -> {
                    c.send(
                            () -> {
                                pause(300);
                                replyTo.send("from c");
                            });
                    CallResult<String> result = call(a, SHORT, served); // A may have gone on
                    if (isCycle(result)) wrong.add(result);
                };
        check(call(b, LONG, forward), "from c");
    }

    private static boolean isCycle(CallResult<String> result) {
        return result instanceof CallResult.Failed(CallException.CallCycle found);
    }

    private void check(CallResult<String> result, String wanted) {
        if (!result.equals(new CallResult.Replied<>(wanted))) wrong.add(result);
    }

    /** B calls A: that call fails early or at its time limit, and A gets its reply. */
    private void circular(Subject<Runnable> a, Subject<Runnable> b) {
        Consumer<ReplyTo<String>> closing =
                replyTo -> {
                    Duration limit = Duration.ofNanos(ThreadLocalRandom.current().nextInt(400_000));
                    CallResult<String> result = call(a, limit, r -> r.send("served"));
                    switch (result) {
                        case CallResult.Failed(CallException.CallCycle found) ->
                                cycles.incrementAndGet();
                        case CallResult.Failed(CallException.TimedOut late) -> {}
                        default -> wrong.add(result);
                    }
                    replyTo.send("done");
                };
        check(call(b, LONG, closing), "done");
    }

    @Test
    @Rule({"D-08", "D-09"})
    void aCircleThatOpensWhileTheSentryLooksIsNotFailedEarly() throws InterruptedException {
        var over = new AtomicBoolean();
        try (var runtime = ProcessRuntime.builder().name("circles").build()) {
            var sentry = new CircularCalls();
            Thread looking =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!over.get()) {
                                            sentry.look(CallCircles.find(runtime));
                                            Thread.onSpinWait();
                                        }
                                    });
            var done = new CountDownLatch(2 * GROUPS);
            List<Subject<Runnable>> actors = new ArrayList<>();
            for (int group = 0; group < GROUPS; group++) {
                Subject<Runnable> a = failing(runtime, actors);
                Subject<Runnable> b = failing(runtime, actors);
                Subject<Runnable> c = failing(runtime, actors);
                rounds(a, () -> forwarded(a, b, c), ROUNDS, done);
                Subject<Runnable> d = failing(runtime, actors);
                Subject<Runnable> e = failing(runtime, actors);
                rounds(d, () -> circular(d, e), ROUNDS, done);
            }
            assertThat(done.await(40, TimeUnit.SECONDS)).isTrue();
            over.set(true);
            looking.join();
            assertThat(wrong).isEmpty();
            assertThat(cycles).hasPositiveValue();
            assertThat(actors).allMatch(actor -> Processes.isAlive(actor.owner()));
            for (Subject<Runnable> actor : actors) {
                assertThat(call(actor, LONG, r -> r.send("well")))
                        .isEqualTo(new CallResult.Replied<>("well"));
                assertThat(((ProcessCell) actor.owner()).watcherCount()).isZero();
            }
        }
    }

    private static Subject<Runnable> failing(
            ProcessRuntime runtime, List<Subject<Runnable>> actors) {
        Subject<Runnable> actor = Actors.start(Actors.running().failCircularCalls(), runtime);
        actors.add(actor);
        return actor;
    }

    /** Each round is a message of its own. */
    private static void rounds(
            Subject<Runnable> actor, Runnable round, int left, CountDownLatch done) {
        if (left == 0) {
            done.countDown();
            return;
        }
        actor.send(
                () -> {
                    round.run();
                    Thread.ofVirtual().start(() -> rounds(actor, round, left - 1, done));
                });
    }
}

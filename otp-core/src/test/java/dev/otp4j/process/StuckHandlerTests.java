/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers that are busy with one message for too long are found, told and forgotten again. */
@Timeout(60)
class StuckHandlerTests {
    private static final Duration LIMIT = Duration.ofMillis(1);

    private final ConcurrentLinkedQueue<StuckHandler> stuck = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<StuckHandler> goneOn = new ConcurrentLinkedQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);

    private ProcessRuntime runtime() {
        return runtime(LIMIT);
    }

    private ProcessRuntime runtime(Duration limit) {
        ProcessListener listener =
                new ProcessListener() {
                    @Override
                    public void handlerStuck(StuckHandler handler) {
                        stuck.add(handler);
                    }

                    @Override
                    public void handlerGoesOn(StuckHandler handler) {
                        goneOn.add(handler);
                    }
                };
        return ProcessRuntime.builder().name("stuck").listener(listener).stuckAfter(limit).build();
    }

    private void waitForTheEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHandlerThatBlocksIsFoundWithItsStackAndForgottenWhenItGoesOn() {
        try (var runtime = runtime();
                var log = new LogLines("dev.otp4j.process")) {
            Subject<Runnable> actor = Actors.running().runtime(runtime).start().data();
            actor.send(this::waitForTheEnd);

            eventually("it is found", () -> !stuck.isEmpty());

            StuckHandler found = stuck.element();
            assertThat(found.pid()).isEqualTo(actor.owner());
            assertThat(found.age()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
            assertThat(found.stack())
                    .anyMatch(frame -> frame.getMethodName().equals("waitForTheEnd"));
            assertThat(runtime.stuckHandlers())
                    .extracting(StuckHandler::pid)
                    .containsExactly(actor.owner());
            assertThat(ProcessInfo.stateOf(actor.owner())).isEqualTo(ProcessInfo.State.STUCK);
            eventually("the log is told once", () -> log.matching("has been handling").size() == 1);

            end.countDown();

            eventually("it goes on", () -> goneOn.size() == 1);
            assertThat(runtime.stuckHandlers()).isEmpty();
            assertThat(stuck).hasSize(1);
        }
    }

    @Test
    void manyMoreBlockedHandlersThanTheTableHasPlacesAreAllFound() {
        int many = 6_000;
        try (var runtime = runtime()) {
            List<Subject<Runnable>> actors = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                actors.add(Actors.running().runtime(runtime).start().data());
            }
            for (Subject<Runnable> actor : actors) actor.send(this::waitForTheEnd);

            eventually("all are found", () -> runtime.stuckHandlers().size() == many);

            long stacks = stuck.stream().filter(handler -> !handler.stack().isEmpty()).count();
            assertThat(stacks).isPositive().isLessThan(many);
            end.countDown();
            eventually("all go on", () -> goneOn.size() == many);
        }
    }

    @Test
    void theStacksThatWereTooManyAtOneLookAreReadAtTheNextOnes() {
        int many = StuckHandler.STACKS_PER_LOOK + 20;
        try (var runtime = runtime()) {
            for (int i = 0; i < many; i++) {
                Subject<Runnable> actor = Actors.running().runtime(runtime).start().data();
                actor.send(this::waitForTheEnd);
            }

            eventually(
                    "each has a stack",
                    () ->
                            runtime.stuckHandlers().stream()
                                            .filter(handler -> !handler.stack().isEmpty())
                                            .count()
                                    == many);

            assertThat(stuck).hasSize(many);
            end.countDown();
        }
    }

    @Test
    void aHandlerWithinItsLimitIsNotFound() {
        try (var runtime = runtime(Duration.ofMinutes(1))) {
            Subject<Runnable> patient = Actors.running().runtime(runtime).start().data();
            Subject<Runnable> other = Actors.running().runtime(runtime).start().data();
            patient.send(this::waitForTheEnd);
            other.send(this::waitForTheEnd);

            eventually(
                    "it has been looked at",
                    () ->
                            ProcessInfo.of(patient.owner()).handling() != null
                                    && ProcessInfo.of(patient.owner())
                                                    .handling()
                                                    .busyFor()
                                                    .compareTo(Duration.ofSeconds(2))
                                            > 0);

            assertThat(stuck).isEmpty();
            end.countDown();
        }
    }

    @Test
    void theOldestMessageGrowsOlderWhileTheHandlerIsStuckAndIsForgottenAfterwards() {
        try (var runtime = runtime()) {
            Subject<Runnable> actor = Actors.running().runtime(runtime).start().data();
            actor.send(this::waitForTheEnd);
            actor.send(() -> {});

            eventually(
                    "it waits",
                    () ->
                            runtime.oldestMessageAge(actor.owner()).compareTo(Duration.ofSeconds(1))
                                    > 0);

            end.countDown();
            eventually("none waits", () -> runtime.oldestMessageAge(actor.owner()).isZero());
        }
    }

    @Test
    void aMessageIsNoOlderThanItsProcessHasBeenRunning() {
        try (var runtime = runtime()) {
            Subject<Runnable> actor = Actors.running().runtime(runtime).start().data();
            actor.send(this::waitForTheEnd);
            for (int i = 0; i < 100; i++) actor.send(() -> {});
            eventually(
                    "it waits",
                    () ->
                            runtime.oldestMessageAge(actor.owner()).compareTo(Duration.ofSeconds(2))
                                    > 0);
            end.countDown();
            eventually("it is idle", () -> ProcessInfo.stackOf(actor.owner()).isEmpty());

            long again = System.nanoTime();
            var later = new CountDownLatch(1);
            actor.send(() -> Expect.awaitQuietly(later));
            actor.send(() -> {});
            Subject<Runnable> other = Actors.running().runtime(runtime).start().data();
            other.send(() -> Expect.awaitQuietly(later));
            eventually("the sentry has looked", () -> runtime.isStuck(other.owner()));

            assertThat(runtime.oldestMessageAge(actor.owner()))
                    .isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - again));
            later.countDown();
        }
    }

    @Test
    void ofAProcessThatRunsABodyOfItsOwnNoAgeIsKnown() {
        try (var runtime = runtime()) {
            var running = new AtomicBoolean(true);
            var body = new CompletableFuture<Pid>();
            Actors.running(runtime)
                    .send(
                            () ->
                                    body.complete(
                                            Processes.spawnUnlinked(() -> alwaysOneLeft(running))));
            Subject<Runnable> other = Actors.running().runtime(runtime).start().data();
            other.send(this::waitForTheEnd);
            other.send(() -> {});
            eventually(
                    "the sentry has looked twice",
                    () ->
                            runtime.oldestMessageAge(other.owner()).compareTo(Duration.ofSeconds(2))
                                    > 0);

            assertThat(runtime.oldestMessageAge(Expect.get(body))).isZero();
            running.set(false);
            end.countDown();
        }
    }

    /** A new message comes for each one that is received, so the mailbox is never empty. */
    private static void alwaysOneLeft(AtomicBoolean running) {
        Subject<String> own = Subject.create();
        own.send("first");
        while (running.get()) {
            own.send("next");
            own.receiveForever();
        }
    }

    @Test
    void aCircleOfCallsIsToldOnce() {
        var circles = new ConcurrentLinkedQueue<CallCircle>();
        ProcessListener listener =
                new ProcessListener() {
                    @Override
                    public void callCircle(CallCircle circle) {
                        circles.add(circle);
                    }
                };
        try (var runtime = ProcessRuntime.builder().name("circle").listener(listener).build()) {
            Subject<Runnable> a = Actors.running().runtime(runtime).start().data();
            Subject<Runnable> b = Actors.running().runtime(runtime).start().data();
            var both = new CountDownLatch(2);
            a.send(() -> call(b, both));
            b.send(() -> call(a, both));

            eventually("it is told", () -> circles.size() == 1);

            assertThat(circles.element().processes())
                    .containsExactlyInAnyOrder(a.owner(), b.owner());
            assertThat(runtime.callCircles()).hasSize(1);
        }
    }

    /** Calls when the other one cannot answer any more. */
    private static void call(Subject<Runnable> other, CountDownLatch both) {
        both.countDown();
        Expect.await(both);
        var unused =
                other.tryCall(
                        Duration.ofSeconds(20), (Subject<Boolean> reply) -> () -> reply.send(true));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.internal.threads.VirtualThreads;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A receiver waits in the sender's hand-over cell and then runs on the sender's thread, but never
 * at the price of waiting for a sender that goes on. Where that does not depend on the sentry there
 * is none, so that no sentry can come first.
 */
@Timeout(30)
@ExtendWith(EndsLeftProcesses.class)
class ChainingTests {
    private final ProcessRuntime runtime = UnwatchedScheduler.runtime("unwatched").build();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Where and as what a handler ran. */
    private record Place(Thread thread, String name, boolean interrupted, Pid process) {
        static Place here() {
            Thread thread = Thread.currentThread();
            return new Place(thread, thread.getName(), thread.isInterrupted(), Processes.self());
        }
    }

    /** An actor that runs what it is sent, and has nothing to do. */
    private static Subject<Runnable> idle(ProcessRuntime runtime) {
        Subject<Runnable> actor = Actors.running(runtime);
        quiet(actor.owner());
        return actor;
    }

    private Subject<Runnable> idle() {
        return idle(runtime);
    }

    private static Runner runner() {
        return Objects.requireNonNull(Current.runner());
    }

    /** What the code returns, run by the actor. */
    private static <T> T in(Subject<Runnable> actor, Supplier<T> code) {
        var result = new CompletableFuture<T>();
        actor.send(() -> result.complete(code.get()));
        return get(result);
    }

    // ---- what is handed over

    @Test
    void theReceiverRunsOnTheSendersThreadWhenThatHasEnded() {
        Subject<Runnable> a = idle();
        Subject<Runnable> b = idle();
        var ended = new AtomicBoolean();
        var endedBefore = new CompletableFuture<Boolean>();
        var sender = new CompletableFuture<Place>();
        var receiver = new CompletableFuture<Place>();
        Runnable receive =
                () -> {
                    endedBefore.complete(ended.get());
                    receiver.complete(Place.here());
                };
        a.send(
                () -> {
                    b.send(receive);
                    sender.complete(Place.here());
                    Thread.currentThread().interrupt(); // must not leak
                    ended.set(true);
                });

        assertThat(get(endedBefore)).isTrue();
        assertThat(get(receiver).thread()).isSameAs(get(sender).thread());
        assertThat(get(receiver).process()).isEqualTo(b.owner());
        assertThat(get(receiver).interrupted()).isFalse();
        assertThat(get(sender).name()).contains(Long.toString(a.owner().serial()));
        assertThat(get(receiver).name()).contains(Long.toString(b.owner().serial()));
        assertThat(ProcessInfo.of(b.owner()).mailboxSize()).isZero();
    }

    @Test
    void aProcessThatIsKilledInTheCellNeverRuns() {
        Subject<Runnable> a = idle();
        Subject<Runnable> victim = idle();
        var ran = new AtomicBoolean();

        boolean inTheCell =
                in(
                        a,
                        () -> {
                            victim.send(() -> ran.set(true));
                            Processes.kill(victim.owner());
                            return runner().defers();
                        });

        assertThat(inTheCell).isTrue();
        assertThat(get(runtime.whenEnded(victim.owner()).toCompletableFuture()))
                .isEqualTo(ExitReason.KILLED);
        eventually(
                "no thread is left",
                () -> Current.runners().stream().noneMatch(runner -> runner.runtime == runtime));
        assertThat(ran).isFalse();
    }

    @Test
    void theThreadOfAProcessThatDiedIsNotUsedAgain() {
        Subject<Runnable> b = idle();
        var deferred = new CompletableFuture<Boolean>();
        var sender = new CompletableFuture<Thread>();
        var receiver = new CompletableFuture<Thread>();
        Actor.Handler<Integer, Integer> sendAndStop =
                (state, message) -> {
                    sender.complete(Thread.currentThread());
                    b.send(() -> receiver.complete(Thread.currentThread()));
                    deferred.complete(runner().defers());
                    return Next.stop();
                };

        Subject<Integer> dying =
                Actors.start(Actor.startingWith(() -> 0).onMessage(sendAndStop), runtime);

        dying.send(1);

        assertThat(get(deferred)).isTrue();
        assertThat(get(receiver)).isNotSameAs(get(sender));
    }

    @Test
    void threadsAreCleanedBetweenTwoProcesses() {
        var left = new ThreadLocal<Integer>();
        try (var cleaning =
                UnwatchedScheduler.runtime("clean").threadCleaner(left::remove).build()) {
            Subject<Runnable> a = idle(cleaning);
            Subject<Runnable> b = idle(cleaning);
            var sender = new CompletableFuture<Thread>();
            var receiver = new CompletableFuture<Thread>();
            var found = new CompletableFuture<Boolean>();
            Runnable receive =
                    () -> {
                        receiver.complete(Thread.currentThread());
                        found.complete(left.get() != null);
                    };
            a.send(
                    () -> {
                        left.set(1);
                        sender.complete(Thread.currentThread());
                        b.send(receive);
                    });

            assertThat(get(found)).isFalse();
            assertThat(get(receiver)).isSameAs(get(sender));
        }
    }

    @Test
    void aThreadThatCannotBeCleanedIsNotUsedAgain() {
        var asked = new AtomicInteger();
        Runnable failing =
                () -> {
                    asked.incrementAndGet();
                    throw new IllegalStateException("not clean");
                };
        try (var lines = new LogLines(ProcessRuntime.class.getName());
                var unclean =
                        UnwatchedScheduler.runtime("unclean").threadCleaner(failing).build()) {
            Subject<Runnable> a = idle(unclean);
            Subject<Runnable> b = idle(unclean);
            var sender = new CompletableFuture<Thread>();
            var receiver = new CompletableFuture<Thread>();
            a.send(
                    () -> {
                        sender.complete(Thread.currentThread());
                        b.send(() -> receiver.complete(Thread.currentThread()));
                    });

            assertThat(get(receiver)).isNotSameAs(get(sender));
            assertThat(asked).hasPositiveValue();
            eventually(
                    "logged",
                    () -> !lines.matching("runtime 'unclean' cannot clean thread '").isEmpty());
        }
    }

    // ---- a sender that goes on

    @Test
    void aSecondSendLaunchesTheFirstReceiver() {
        Subject<Runnable> a = idle();
        Subject<Runnable> b = idle();
        Subject<Runnable> c = idle();
        var first = new CountDownLatch(1);

        int deferred =
                in(
                        a,
                        () -> {
                            int before = runner().handOver().deferrals();
                            b.send(first::countDown);
                            c.send(() -> {});
                            await(first);
                            assertThat(runner().defers()).as("the second one waits").isTrue();
                            return runner().handOver().deferrals() - before;
                        });

        assertThat(deferred).isEqualTo(2);
    }

    @Test
    void theNextMessageOfTheBatchLaunchesTheReceiver() {
        Subject<Runnable> a = idle();
        Subject<Runnable> b = idle();
        var queued = new CountDownLatch(1);
        var received = new CountDownLatch(1);
        var first = new CompletableFuture<Runner>();
        a.send(
                () -> {
                    await(queued);
                    b.send(received::countDown);
                    assertThat(runner().defers()).as("the receiver waits").isTrue();
                    first.complete(runner());
                });
        var second = new CompletableFuture<Runner>();
        a.send(
                () -> {
                    await(received);
                    second.complete(runner());
                });
        queued.countDown();

        assertThat(get(second)).as("one batch").isSameAs(get(first));
    }

    @Test
    void aWaitOfTheEngineLaunchesTheReceiver() {
        Subject<Runnable> a = idle();
        Subject<Runnable> b = idle();
        record Ask(Subject<Boolean> reply) {}

        Subject<Ask> callee =
                Actors.start(Actors.<Ask>handling(ask -> ask.reply().send(true)), runtime);
        quiet(callee.owner());

        Supplier<Boolean> receive =
                () -> {
                    Subject<Boolean> own = Subject.create();
                    b.send(() -> own.send(true));
                    assertThat(runner().defers()).as("the receiver waits").isTrue();
                    return own.receive(SOON).orElse(false);
                };
        Supplier<Boolean> call = () -> callee.call(SOON, Ask::new);

        assertThat(in(a, receive)).as("receive").isTrue();
        assertThat(in(a, call)).as("call").isTrue();
    }

    // ---- a sender that goes on where there is a sentry

    /** The sender sends, and then waits for the receiver without the engine's knowledge. */
    private static boolean sendAndBlock(Subject<Runnable> a, Subject<Runnable> b) {
        var received = new CountDownLatch(1);
        return in(
                a,
                () -> {
                    b.send(received::countDown);
                    await(received);
                    return true;
                });
    }

    @Test
    void aSenderThatBlocksAfterTheSendDoesNotKeepItsReceiver() {
        try (var watched = ProcessRuntime.builder().name("watched").build()) {
            Subject<Runnable> a = idle(watched);
            Subject<Runnable> b = idle(watched);
            for (int i = 0; i < 20; i++) { // trusted, rescued, not trusted
                assertThat(sendAndBlock(a, b)).isTrue();
            }
        }
    }

    @Test
    void aReceiverThatHadToBeRescuedIsCounted() {
        try (var watched = ProcessRuntime.builder().name("rescues").build()) {
            sendAndBlock(idle(watched), idle(watched));

            assertThat(watched.rescues()).isEqualTo(1);
        }
    }

    @Test
    void theSentryStopsLookingWhenNothingIsHandedOverAndComesBack() {
        try (var watched = ProcessRuntime.builder().name("watched").build()) {
            for (int i = 1; i <= 3; i++) {
                sendAndBlock(idle(watched), idle(watched));

                assertThat(watched.rescues()).isEqualTo(i);
                eventually(
                        "it stops looking",
                        () -> !((VirtualThreads) watched.scheduler).watchesHandOvers());
            }
        }
    }

    // ---- without

    /** Whether the receiver of a send waits in the sender's cell. */
    private static boolean defers(Subject<Runnable> a, Subject<Runnable> b) {
        var received = new CountDownLatch(1);
        boolean deferred =
                in(
                        a,
                        () -> {
                            b.send(received::countDown);
                            return runner().defers();
                        });
        await(received);
        return deferred;
    }

    @Test
    void aDefinitionCanSwitchChainingOff() {
        Subject<Runnable> a = Actors.start(Actors.running().chaining(false), runtime);

        assertThat(defers(a, idle())).isFalse();
        assertThat(defers(idle(), idle())).as("with").isTrue();
    }

    @Test
    void aRuntimeCanSwitchChainingOff() {
        try (var unchained = UnwatchedScheduler.runtime("unchained").chaining(false).build()) {
            assertThat(defers(idle(unchained), idle(unchained))).isFalse();
        }
    }

    @Test
    void aReceiverInAnotherRuntimeGetsAThreadOfThatRuntime() {
        try (var other = UnwatchedScheduler.runtime("other").build()) {
            assertThat(defers(idle(), idle(other))).isFalse();
        }
    }
}

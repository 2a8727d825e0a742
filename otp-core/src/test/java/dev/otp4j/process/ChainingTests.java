/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A receiver waits in the sender's hand-over cell and then runs on the sender's thread, but never
 * at the price of waiting for a sender that goes on. Whether the sentry came first, on a slow
 * machine, is asked where it matters; such a round is run again.
 */
@OtpTest
@Timeout(60)
class ChainingTests {
    private static final int ROUNDS = 200;

    /** Where and as what a handler ran. */
    private record Place(Thread thread, String name, boolean interrupted) {
        static Place here() {
            Thread thread = Thread.currentThread();
            return new Place(thread, thread.getName(), thread.isInterrupted());
        }
    }

    private static ActorBuilder<Integer, Runnable, Subject<Runnable>> worker() {
        return Actors.running();
    }

    private static Subject<Runnable> start() {
        return worker().start().data();
    }

    private static Subject<Runnable> start(ProcessRuntime runtime) {
        return outside(() -> worker().runtime(runtime).start().data());
    }

    private static Runner runner() {
        return Objects.requireNonNull(Current.runner());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a round until one went as it does on a machine with time. */
    private static void once(String what, Consumer<AtomicBoolean> round) {
        ProcessCell worker = (ProcessCell) start().owner();
        Trust trust = worker.trust();
        for (int i = 0; i < ROUNDS; i++) {
            while (!trust.allows()) {} // what a slow machine has cost the workers is forgiven
            var seen = new AtomicBoolean();
            round.accept(seen);
            if (seen.get()) return;
        }
        throw new AssertionError("never in " + ROUNDS + " rounds: " + what);
    }

    @Test
    void theReceiverRunsOnTheSendersThreadWhenThatHasEnded() {
        Subject<Runnable> a = start();
        Subject<Runnable> b = start();
        once(
                "handed over",
                seen -> {
                    var ended = new AtomicBoolean();
                    var sender = new CompletableFuture<Place>();
                    var receiver = new CompletableFuture<Place>();
                    var self = new CompletableFuture<Pid>();
                    a.send(
                            () -> {
                                b.send(
                                        () -> {
                                            seen.set(ended.get());
                                            self.complete(Processes.self());
                                            receiver.complete(Place.here());
                                        });
                                sender.complete(Place.here());
                                Thread.currentThread().interrupt(); // must not leak
                                ended.set(true);
                            });
                    seen.compareAndSet(true, get(sender).thread() == get(receiver).thread());
                    assertThat(get(self)).isEqualTo(b.owner());
                    assertThat(get(receiver).interrupted()).isFalse();
                    assertThat(get(sender).name()).contains(Long.toString(a.owner().serial()));
                    assertThat(get(receiver).name()).contains(Long.toString(b.owner().serial()));
                    assertThat(ProcessInfo.of(b.owner()).mailboxSize()).isZero();
                });
    }

    @Test
    void aSenderThatBlocksAfterTheSendDoesNotKeepItsReceiver() {
        Subject<Runnable> a = start();
        Subject<Runnable> b = start();
        for (int i = 0; i < 20; i++) { // trusted, rescued, not trusted
            var received = new CountDownLatch(1);
            var over = new CompletableFuture<Boolean>();
            a.send(
                    () -> {
                        b.send(received::countDown);
                        await(received); // nothing of the engine
                        over.complete(true);
                    });
            assertThat(get(over)).isTrue();
        }
    }

    @Test
    void aReceiverThatHadToBeRescuedIsCounted() {
        try (var runtime = ProcessRuntime.builder().name("rescues").build()) {
            Subject<Runnable> a = start(runtime);
            Subject<Runnable> b = start(runtime);
            once(
                    "rescued",
                    seen -> {
                        var received = new CountDownLatch(1);
                        var over = new CompletableFuture<Boolean>();
                        a.send(
                                () -> {
                                    b.send(received::countDown);
                                    await(received);
                                    over.complete(true);
                                });
                        get(over);
                        seen.set(runtime.rescues() > 0);
                    });
        }
    }

    @Test
    void aSecondSendLaunchesTheFirstReceiver() {
        Subject<Runnable> a = start();
        Subject<Runnable> b = start();
        Subject<Runnable> c = start();
        once(
                "the second one in the cell, the first one not",
                seen -> {
                    var over = new CompletableFuture<Boolean>();
                    var first = new CountDownLatch(1);
                    a.send(
                            () -> {
                                int before = runner().handOver().deferrals();
                                b.send(first::countDown);
                                c.send(() -> {});
                                seen.set(
                                        runner().handOver().deferrals() == before + 2
                                                && runner().defers());
                                await(first);
                                over.complete(true);
                            });
                    get(over);
                });
    }

    @Test
    void theNextMessageOfTheBatchLaunchesTheReceiver() {
        Subject<Runnable> a = start();
        Subject<Runnable> b = start();
        once(
                "deferred by one message",
                seen -> {
                    var queued = new CountDownLatch(1);
                    var over = new CompletableFuture<Boolean>();
                    a.send(
                            () -> {
                                await(queued);
                                b.send(() -> {});
                                seen.set(runner().defers());
                            });
                    a.send(() -> over.complete(runner().defers()));
                    queued.countDown();
                    assertThat(get(over)).as("deferred still in the next message").isFalse();
                });
    }

    @Test
    void aWaitOfTheEngineLaunchesTheReceiver() {
        Subject<Runnable> a = start();
        Subject<Runnable> b = start();
        record Ask(Subject<Boolean> reply) {}
        once(
                "deferred before the call",
                seen -> {
                    var caller = new CompletableFuture<Runner>();
                    Subject<Ask> callee =
                            Actors.<Ask>handling(
                                            ask -> {
                                                Runner waits = get(caller);
                                                Thread thread =
                                                        Objects.requireNonNull(waits.thread);
                                                eventually(
                                                        "the caller waits",
                                                        () ->
                                                                thread.getState()
                                                                                == Thread.State
                                                                                        .TIMED_WAITING
                                                                        || !waits.defers());
                                                ask.reply().send(waits.defers());
                                            })
                                    .start()
                                    .data();
                    var over = new CompletableFuture<Boolean>();
                    a.send(
                            () -> {
                                b.send(() -> {});
                                seen.set(runner().defers());
                                caller.complete(runner());
                                over.complete(callee.call(SOON, Ask::new));
                            });
                    assertThat(get(over)).as("deferred while its sender waits").isFalse();
                });
    }

    @Test
    void aProcessThatIsKilledInTheCellNeverRuns() {
        Subject<Runnable> a = start();
        once(
                "killed in the cell",
                seen -> {
                    Subject<Runnable> victim = start();
                    Processes.unlink(victim.owner());
                    quiet(victim.owner());
                    Monitor monitor = Processes.monitor(victim.owner());
                    var ran = new AtomicBoolean();
                    var over = new CompletableFuture<Boolean>();
                    a.send(
                            () -> {
                                victim.send(() -> ran.set(true));
                                Processes.kill(victim.owner());
                                seen.set(runner().defers()); // the sentry was not there before
                                over.complete(true);
                            });
                    get(over);
                    assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
                    var barrier = new CompletableFuture<Boolean>();
                    a.send(() -> barrier.complete(true));
                    get(barrier);
                    assertThat(ran.get() && seen.get()).isFalse();
                });
    }

    @Test
    void theThreadOfAProcessThatDiedIsNotUsedAgain() {
        Subject<Runnable> b = start();
        for (int i = 0; i < ROUNDS; i++) {
            var sender = new CompletableFuture<Thread>();
            var receiver = new CompletableFuture<Thread>();
            Subject<Integer> dying =
                    Actor.startingWith(() -> 0)
                            .<Integer>onMessage(
                                    (state, message) -> {
                                        sender.complete(Thread.currentThread());
                                        b.send(() -> receiver.complete(Thread.currentThread()));
                                        return Next.stop();
                                    })
                            .start()
                            .data();
            dying.send(1);
            assertThat(get(receiver)).isNotSameAs(get(sender));
        }
    }

    @Test
    void aDefinitionCanDoWithout() {
        Subject<Runnable> a = worker().chaining(false).start().data();
        Subject<Runnable> b = start();
        neverHandsOver(a, b);
    }

    @Test
    void aRuntimeCanDoWithout() {
        try (var runtime = ProcessRuntime.builder().name("unchained").chaining(false).build()) {
            neverHandsOver(start(runtime), start(runtime));
        }
    }

    @Test
    void theReceiverInAnotherRuntimeGetsAThreadOfThat() {
        try (var runtime = ProcessRuntime.builder().name("other").build()) {
            neverHandsOver(start(), start(runtime));
        }
    }

    private static void neverHandsOver(Subject<Runnable> a, Subject<Runnable> b) {
        for (int i = 0; i < ROUNDS; i++) {
            var deferred = new CompletableFuture<Boolean>();
            var received = new CompletableFuture<Boolean>();
            a.send(
                    () -> {
                        b.send(() -> received.complete(true));
                        deferred.complete(runner().defers());
                    });
            assertThat(get(deferred)).isFalse();
            assertThat(get(received)).isTrue();
        }
    }

    @Test
    void threadsAreCleanedBetweenTwoProcesses() {
        var cleaned = new ThreadLocal<Integer>();
        try (var runtime =
                ProcessRuntime.builder().name("clean").threadCleaner(cleaned::remove).build()) {
            Subject<Runnable> a = start(runtime);
            Subject<Runnable> b = start(runtime);
            once(
                    "handed over",
                    seen -> {
                        var sender = new CompletableFuture<Thread>();
                        var receiver = new CompletableFuture<Boolean>();
                        a.send(
                                () -> {
                                    cleaned.set(1);
                                    sender.complete(Thread.currentThread());
                                    b.send(
                                            () -> {
                                                seen.set(Thread.currentThread() == get(sender));
                                                receiver.complete(cleaned.get() == null);
                                            });
                                });
                        assertThat(get(receiver)).isTrue();
                    });
        }
    }

    @Test
    void aThreadThatCannotBeCleanedIsNotUsedAgain() {
        var asked = new AtomicInteger();
        try (var runtime =
                ProcessRuntime.builder()
                        .name("unclean")
                        .threadCleaner(
                                () -> {
                                    asked.incrementAndGet();
                                    throw new IllegalStateException("not clean");
                                })
                        .build()) {
            Subject<Runnable> a = start(runtime);
            Subject<Runnable> b = start(runtime);
            once(
                    "asked for",
                    seen -> {
                        var sender = new CompletableFuture<Thread>();
                        var receiver = new CompletableFuture<Thread>();
                        a.send(
                                () -> {
                                    sender.complete(Thread.currentThread());
                                    b.send(() -> receiver.complete(Thread.currentThread()));
                                });
                        assertThat(get(receiver)).isNotSameAs(get(sender));
                        seen.set(asked.get() > 0);
                    });
        }
    }

    @Test
    void theSentryStopsLookingWhenNobodyHandsOverAndComesBack() {
        try (var runtime = ProcessRuntime.builder().name("watched").build()) {
            Subject<Runnable> a = start(runtime);
            Subject<Runnable> b = start(runtime);
            for (int i = 0; i < 3; i++) {
                var received = new CountDownLatch(1);
                var over = new CompletableFuture<Boolean>();
                a.send(
                        () -> {
                            b.send(received::countDown);
                            await(received);
                            over.complete(true);
                        });
                get(over);
                eventually(
                        "it stops looking",
                        () -> !((VirtualThreads) runtime.scheduler).watchesHandOvers());
                while (!((ProcessCell) a.owner())
                        .trust()
                        .allows()) {} // so that the next round hands over again
            }
        }
    }
}

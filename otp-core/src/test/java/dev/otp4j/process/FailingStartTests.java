/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.ActorBuilder;
import dev.otp4j.actor.Next;
import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.testkit.Actors;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process sends to an idle one, and there is no memory for that one's thread. */
@Timeout(30)
class FailingStartTests {
    /** So many starts fail from now on. */
    private final AtomicInteger failures = new AtomicInteger();

    private ProcessRuntime runtime() {
        return ProcessRuntime.builder()
                .name("failing-starts")
                .scheduler(
                        real ->
                                new ForwardingScheduler(real) {
                                    @Override
                                    public void start(String name, Runnable body) {
                                        fail();
                                        super.start(name, body);
                                    }
                                })
                .build();
    }

    private void fail() {
        if (Current.process() == null) return; // a report, a test
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("no thread");
        }
    }

    private static boolean stands(Pid process) {
        return Current.runners().stream().anyMatch(runner -> runner.cell() == process);
    }

    /** A body sends, and so many attempts to start the receiver fail. */
    private void aBodySends(int failing) {
        try (var runtime = runtime()) {
            Subject<Runnable> idle = Actors.running(runtime);
            quiet(idle.owner());
            var received = new CompletableFuture<Boolean>();
            Pid body =
                    Processes.run(
                            runtime,
                            () ->
                                    Processes.spawnUnlinked(
                                            () -> {
                                                failures.set(failing);
                                                idle.send(() -> received.complete(true));
                                            }));
            eventually("the body has ended", () -> !Processes.isAlive(body));
            eventually("its thread stands nowhere", () -> !stands(body));
            assertThat(get(received)).isTrue();
            assertThat(failures).hasValue(0);
        }
    }

    @Test
    void aReceiverThatIsOwedAStartGetsItFromTheHandlerOfTheError() {
        aBodySends(1);
    }

    @Test
    void aReceiverThatIsOwedAStartGetsItAtTheEndOfTheThread() {
        aBodySends(2);
    }

    /** The hand-over cell is emptied last of all, when the process has ended already. */
    @Test
    void aReceiverOfAStoppingActorIsStartedThoughTheFirstAttemptFails() {
        try (var runtime = runtime()) {
            Subject<Runnable> idle = Actors.running(runtime);
            quiet(idle.owner());
            var received = new CompletableFuture<Boolean>();

            ActorBuilder<Integer, Integer, Subject<Integer>> stop =
                    Actor.startingWith(() -> 0)
                            .onMessage(
                                    (state, message) -> {
                                        idle.send(() -> received.complete(true));
                                        failures.set(message);
                                        return Next.stop();
                                    });
            Subject<Integer> stopping = Actors.start(stop, runtime);
            stopping.send(1);
            assertThat(get(received)).isTrue();
            eventually("its thread stands nowhere", () -> !stands(stopping.owner()));
        }
    }

    /** When all attempts fail the receiver is lost, but not the thread's place. */
    @Test
    void aThreadThatCannotPayLeavesItsPlace() {
        try (var runtime = runtime()) {
            Subject<Runnable> idle = Actors.running(runtime);
            quiet(idle.owner());
            Pid body =
                    Processes.run(
                            runtime,
                            () ->
                                    Processes.spawnUnlinked(
                                            () -> {
                                                failures.set(1_000);
                                                idle.send(() -> {});
                                            }));
            eventually("the body has ended", () -> !Processes.isAlive(body));
            eventually("its thread stands nowhere", () -> !stands(body));
        }
    }
}

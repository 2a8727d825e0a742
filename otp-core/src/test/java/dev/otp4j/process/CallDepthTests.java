/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.quiet;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.internal.threads.Scheduler;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/* * The end of a process waits for the end of its engine call: nothing in a call may take long or
 * wait. A process is killed here at the moment at which it wakes another one.
 */
@Timeout(30)
class CallDepthTests {
    /** The process that is killed at its next wake-up. */
    private final AtomicReference<@Nullable Pid> victim = new AtomicReference<>();

    private final CompletableFuture<Boolean> killReturned = new CompletableFuture<>();

    private ProcessRuntime runtime() {
        return ProcessRuntime.builder().name("depth").scheduler(KillingScheduler::new).build();
    }

    /** Kills the victim just before it wakes another process. */
    private final class KillingScheduler extends ForwardingScheduler {
        KillingScheduler(Scheduler real) {
            super(real);
        }

        @Override
        public void start(String name, Runnable body) {
            killCurrent();
            super.start(name, body);
        }

        @Override
        public void unpark(@Nullable Thread thread) {
            killCurrent();
            super.unpark(thread);
        }
    }

    private void killCurrent() {
        Pid current = Current.process();
        if (current == null || !victim.compareAndSet(current, null)) return;
        Thread killer = Thread.ofPlatform().daemon().start(() -> Processes.kill(current));
        boolean interrupted = false;
        for (long start = System.nanoTime(); System.nanoTime() - start < SOON.toNanos(); ) {
            try {
                if (killer.join(SOON)) break;
            } catch (InterruptedException e) {
                interrupted = true; // by the kill
            }
        }
        killReturned.complete(!killer.isAlive());
        if (interrupted) Thread.currentThread().interrupt();
    }

    @Test
    @Rule("K-03")
    void whoRegistersAnotherProcessWakesItOutsideOfItsCall() {
        try (var runtime = runtime()) {
            Name<String> name = Name.create(runtime, "held", Vacancy.holding(10));
            name.subject().send("held");
            CompletableFuture<Integer> call =
                    name.subject().callAsync(Duration.ofHours(1), CallDepthTests::asText);
            ExitReason reason =
                    Processes.run(
                            runtime,
                            () -> {
                                Pid holder =
                                        Processes.spawnUnlinked(
                                                () -> Processes.sleep(Duration.ofHours(1)));
                                quiet(holder);
                                var watched = new CountDownLatch(1);
                                Pid registrar =
                                        Processes.spawnUnlinked(
                                                () -> {
                                                    stubbornly(watched);
                                                    victim.set(Processes.self());
                                                    Processes.register(holder, name);
                                                });
                                Monitor monitor = Processes.monitor(registrar);
                                watched.countDown();
                                ExitReason end = expectDown(monitor);
                                assertThat(name.pid()).contains(holder);
                                assertThat(ProcessInfo.of(holder).mailboxSize()).isEqualTo(2);
                                Processes.kill(holder);
                                return end;
                            });
            assertThat(get(killReturned)).as("the kill waits for no wake-up").isTrue();
            assertThat(reason).isEqualTo(ExitReason.KILLED);
            Throwable failure = get(call.handle((reply, thrown) -> thrown));
            assertThat(failure)
                    .as("the holder's death fails the call that it adopted")
                    .isInstanceOf(CallException.CalleeDown.class);
        }
    }

    private static String asText(Subject<Integer> reply) {
        return "held, too";
    }
}

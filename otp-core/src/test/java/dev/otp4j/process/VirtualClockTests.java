/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A test on a plain thread, and a runtime whose time stands still. */
@Timeout(60)
class VirtualClockTests {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private record Get(Subject<Integer> replyTo) {}

    private final VirtualClock clock = VirtualClock.withSeed(1);
    private final ProcessRuntime runtime = ProcessRuntime.builder().virtualTime(clock).build();
    private final List<Object> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        runtime.close();
    }

    private Subject<Runnable> actor() {
        return Actors.running().runtime(runtime).start().data();
    }

    private static Next<Integer, Get> answer(Integer state, Get get) {
        get.replyTo().send(state + 1);
        return Next.continueWith(state + 1);
    }

    private Subject<Get> counter() {
        return Actor.startingWith(() -> 0)
                .onMessage(VirtualClockTests::answer)
                .runtime(runtime)
                .start()
                .data();
    }

    @Test
    void aPlainThreadSendsAndWaitsUntilAllIsDone() {
        Subject<Runnable> first = actor();
        Subject<Runnable> second = actor();

        first.send(() -> second.send(() -> first.send(() -> seen.add("done"))));
        clock.awaitIdle();

        assertThat(seen).containsExactly("done");
    }

    @Test
    void aPlainThreadCalls() {
        Subject<Get> counter = counter();

        assertThat(counter.<Integer>call(Get::new)).isEqualTo(1);
        assertThat(counter.<Integer>callAsync(HOUR, Get::new).join()).isEqualTo(2);
        assertThat(Expect.<Integer>outside(() -> counter.<Integer>call(Get::new))).isEqualTo(3);
    }

    @Test
    void aPlainThreadRunsAProcess() {
        int answer =
                Processes.run(
                        runtime,
                        () -> {
                            Subject<Integer> own = Subject.create();
                            Processes.spawn(() -> own.send(42));
                            return own.receiveForever();
                        });

        assertThat(answer).isEqualTo(42);
    }

    @Test
    void timeStandsStillUntilItIsAdvanced() {
        Subject<Runnable> actor = actor();
        actor.sendAfter(HOUR, () -> seen.add("after an hour"));
        actor.sendAfter(Duration.ofMillis(1), () -> seen.add("after a millisecond"));
        clock.awaitIdle();
        assertThat(seen).isEmpty();
        assertThat(runtime.timerCount()).isEqualTo(2);

        clock.advance(Duration.ofMinutes(59));
        assertThat(seen).containsExactly("after a millisecond");

        clock.advance(Duration.ofMinutes(1));
        assertThat(seen).containsExactly("after a millisecond", "after an hour");
        assertThat(runtime.timerCount()).isZero();
    }

    @Test
    void timersThatFollowFromTimersFireAtTheirTime() {
        Subject<Runnable> actor = actor();
        actor.send(
                () ->
                        actor.sendAfter(
                                HOUR,
                                () -> {
                                    seen.add(runtime.nanoTime());
                                    actor.sendAfter(HOUR, () -> seen.add(runtime.nanoTime()));
                                }));

        clock.advance(HOUR.multipliedBy(3));

        assertThat(seen).containsExactly(HOUR.toNanos(), 2 * HOUR.toNanos());
        assertThat(runtime.nanoTime()).isEqualTo(3 * HOUR.toNanos());
    }

    @Test
    void periodicTimersFireOncePerPeriod() {
        Subject<Runnable> actor = actor();
        var ticks = new AtomicInteger();
        Timer timer = actor.sendEvery(Duration.ofSeconds(1), ticks::incrementAndGet);

        clock.advance(Duration.ofSeconds(10));

        assertThat(ticks).hasValue(10);
        timer.cancel();
        clock.advance(HOUR);
        assertThat(ticks).hasValue(10);
    }

    @Test
    void aTimeLimitInsideEndsWhenTimeIsAdvanced() {
        Subject<Get> deaf = Actors.<Get>idle().runtime(runtime).start().data();
        Subject<Runnable> caller = actor();
        caller.send(() -> seen.add(deaf.tryCall(Duration.ofSeconds(5), Get::new)));
        clock.advance(Duration.ofSeconds(4));
        assertThat(seen).isEmpty();

        clock.advance(Duration.ofSeconds(1));

        assertThat(seen).singleElement().isInstanceOf(CallResult.Failed.class);
    }

    @Test
    void aTimeLimitOfAPlainThreadPassesInRealTime() {
        Subject<Get> deaf = Actors.<Get>idle().runtime(runtime).start().data();

        assertThatExceptionOfType(CallException.TimedOut.class)
                .isThrownBy(() -> deaf.<Integer>call(SHORT, Get::new));
        assertThat(runtime.nanoTime()).isZero();
    }

    @Test
    void aSystemStartsRestartsAndStops() {
        var starts = new AtomicInteger();
        var name = Name.<Runnable>create("worker");
        var systemClock = VirtualClock.create();
        var worker = Actors.running().named(name);
        OtpSystem system =
                OtpSystem.builder("virtual")
                        .root(
                                () ->
                                        StaticSupervisor.oneForOne()
                                                .restartTolerance(1, Duration.ofMinutes(1))
                                                .add(
                                                        ChildSpecification.worker(
                                                                "worker",
                                                                () -> {
                                                                    starts.incrementAndGet();
                                                                    return worker.start();
                                                                })))
                        .runtime(settings -> settings.virtualTime(systemClock))
                        .build();
        for (int life = 0; life < 2; life++) {
            system.start();
            for (int crash = 0; crash < 3; crash++) {
                Processes.kill(Processes.named(name).orElseThrow());
                systemClock.advance(Duration.ofMinutes(2)); // out of the tolerance's period
            }
            assertThat(system.state()).isEqualTo(OtpSystem.State.RUNNING);
            assertThat(system.stop(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(starts).hasValue(8);
        assertThat(system.restarts()).isEqualTo(6);
        system.close();
    }

    @Test
    void theSeedFixesTheOrder() {
        var orders = new HashSet<List<Object>>();
        for (long seed = 0; seed < 20; seed++) {
            List<Object> order = order(seed);
            assertThat(order(seed)).isEqualTo(order).hasSize(6);
            orders.add(order);
        }
        assertThat(orders).hasSizeGreaterThan(1);
    }

    private List<Object> order(long seed) {
        clock.reseed(seed);
        assertThat(clock.seed()).isEqualTo(seed);
        var order = new ArrayList<Object>();
        Subject<Runnable> starter = actor();
        clock.awaitIdle(); // it has an initialiser
        starter.send(
                () -> {
                    for (int i = 0; i < 6; i++) {
                        int number = i;
                        Processes.spawn(() -> order.add(number));
                    }
                });
        clock.awaitIdle();
        Processes.kill(starter.owner());
        return order;
    }

    @Test
    void sendersOnManyThreadsLoseNothing() {
        var received = new AtomicInteger();
        Subject<Runnable> actor = actor();
        var senders = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 4; i++) {
            senders.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int n = 0; n < 500; n++) actor.send(received::incrementAndGet);
                            }));
        }
        senders.forEach(CompletableFuture::join);
        clock.awaitIdle();

        assertThat(received).hasValue(2000);
    }

    @Test
    void aProcessThatWaitsOutsideIsNamed() {
        var latch = new CountDownLatch(1);
        Subject<Runnable> actor = actor();
        actor.send(() -> Expect.awaitQuietly(latch));

        assertThatIllegalStateException()
                .isThrownBy(() -> clock.awaitIdle(SHORT))
                .withMessageContaining("not idle within PT0.02S, with seed 1")
                .withStackTraceContaining("awaitQuietly");
        latch.countDown();
        clock.awaitIdle();
    }

    @Test
    void aKillReachesAProcessThatWaits() {
        Subject<Runnable> actor = actor();
        actor.send(() -> Processes.sleep(HOUR));
        clock.awaitIdle();

        Processes.kill(actor.owner());
        clock.awaitIdle();

        assertThat(Processes.isAlive(actor.owner())).isFalse();
        assertThat(runtime.zombieCount()).isZero();
    }

    @Test
    void aClockDrivesOneRuntime() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ProcessRuntime.builder().virtualTime(clock).build())
                .withMessageContaining("another runtime");
        assertThatIllegalStateException()
                .isThrownBy(() -> VirtualClock.create().awaitIdle())
                .withMessageContaining("no runtime");
        actor().send(() -> seen.add(Expect.outside(() -> "fine")));
        Subject<Runnable> actor = actor();
        actor.send(
                () -> {
                    try {
                        clock.awaitIdle();
                    } catch (IllegalStateException refused) {
                        seen.add(refused.getMessage());
                    }
                });
        clock.awaitIdle();
        assertThat(seen)
                .anySatisfy(it -> assertThat(it).asString().contains("cannot wait for its idle"));
    }
}

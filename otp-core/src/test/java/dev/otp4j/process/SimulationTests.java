/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulationTests {
    private static final Duration LONG = Duration.ofHours(1);

    /** Three processes that each speak twice; what the body hears, in order. */
    private static String conversation() {
        Subject<String> heard = Subject.create();
        for (String name : List.of("a", "b", "c")) {
            Processes.spawn(
                    () -> {
                        heard.send(name);
                        Processes.sleep(LONG);
                        heard.send(name.toUpperCase(java.util.Locale.ROOT));
                    });
        }
        var all = new StringBuilder();
        for (int i = 0; i < 6; i++) all.append(heard.receiveForever());
        return all.toString();
    }

    @Test
    void aSeedFixesTheOrder() {
        for (long seed = 0; seed < 50; seed++) {
            Set<String> orders = new HashSet<>();
            for (int i = 0; i < 3; i++) Simulation.run(seed, () -> orders.add(conversation()));
            assertThat(orders).as("orders of seed %d", seed).hasSize(1);
        }
    }

    @Test
    void seedsReachAllOrders() {
        Set<String> orders = new HashSet<>();
        Simulation.check(1_000, () -> orders.add(conversation()));

        assertThat(orders).hasSize(6 * 6);
    }

    @Test
    void timePassesOnlyWhenAllWaitAndThenAtOnce() {
        long real = System.nanoTime();
        Simulation.run(
                1,
                () -> {
                    ProcessRuntime runtime = ProcessRuntime.current();
                    long start = runtime.nanoTime();
                    Subject<String> own = Subject.create();
                    own.sendAfter(LONG, "late");

                    assertThat(own.receive(LONG.minusNanos(1))).isEmpty();
                    assertThat(own.receiveForever()).isEqualTo("late");
                    assertThat(runtime.nanoTime() - start).isEqualTo(LONG.toNanos());
                });
        assertThat(Duration.ofNanos(System.nanoTime() - real)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    @Rule({"V-24", "V-25"})
    void aSupervisorsToleranceCountsVirtualTime() {
        Simulation.check(
                50,
                () -> {
                    Subject<Pid> lives = Subject.create();
                    var actor =
                            Actors.<Integer>idle(
                                    () -> {
                                        lives.send(Processes.self());
                                        return 0;
                                    });
                    Processes.trapExits(true);
                    Pid tree =
                            StaticSupervisor.oneForOne()
                                    .restartTolerance(1, Duration.ofSeconds(5))
                                    .add(ChildSpecification.worker("a", actor::start))
                                    .start()
                                    .pid();
                    for (int life = 0; life < 10; life++) {
                        Processes.kill(lives.receiveForever());
                        Processes.sleep(Duration.ofSeconds(6));
                    }
                    assertThat(Processes.isAlive(tree)).isTrue();

                    Processes.kill(lives.receiveForever());
                    Processes.kill(lives.receiveForever());
                    Processes.sleep(Duration.ofSeconds(1));
                    assertThat(Processes.isAlive(tree)).isFalse();
                });
    }

    @Test
    void aBodyForWhichNothingCanHappenAnyMoreFails() {
        assertThatThrownBy(() -> Simulation.run(7, () -> Subject.create().receiveForever()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("seed 7")
                .hasMessageContaining("all processes wait and no timer is set");
    }

    @Test
    void aWaitOutsideTheEngineFailsWithItsStack() {
        var never = new CountDownLatch(1);
        assertThatThrownBy(
                        () ->
                                Simulation.run(
                                        7,
                                        () -> {
                                            Processes.spawn(() -> await(never));
                                            Processes.sleep(LONG);
                                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(
                        "waits for something other than a message, a reply or a timer")
                .satisfies(
                        failure ->
                                assertThat(failure.getStackTrace())
                                        .anyMatch(SimulationTests::isAwait));
        never.countDown();
    }

    private static boolean isAwait(StackTraceElement frame) {
        return frame.getMethodName().equals("await")
                && frame.getClassName().equals(SimulationTests.class.getName());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFailureNamesTheSeedThatRepeatsIt() {
        var message = new AtomicReference<String>();
        assertThatThrownBy(
                        () ->
                                Simulation.check(
                                        1_000, () -> assertThat(conversation()).startsWith("abc")))
                .isInstanceOf(AssertionError.class)
                .satisfies(failure -> message.set(failure.getMessage()));
        String text = message.get();
        long seed = Long.parseLong(text.substring(text.lastIndexOf('=') + 1));

        assertThat(text)
                .contains("failed with seed " + seed)
                .contains("-D" + Simulation.SEED_PROPERTY + "=" + seed);
        assertThatThrownBy(
                        () ->
                                Simulation.run(
                                        seed, () -> assertThat(conversation()).startsWith("abc")))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aSeedThatIsNoWholeNumberIsRefused() {
        String before = System.setProperty(Simulation.SEED_PROPERTY, "abc");
        try {
            String text = "'otp.simulation.seed' must be a whole number: \"abc\"";
            assertThatThrownBy(() -> Simulation.check(1, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(text);
            assertThatThrownBy(VirtualClock::create)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(text);
            assertThatThrownBy(VirtualClock.withSeed(1)::reseed)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(text);
        } finally {
            if (before == null) System.clearProperty(Simulation.SEED_PROPERTY);
            else System.setProperty(Simulation.SEED_PROPERTY, before);
        }
    }

    @Test
    @Rule({"P-25", "P-07"})
    void aKillIsAMomentAtWhichOthersMayRun() {
        Set<Boolean> heard = new HashSet<>();
        Simulation.check(
                200,
                () -> {
                    Subject<String> own = Subject.create();
                    Pid victim = Processes.spawnUnlinked(() -> Processes.sleep(LONG));
                    Processes.spawn(() -> own.send("ran"));
                    Processes.sleep(Duration.ZERO);
                    Processes.kill(victim);
                    heard.add(own.receive(Duration.ZERO).isPresent());
                });
        assertThat(heard).containsExactlyInAnyOrder(true, false);
    }
}

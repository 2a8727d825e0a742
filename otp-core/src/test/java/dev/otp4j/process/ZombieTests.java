/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.LogLines;
import dev.otp4j.testkit.Rule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator sees of code that runs on for the dead, and of carriers that it occupies. */
@Timeout(30)
class ZombieTests {
    private final CompletableFuture<Zombie> found = new CompletableFuture<>();
    private final CompletableFuture<Pid> returned = new CompletableFuture<>();
    private final ProcessRuntime runtime =
            ProcessRuntime.builder().name("zombies").listener(new Listener()).build();

    private final class Listener implements ProcessListener {
        @Override
        public void zombieFound(Zombie zombie) {
            found.complete(zombie);
        }

        @Override
        public void zombieEnded(Pid pid, Duration age) {
            returned.complete(pid);
        }
    }

    private Pid spawn(Runnable body) {
        var pid = new CompletableFuture<Pid>();
        Processes.run(runtime, () -> pid.complete(Processes.spawnUnlinked(body)));
        return pid.join();
    }

    /** Waits without looking at interrupts. */
    private static void wait(AtomicBoolean end) {
        while (!end.get()) {
            LockSupport.parkNanos(1_000_000);
            Thread.interrupted();
        }
    }

    @Test
    @Rule({"K-08", "TR-01"})
    void isCountedListedWithItsStackAndLoggedOnceUntilItReturns() throws Exception {
        var end = new AtomicBoolean();
        var running = new CountDownLatch(1);
        try (var log = new LogLines("dev.otp4j.process.sentry")) {
            Pid victim =
                    spawn(
                            () -> {
                                running.countDown();
                                wait(end);
                            });
            running.await();
            Processes.kill(victim);

            assertThat(runtime.zombieCount()).isEqualTo(1);
            Zombie zombie = runtime.zombies().getFirst();
            assertThat(zombie.pid()).isEqualTo(victim);
            assertThat(zombie.stack())
                    .anyMatch(frame -> frame.getClassName().contains("ZombieTests"));

            assertThat(found.get(15, TimeUnit.SECONDS).pid()).isEqualTo(victim);
            assertThat(log.matching("but its code still runs")).hasSize(1);
            end.set(true);
            assertThat(returned.get(5, TimeUnit.SECONDS)).isEqualTo(victim);
            eventually("no zombie is left", () -> runtime.zombieCount() == 0);
        }
    }

    @Test
    @Rule("K-08")
    void whoReturnsWhenInterruptedIsNoZombieForLong() {
        for (int round = 0; round < 1_000; round++) {
            var running = new CountDownLatch(1);
            Pid victim =
                    spawn(
                            () -> {
                                running.countDown();
                                Processes.sleep(SOON);
                            });
            awaitQuietly(running);
            Processes.kill(victim);
        }

        eventually("no zombie is left", () -> runtime.zombieCount() == 0);
        assertThat(found).isNotDone();
    }

    /** In a JVM of its own: all carriers are occupied, whatever else they would have to do. */
    @Test
    @Timeout(120)
    @Rule({"K-03", "K-08"})
    void whoOccupiesAllCarriersIsReportedWithItsStack() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process jvm =
                new ProcessBuilder(
                                java,
                                "-Djdk.virtualThreadScheduler.parallelism=2",
                                "-Djdk.virtualThreadScheduler.maxPoolSize=2",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StarvedMain.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(jvm.waitFor()).as(output).isZero();
    }

    /**
     * Two dead processes that compute on, on two carriers. Exits with 0 if all is reported as it
     * should be.
     */
    static final class StarvedMain {
        private StarvedMain() {}

        public static void main(String[] args) throws Exception {
            try (var log = new LogLines("dev.otp4j.process.sentry")) {
                starve(log);
            }
            System.exit(0);
        }

        private static void starve(LogLines log) throws Exception {
            var reported = new CompletableFuture<Starvation>();
            ProcessRuntime runtime =
                    ProcessRuntime.builder()
                            .listener(
                                    new ProcessListener() {
                                        @Override
                                        public void carriersStarved(Starvation starvation) {
                                            reported.complete(starvation);
                                        }
                                    })
                            .build();
            var end = new AtomicBoolean();
            var running = new CountDownLatch(2);
            List<Pid> dead = new ArrayList<>();
            for (int i = 0; i < 2; i++) dead.add(spin(runtime, running, end));
            running.await();
            dead.forEach(Processes::kill);

            Starvation starvation = reported.get(60, TimeUnit.SECONDS);

            require(
                    starvation.since().compareTo(Duration.ofSeconds(1)) >= 0,
                    "since: " + starvation.since());
            var culprits = starvation.culprits();
            require(
                    culprits.stream().map(Starvation.Culprit::pid).toList().containsAll(dead),
                    "culprits: " + culprits);
            for (Starvation.Culprit culprit : culprits) {
                require(!culprit.alive(), "dead: " + culprit);
                require(culprit.stack().toString().contains("StarvedMain"), "stack: " + culprit);
            }
            require(runtime.starvations() == 1, "count: " + runtime.starvations());
            requireOnce(log, "no virtual thread could start in the last");
            require(log.matching("start again").isEmpty(), "reported while it lasts");
            end.set(true);
            eventually("no zombie is left", () -> runtime.zombieCount() == 0);
            eventually("its end is told", () -> !log.matching("start again").isEmpty());
            requireOnce(log, "virtual threads can start again");
            require(runtime.starvations() == 1, "count at the end: " + runtime.starvations());
        }

        private static void requireOnce(LogLines log, String text) {
            require(log.matching(text).size() == 1, "once: " + log.matching(text));
        }

        private static Pid spin(ProcessRuntime runtime, CountDownLatch running, AtomicBoolean end) {
            return Processes.run(
                    runtime,
                    () ->
                            Processes.spawnUnlinked(
                                    () -> {
                                        running.countDown();
                                        while (!end.get()) Thread.onSpinWait();
                                    }));
        }

        private static void require(boolean condition, String what) {
            if (condition) return;
            System.out.println("not as it should be: " + what);
            System.exit(1);
        }
    }

    @Nested
    class Interrupts {
        @Test
        @Rule("K-04")
        void aProcessThatAskedForNoneFinishesUndisturbed() throws Exception {
            var running = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            var interrupted = new CompletableFuture<Boolean>();
            Subject<Integer> actor =
                    Actors.<Integer>handling(
                                    message -> {
                                        running.countDown();
                                        try {
                                            release.await();
                                            interrupted.complete(Thread.interrupted());
                                        } catch (InterruptedException e) {
                                            interrupted.complete(true);
                                        }
                                    })
                            .interruptOnKill(false)
                            .runtime(runtime)
                            .start()
                            .data();
            actor.send(1);
            running.await();

            Processes.kill(actor.owner());

            assertThat(Processes.isAlive(actor.owner())).isFalse();
            assertThat(runtime.zombieCount()).isEqualTo(1);
            release.countDown();
            assertThat(interrupted.get(5, TimeUnit.SECONDS)).isFalse();
            eventually("no zombie is left", () -> runtime.zombieCount() == 0);
        }

        @Test
        @Rule("K-04")
        void thatOfAKillHitsItsVictimOnly() throws Exception {
            var wrong = new AtomicBoolean();
            for (int round = 0; round < 2_000; round++) {
                var running = new CountDownLatch(1);
                Pid victim = spawn(running::countDown);
                Pid other =
                        spawn(
                                () -> {
                                    awaitQuietly(running);
                                    for (int i = 0; i < 100; i++)
                                        if (Thread.currentThread().isInterrupted()) wrong.set(true);
                                });
                running.await();
                Processes.kill(victim);
                runtime.whenEnded(other).toCompletableFuture().get(5, TimeUnit.SECONDS);
            }
            assertThat(wrong).isFalse();
        }
    }

    @Nested
    class DroppedMessages {
        private final List<DroppedMessage> told = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final ProcessRuntime counting =
                ProcessRuntime.builder()
                        .name("drops")
                        .listener(
                                new ProcessListener() {
                                    @Override
                                    public void messageDropped(DroppedMessage dropped) {
                                        told.add(dropped);
                                    }
                                })
                        .build();

        @Test
        @Rule("S-07")
        void areCountedByReasonKeptByTypeAndTold() {
            Subject<Object> dead = Actors.<Object>idle().runtime(counting).start().data();
            Processes.kill(dead.owner());
            dead.send("secret");
            Name<Object> full = Name.create(counting, "full");
            full.whileVacant(Vacancy.holding(1));
            full.subject().send(1);
            full.subject().send(2);
            full.abandon("gone");

            assertThat(counting.deadLetters(DropReason.DEAD)).isEqualTo(1);
            assertThat(counting.deadLetters(DropReason.FULL)).isEqualTo(1);
            assertThat(counting.deadLetters(DropReason.VACANT)).isEqualTo(1);
            assertThat(counting.deadLetters()).isEqualTo(3);
            assertThat(counting.lastDeadLetters()).isEqualTo(told);
            assertThat(told.getFirst().type()).isEqualTo("java.lang.String");
            assertThat(told.getFirst().receiver()).isEqualTo(dead.owner());
            assertThat(told.toString()).doesNotContain("secret");
        }

        @Test
        void onlyTheLastOnesAreKept() {
            Subject<Object> dead = Actors.<Object>idle().runtime(counting).start().data();
            Processes.kill(dead.owner());
            for (int i = 0; i < 1_000; i++) dead.send(i);

            assertThat(counting.deadLetters()).isEqualTo(1_000);
            assertThat(counting.lastDeadLetters()).hasSize(64);
        }

        @Test
        @Rule("A-12")
        void includeTheUnexpected() {
            Processes.run(
                    counting,
                    () -> {
                        Subject<String> selected = Subject.create();
                        Selector<Object> downs =
                                Selector.<Object>create().selectMonitors(down -> down);
                        Subject<Object> own =
                                Actor.withInitializer(
                                                SOON,
                                                (dev.otp4j.actor.Init<Object> init) ->
                                                        init.state(0).selecting(downs))
                                        .onMessage((Integer s, Object m) -> Next.continueWith(s))
                                        .start()
                                        .data();
                        own.send("nobody selects this");
                        eventually(
                                "it is dropped",
                                () -> counting.deadLetters(DropReason.UNEXPECTED) == 1);
                        Processes.unlink(own.owner());
                        Processes.kill(own.owner());
                        return selected;
                    });
        }

        @Test
        void aListenerThatSendsOrThrowsDoesNoHarm() {
            var bad =
                    ProcessRuntime.builder()
                            .name("bad")
                            .listener(
                                    new ProcessListener() {
                                        @Override
                                        public void messageDropped(DroppedMessage dropped) {
                                            throw new IllegalStateException("listener");
                                        }
                                    })
                            .build();
            Subject<Object> actor = Actors.<Object>idle().runtime(bad).start().data();
            Processes.kill(actor.owner());

            actor.send(1);

            assertThat(bad.deadLetters()).isEqualTo(1);
        }
    }
}

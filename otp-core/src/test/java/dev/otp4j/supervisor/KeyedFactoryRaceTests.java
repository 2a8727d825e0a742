/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys among many threads: none has two processes, and none loses a message. */
@OtpTest
@Tag("race")
@Timeout(120)
class KeyedFactoryRaceTests {
    private static final Duration DAY = Duration.ofDays(1);
    private static final int KEYS = 64;

    sealed interface Message {}

    record Numbered(int sender, int number) implements Message {}

    record Where(ReplyTo<Pid> replyTo) implements Message {}

    record Crash() implements Message {}

    /** What the actors of all keys have got, and how many lived at a time. */
    private final Map<String, List<Numbered>> got = new ConcurrentHashMap<>();

    private final Map<String, Set<Pid>> alive = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable String> wrong = new AtomicReference<>();

    private final class Member implements StatefulActor<Message> {
        private final String key;

        Member(String key) {
            this.key = key;
        }

        @Override
        public void started(Subject<Message> self) {
            Set<Pid> pids = alive.computeIfAbsent(key, k -> ConcurrentHashMap.newKeySet());
            pids.removeIf(pid -> !Processes.isAlive(pid));
            pids.add(Processes.self());
            if (pids.stream().filter(Processes::isAlive).count() > 1) {
                wrong.set(key + " has " + pids);
            }
        }

        @Override
        public Step handle(Message message) {
            switch (message) {
                case Numbered numbered ->
                        got.computeIfAbsent(key, k -> new ArrayList<>()).add(numbered);
                case Where(ReplyTo<Pid> replyTo) -> replyTo.send(Processes.self());
                case Crash() -> throw new IllegalStateException("on purpose");
            }
            return Step.KEEP;
        }

        @Override
        public void onTerminate(ExitReason reason) {
            Thread.yield(); // it traps exits, and its end takes a moment
        }
    }

    private KeyedFactory.Builder<String, Message> members() {
        return KeyedFactory.of(key -> StatefulActor.of(() -> new Member(key)));
    }

    @Test
    @Rule("KF-01")
    void aHundredThreadsFindOrStartOneProcess() throws Exception {
        var factory = members().parallelStarts(8).build();
        factory.start();
        int threads = 100;
        for (int round = 0; round < 50; round++) {
            String key = "key-" + round;
            var line = new CyclicBarrier(threads);
            Set<Pid> pids = ConcurrentHashMap.newKeySet();
            var done = new CountDownLatch(threads);
            for (int i = 0; i < threads; i++) {
                boolean starts = i % 2 == 0;
                Thread.startVirtualThread(
                        () -> {
                            try {
                                line.await();
                                pids.add(
                                        starts
                                                ? factory.start(key).pid()
                                                : factory.subject(key).call(SOON, Where::new));
                            } catch (Throwable failed) {
                                wrong.set(failed.toString());
                            }
                            done.countDown();
                        });
            }
            done.await();
            assertThat(pids).as(key).hasSize(1);
        }
        assertThat(wrong).hasValue(null);
    }

    /**
     * Sends from several threads while {@code disturb} runs again and again. With many keys, many
     * of them rest now and then.
     */
    private int flood(
            KeyedFactory<String, Message> factory, int keys, Duration time, Runnable disturb)
            throws Exception {
        return flood(factory, keys, time, () -> true, disturb);
    }

    /** As {@link #flood(KeyedFactory, int, Duration, Runnable)}, and on until it was enough. */
    private int flood(
            KeyedFactory<String, Message> factory,
            int keys,
            Duration time,
            BooleanSupplier enough,
            Runnable disturb)
            throws Exception {
        int senders = 4;
        var stop = new AtomicBoolean();
        var sent = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < senders; i++) {
            int sender = i;
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int n = 0; !stop.get(); n++) {
                                            var random = ThreadLocalRandom.current();
                                            String key = "key-" + random.nextInt(keys);
                                            factory.subject(key).send(new Numbered(sender, n));
                                            sent.incrementAndGet();
                                            LockSupport.parkNanos(random.nextInt(1, 100_000));
                                        }
                                    }));
        }
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end || !enough.getAsBoolean()) disturb.run();
        stop.set(true);
        for (Thread thread : threads) thread.join();
        return sent.get();
    }

    private void expectAll(int sent) {
        eventually(
                "all have arrived",
                () -> got.values().stream().mapToInt(KeyedFactoryRaceTests::size).sum() >= sent);
        assertThat(got.values().stream().mapToInt(KeyedFactoryRaceTests::size).sum())
                .isEqualTo(sent);
        assertThat(wrong).hasValue(null);
        for (List<Numbered> list : got.values()) {
            for (int sender = 0; sender < 4; sender++) {
                int from = sender;
                assertThat(list.stream().filter(m -> m.sender() == from).map(Numbered::number))
                        .isSorted();
            }
        }
    }

    private static int size(List<?> list) {
        return list.size();
    }

    @Test
    @Rule("KF-05")
    void passivationLosesNoMessage() throws Exception {
        var factory = members().passivateAfter(Duration.ofMillis(4)).build();
        factory.start();

        int sent =
                flood(
                        factory,
                        128,
                        Duration.ofSeconds(4),
                        () -> factory.counts().passivated() > 1_000,
                        () -> Processes.sleep(Duration.ofMillis(5)));

        expectAll(sent);
    }

    @Test
    @Rule({"KF-05", "KF-09"})
    void passivationStopsAndStartsLeaveNoProcessBehind() throws Exception {
        var factory = members().passivateAfter(Duration.ofMillis(4)).build();
        Pid pid = factory.start().pid();

        flood(
                factory,
                KEYS,
                Duration.ofSeconds(3),
                () -> {
                    String key = "key-" + ThreadLocalRandom.current().nextInt(KEYS);
                    if (ThreadLocalRandom.current().nextBoolean()) factory.stop(key);
                    else factory.tryStart(key);
                });
        eventually("all rest", () -> factory.counts().keys() == 0);

        assertThat(wrong).hasValue(null);
        assertThat(alive.values()).noneMatch(pids -> pids.stream().anyMatch(Processes::isAlive));
        eventually("none is linked", () -> ProcessInfo.of(pid).links().size() == 1);
        assertThat(factory.counts().starting()).isZero();
        assertThat(factory.counts().waiting()).isZero();
    }

    @Test
    @Rule({"KF-02", "KF-05"})
    void crashesLoseWhatWasQueuedAndNothingElse() throws Exception {
        var factory =
                members()
                        .passivateAfter(Duration.ofMillis(4))
                        .tolerancePerKey(1_000_000, DAY)
                        .build();
        factory.start();

        flood(
                factory,
                KEYS,
                Duration.ofSeconds(3),
                () -> {
                    String key = "key-" + ThreadLocalRandom.current().nextInt(KEYS);
                    factory.subject(key).send(new Crash());
                    Processes.sleep(Duration.ofMillis(1));
                });
        for (int i = 0; i < KEYS; i++) {
            assertThat(factory.subject("key-" + i).call(SOON, Where::new)).isNotNull();
        }
        assertThat(wrong).hasValue(null);
        for (List<Numbered> list : got.values()) {
            for (int sender = 0; sender < 4; sender++) {
                int from = sender;
                assertThat(list.stream().filter(m -> m.sender() == from).map(Numbered::number))
                        .isSorted();
            }
        }
    }

    @Test
    @Rule("KF-10")
    void killsOfTheFactoryLeaveNeitherTwoProcessesNorMessagesThatNothingStarts() throws Exception {
        var factory = members().passivateAfter(Duration.ofMillis(4)).build();
        var tree =
                StaticSupervisor.oneForOne()
                        .restartTolerance(1_000_000, DAY)
                        .add(factory.supervised("members"))
                        .start();
        var held = new AtomicInteger();

        flood(
                factory,
                KEYS,
                Duration.ofSeconds(3),
                () -> {
                    factory.name().pid().ifPresent(Processes::kill);
                    held.incrementAndGet();
                    Processes.sleep(Duration.ofMillis(20));
                });

        assertThat(held.get()).isGreaterThan(10);
        for (int i = 0; i < KEYS; i++) {
            assertThat(factory.subject("key-" + i).call(SOON, Where::new)).isNotNull();
            assertThat(factory.subject("key-" + i).name().orElseThrow().heldCount()).isZero();
        }
        assertThat(Processes.isAlive(tree.pid())).isTrue();
        assertThat(ProcessRuntime.current()).isNotNull();
    }
}

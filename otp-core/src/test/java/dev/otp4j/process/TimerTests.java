/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OtpTest
class TimerTests {
    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    @Rule("T-01")
    void firesOnceAndNeverEarly() {
        Subject<String> own = Subject.create();
        long start = System.nanoTime();

        own.sendAfter(ms(30), "tick");

        assertThat(expect(own)).isEqualTo("tick");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(ms(30));
        assertThat(anythingComes()).isFalse();
    }

    @Test
    @Rule("T-01")
    void aDelayOfZeroGoesThroughTheMailboxToo() {
        Subject<String> own = Subject.create();

        own.sendAfter(Duration.ZERO, "now");

        assertThat(expect(own)).isEqualTo("now");
    }

    @Test
    @Rule("T-02")
    void aCancelledOneNeverFiresAndTellsWhatWasLeft() {
        Subject<String> own = Subject.create();
        Timer timer = own.sendAfter(ms(500), "never");

        Cancelled cancelled = timer.cancel();

        assertThat(cancelled)
                .isInstanceOfSatisfying(
                        Cancelled.TimerCancelled.class,
                        c -> assertThat(c.remaining()).isBetween(Duration.ZERO, ms(500)));
        assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerNotFound.class);
    }

    @Test
    @Rule("T-03")
    void afterItFiredThereIsNothingToCancel() {
        Subject<String> own = Subject.create();
        Timer timer = own.sendAfter(Duration.ZERO, "fired");
        eventually("queued", () -> ProcessInfo.mailboxSize(Processes.self()) == 1);

        assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerNotFound.class);

        assertThat(own.receive(Duration.ZERO)).contains("fired");
    }

    @Test
    @Tag("race")
    @Timeout(60)
    @Rule("T-04")
    void eitherTheMessageArrivesOrTheCancelSucceeds() {
        Subject<Integer> own = Subject.create();
        var cancelled = new AtomicInteger();
        int rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            Timer timer = own.sendAfter(Duration.ofNanos(i * 97L % 100_000), i);
            for (int spin = 0; spin < i % 300; spin++) Thread.onSpinWait();
            if (timer.cancel() instanceof Cancelled.TimerCancelled) cancelled.incrementAndGet();
            else assertThat(expect(own)).isEqualTo(i);
        }

        assertThat(anythingComes()).isFalse();
        assertThat(cancelled.get()).isLessThanOrEqualTo(rounds);
    }

    @Test
    @Rule("T-04")
    void anybodyMayCancel() {
        Subject<String> own = Subject.create();
        Timer timer = own.sendAfter(SOON, "never");

        Cancelled cancelled = outside(timer::cancel);

        assertThat(cancelled).isInstanceOf(Cancelled.TimerCancelled.class);
    }

    @Test
    @Rule({"T-05", "TR-17"})
    void aDeadTargetIsNoFailure() {
        Subject<Subject<String>> doors = Subject.create();
        Pid pid = Processes.spawnUnlinked(() -> doors.send(Subject.create()));
        Subject<String> door = expect(doors);
        expectDown(pid);
        Subject<String> own = Subject.create();

        Timer timer = door.sendAfter(ms(1), "dropped");
        own.sendAfter(ms(30), "barrier");

        assertThat(expect(own)).isEqualTo("barrier");
        assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerNotFound.class);
    }

    @Test
    @Rule({"T-06", "TR-17"})
    void aNameIsLookedUpAtExpiry() {
        Name<String> name = Name.create("later");
        Subject<String> heard = Subject.create();
        Subject<Boolean> ready = Subject.create();
        Pid first = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
        Processes.register(first, name);

        name.subject().sendAfter(ms(60), "tick");
        Processes.kill(first);
        Processes.spawn(
                () -> {
                    Processes.register(Processes.self(), name);
                    ready.send(true);
                    heard.send(name.subject().receiveForever());
                });
        expect(ready);

        assertThat(expect(heard)).isEqualTo("tick");
    }

    @Test
    @Rule("T-06")
    void aNameWithoutHolderAtExpiryDropsSilently() {
        Name<String> name = Name.create("nobody");
        Subject<String> own = Subject.create();

        name.subject().sendAfter(ms(1), "dropped");
        own.sendAfter(ms(30), "barrier");

        assertThat(expect(own)).isEqualTo("barrier");
    }

    @Test
    @Rule("T-07")
    void deadlinesTenMillisApartComeInOrder() {
        Subject<Integer> own = Subject.create();
        long[] earliest = new long[5];
        long[] latest = new long[5];
        for (int i : new int[] {3, 0, 4, 1, 2}) {
            Duration delay = ms(20 + 15L * i);
            earliest[i] = System.nanoTime() + delay.toNanos();
            own.sendAfter(delay, i);
            latest[i] = System.nanoTime() + delay.toNanos(); // on a crowded machine much later
        }

        List<Integer> came = new ArrayList<>();
        for (int i = 0; i < 5; i++) came.add(expect(own));

        for (int first = 0; first < 5; first++) {
            for (int second = first + 1; second < 5; second++) {
                int a = came.get(first);
                int b = came.get(second);
                assertThat(latest[b] + ms(10).toNanos() - earliest[a])
                        .as("%s before %s", a, b)
                        .isPositive();
            }
        }
        assertThat(came).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    @Test
    @Rule("T-08")
    void longDelaysAndManyTimersAreFine() {
        Subject<Integer> own = Subject.create();
        var timers = new ArrayList<Timer>();
        timers.add(own.sendAfter(ms(1L << 33), -1));
        timers.add(own.sendAfter(Duration.ofSeconds(Long.MAX_VALUE / 2), -2));
        for (int i = 0; i < 100_000; i++) timers.add(own.sendAfter(Duration.ofHours(1), i));

        assertThat(ProcessRuntime.current().timerCount()).isEqualTo(100_002);
        for (Timer timer : timers) {
            assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerCancelled.class);
        }
        assertThat(ProcessInfo.mailboxSize(Objects.requireNonNull(Processes.self()))).isZero();
    }

    @Test
    @Tag("race")
    @Timeout(120)
    @Rule({"T-05", "T-08", "TR-17"})
    void aMillionTimersToTheDeadComeBack() {
        ProcessRuntime runtime = ProcessRuntime.current();
        var messages = new ArrayList<WeakReference<Object>>();
        for (int wave = 0; wave < 20; wave++) {
            Subject<Subject<Object>> doors = Subject.create();
            Pid target =
                    Processes.spawnUnlinked(
                            () -> {
                                doors.send(Subject.create());
                                Processes.sleep(Duration.ofHours(1));
                            });
            Subject<Object> door = expect(doors);
            for (int i = 0; i < 25_000; i++) remindLater(door, i % 1_000 == 0, messages);
            assertThat(runtime.timerCount()).isEqualTo(25_000);

            Processes.kill(target);
            for (int i = 0; i < 25_000; i++) remindLater(door, i % 1_000 == 0, messages);

            assertThat(runtime.timerCount()).isZero();
        }

        eventually(
                "the messages are collected",
                () -> {
                    System.gc();
                    return messages.stream().allMatch(message -> message.get() == null);
                });
    }

    /** Held timers, and the process, keep nothing alive of what will not be sent any more. */
    @Test
    @Timeout(60)
    @Rule({"T-02", "T-08"})
    void whoeverKeepsACancelledOrFiredTimerKeepsNoMessage() {
        ProcessRuntime runtime = ProcessRuntime.current();
        Subject<Object> own = Subject.create();
        var messages = new ArrayList<WeakReference<Object>>();
        var timers = new ArrayList<Timer>();
        for (int i = 0; i < 1_000; i++) {
            timers.add(weakly(own, Duration.ofHours(1), messages));
            timers.add(weakly(own, Duration.ZERO, messages));
        }
        for (int i = 0; i < 1_000; i++) expect(own);
        long cancelled =
                timers.stream()
                        .filter(timer -> timer.cancel() instanceof Cancelled.TimerCancelled)
                        .count();

        assertThat(cancelled).isEqualTo(1_000);
        assertThat(runtime.timerCount()).isZero();
        assertThat(((ProcessCell) Processes.self()).watcherCount()).isZero();
        eventually(
                "the messages are collected",
                () -> {
                    System.gc();
                    return messages.stream().allMatch(message -> message.get() == null);
                });
        assertThat(timers).hasSize(2_000);
    }

    private static Timer weakly(
            Subject<Object> to, Duration delay, ArrayList<WeakReference<Object>> messages) {
        var message = new Object();
        messages.add(new WeakReference<>(message));
        return to.sendAfter(delay, message);
    }

    @Test
    @Rule("T-08")
    void oneThreadServesAllTimersOfARuntime() throws Exception {
        try (var runtime = ProcessRuntime.builder().name("one-clock").build()) {
            Subject<Integer> nobody = Name.<Integer>create(runtime, "nobody").subject();
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            var fired = new CountDownLatch(1_000);
            for (int i = 0; i < 100_000; i++) nobody.sendAfter(Duration.ofHours(1), i);

            for (int i = 0; i < 1_000; i++) {
                Runnable task =
                        () -> {
                            threads.add(Thread.currentThread());
                            fired.countDown();
                        };
                new DelayedSend(runtime.timers, i * 10_000L, null, task).set(null);
            }

            assertThat(fired.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(threads).singleElement().matches(Thread::isDaemon);
            assertThat(platformThreads("one-clock")).containsExactlyElementsOf(threads);
            assertThat(runtime.timerCount()).isEqualTo(100_000);
        }
        eventually("its thread has ended", () -> platformThreads("one-clock").isEmpty());
    }

    private static List<Thread> platformThreads(String runtime) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith(":" + runtime))
                .toList();
    }

    /** Delays, time limits of calls and receives, and sleep: one clock, on which none is early. */
    @Test
    @Rule({"T-01", "T-08"})
    void allWaitOnTheRuntimesClock() {
        outside(
                () ->
                        Simulation.check(
                                20,
                                () -> {
                                    ProcessRuntime runtime = ProcessRuntime.current();
                                    long start = runtime.nanoTime();
                                    Subject<Subject<Object>> silent = Subject.create();
                                    Subject<Long> own = Subject.create();
                                    own.sendAfter(Duration.ofDays(3), 1L);
                                    var later = Subject.<Subject<Object>>create();

                                    var call =
                                            later.callAsync(
                                                    Duration.ofDays(4),
                                                    (Subject<Object> reply) -> reply);
                                    var result =
                                            Name.<Subject<Object>>create("held", Vacancy.holding(1))
                                                    .subject()
                                                    .tryCall(
                                                            Duration.ofDays(1),
                                                            (Subject<Object> reply) -> reply);

                                    assertThat(result).isInstanceOf(CallResult.Failed.class);
                                    assertThat(days(runtime, start)).isEqualTo(1);
                                    assertThat(silent.receive(Duration.ofDays(1))).isEmpty();
                                    assertThat(days(runtime, start)).isEqualTo(2);
                                    own.receiveForever();
                                    assertThat(days(runtime, start)).isEqualTo(3);
                                    assertThat(call).isNotDone();
                                    Processes.sleep(Duration.ofDays(2));
                                    assertThat(days(runtime, start)).isEqualTo(5);
                                    assertThat(call).isCompletedExceptionally();
                                }));
    }

    private static long days(ProcessRuntime runtime, long start) {
        return Duration.ofNanos(runtime.nanoTime() - start).toDays();
    }

    private static void remindLater(
            Subject<Object> door, boolean watched, ArrayList<WeakReference<Object>> messages) {
        var message = new Object();
        door.sendAfter(Duration.ofHours(1), message);
        if (watched) messages.add(new WeakReference<>(message));
    }

    @Test
    void aNegativeDelayIsRefused() {
        Subject<String> own = Subject.create();

        assertThatIllegalArgumentException().isThrownBy(() -> own.sendAfter(ms(-1), "x"));
    }
}

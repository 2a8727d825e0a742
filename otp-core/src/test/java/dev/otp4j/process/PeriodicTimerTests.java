/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PeriodicTimerTests {
    private static final Duration PERIOD = Duration.ofMillis(100);

    private static Duration periods(double n) {
        return Duration.ofNanos((long) (PERIOD.toNanos() * n));
    }

    private static double since(long start) {
        return (double) (ProcessRuntime.current().nanoTime() - start) / PERIOD.toNanos();
    }

    private static int queued() {
        return ProcessInfo.mailboxSize(Processes.self());
    }

    /** A process that waits to be killed, and its subject. */
    private static <M> Subject<M> idle() {
        Subject<Subject<M>> doors = Subject.create();
        Processes.spawnUnlinked(
                () -> {
                    doors.send(Subject.create());
                    Processes.sleep(Duration.ofDays(1));
                });
        return doors.receiveForever();
    }

    @Test
    @Rule("T-11")
    void aTickComesAtEachMultipleOfThePeriodHoweverLateOneIsTaken() {
        Simulation.check(
                20,
                () -> {
                    Subject<String> own = Subject.create();
                    long start = ProcessRuntime.current().nanoTime();
                    List<Double> times = new ArrayList<>();

                    own.sendEvery(PERIOD, "tick");

                    for (double late : new double[] {0, 0.5, 0.9, 0, 0.3}) {
                        own.receiveForever();
                        times.add(since(start));
                        Processes.sleep(periods(late));
                    }
                    assertThat(times).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
                });
    }

    @Test
    @Rule("T-11")
    void whatASlowReceiverHasMissedIsSkippedAndNeverMoreThanOneIsQueued() {
        Simulation.check(
                20,
                () -> {
                    Subject<String> own = Subject.create();
                    long start = ProcessRuntime.current().nanoTime();
                    own.sendEvery(PERIOD, "tick");
                    own.receiveForever();

                    Processes.sleep(periods(10.5));

                    assertThat(queued()).isOne();
                    assertThat(own.receive(Duration.ZERO)).contains("tick");
                    assertThat(own.receive(Duration.ZERO)).isEmpty();
                    own.receiveForever();
                    assertThat(since(start)).isEqualTo(12.0);
                });
    }

    /** In an actor, with a handler that takes 3.5 periods. */
    @Test
    @Rule("T-11")
    void aSlowHandlerHandlesOneAfterTheOther() {
        Simulation.check(
                20,
                () -> {
                    long start = ProcessRuntime.current().nanoTime();
                    List<Double> begins = new ArrayList<>();
                    List<Integer> depths = new ArrayList<>();
                    Subject<String> slow =
                            Actors.<String>handling(
                                            tick -> {
                                                begins.add(since(start));
                                                Processes.sleep(periods(3.5));
                                                depths.add(queued());
                                            })
                                    .start()
                                    .data();

                    Timer timer = slow.sendEvery(PERIOD, "tick");

                    Processes.sleep(periods(12));
                    timer.cancel();
                    assertThat(begins).containsExactly(1.0, 4.5, 8.0, 11.5);
                    assertThat(depths).containsOnly(1);
                });
    }

    @Test
    @Rule("T-11")
    void oneThatWasPassedOverOrWaitsForAResumeIsQueuedStill() {
        Simulation.check(
                20,
                () -> {
                    Subject<String> own = Subject.create();
                    Subject<String> other = Subject.create();
                    Timer timer = own.sendEvery(PERIOD, "tick");
                    other.receive(periods(5.5));
                    assertThat(queued()).isOne();
                    timer.cancel();

                    Subject<String> actor = Actors.<String>idle().start().data();
                    Sys.suspend(actor.owner());
                    actor.sendEvery(PERIOD, "tick");
                    Processes.sleep(periods(5.5));
                    assertThat(ProcessInfo.mailboxSize(actor.owner())).isOne();
                    Sys.resume(actor.owner());
                    Processes.sleep(periods(1));
                    assertThat(ProcessInfo.mailboxSize(actor.owner())).isZero();
                });
    }

    @Test
    @Rule({"T-11", "S-19"})
    void aFlushedOneIsNotQueued() {
        Simulation.check(
                20,
                () -> {
                    Subject<String> own = Subject.create();
                    own.sendEvery(PERIOD, "tick");
                    Processes.sleep(periods(1.5));

                    Processes.flushMessages();

                    assertThat(own.receive(periods(1))).contains("tick");
                });
    }

    @Test
    @Rule({"T-02", "T-11"})
    void aCancelledOneSendsNothingMoreAndWhatIsQueuedStays() {
        Simulation.check(
                50,
                () -> {
                    Subject<String> own = Subject.create();
                    Timer timer = own.sendEvery(PERIOD, "tick");
                    assertThat(ProcessRuntime.current().timerCount()).isOne();
                    Processes.sleep(periods(1.25));

                    Cancelled cancelled = timer.cancel();

                    assertThat(cancelled).isEqualTo(new Cancelled.TimerCancelled(periods(0.75)));
                    assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerNotFound.class);
                    assertThat(ProcessRuntime.current().timerCount()).isZero();
                    assertThat(own.receive(Duration.ZERO)).contains("tick");
                    assertThat(own.receive(periods(3))).isEmpty();
                    assertThat(((ProcessCell) Processes.self()).watcherCount()).isZero();
                });
    }

    @Test
    @Rule({"T-09", "T-10"})
    void itEndsWithTheProcessThatSetItAndWithItsReceiver() {
        Simulation.check(
                50,
                () -> {
                    Name<String> name = Name.create("mine");
                    Processes.register(Processes.self(), name);
                    Subject<String> plain = Subject.create();
                    Subject<Timer> timers = Subject.create();
                    Pid setter =
                            Processes.spawnUnlinked(
                                    () -> {
                                        timers.send(plain.sendEvery(PERIOD, "plain"));
                                        timers.send(name.subject().sendEvery(PERIOD, "named"));
                                        Processes.sleep(Duration.ofDays(1));
                                    });
                    Timer first = timers.receiveForever();
                    Timer second = timers.receiveForever();
                    assertThat(plain.receiveForever()).isEqualTo("plain");
                    assertThat(name.subject().receiveForever()).isEqualTo("named");
                    Subject<String> receiver = idle();
                    Timer third = receiver.sendEvery(PERIOD, "tick");

                    Processes.kill(setter);
                    Processes.kill(receiver.owner());

                    assertThat(ProcessRuntime.current().timerCount()).isZero();
                    for (Timer timer : List.of(first, second, third)) {
                        assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerNotFound.class);
                    }
                    Processes.sleep(periods(3));
                    assertThat(queued()).isZero();
                });
    }

    /** A name is looked up each time; a name that holds keeps no tick for the successor. */
    @Test
    @Rule({"T-06", "T-11"})
    void oneForANameReachesTheSuccessorAndSkipsTheVacancy() {
        for (boolean holding : new boolean[] {false, true}) {
            Simulation.check(
                    20,
                    () -> {
                        Processes.trapExits(true);
                        Name<String> name = Name.create("later");
                        if (holding) name.whileVacant(Vacancy.holding(100));
                        var ticks = new AtomicInteger();
                        Pid first = counter(name, ticks, periods(0.5));
                        name.subject().sendEvery(PERIOD, "tick");
                        Processes.sleep(periods(3.25)); // the third is being handled
                        Processes.kill(first);
                        Processes.sleep(periods(3));
                        assertThat(name.heldCount()).isZero();
                        assertThat(ticks).hasValue(3);
                        counter(name, ticks, Duration.ZERO);

                        Processes.sleep(periods(2));

                        assertThat(ticks).hasValue(5);
                        assertThat(ProcessRuntime.current().deadLetters()).isZero();
                    });
        }
    }

    /** The one that died with its receiver is not waited for. */
    @Test
    @Rule("T-11")
    void oneThatWasQueuedWhenItsReceiverDiedKeepsNoFurtherOneBack() {
        Simulation.check(
                20,
                () -> {
                    Processes.trapExits(true);
                    Name<String> name = Name.create("stuck");
                    var ticks = new AtomicInteger();
                    Pid stuck = counter(name, ticks, Duration.ofDays(1));
                    name.subject().sendEvery(PERIOD, "tick");
                    Processes.sleep(periods(5.5));
                    assertThat(ProcessInfo.mailboxSize(stuck)).isOne();
                    Processes.kill(stuck);
                    counter(name, ticks, Duration.ZERO);

                    Processes.sleep(periods(2));

                    assertThat(ticks).as("one began in the dead one").hasValue(3);
                });
    }

    private static Pid counter(Name<String> name, AtomicInteger ticks, Duration takes) {
        return Actors.<String>handling(
                        tick -> {
                            ticks.incrementAndGet();
                            Processes.sleep(takes);
                        })
                .named(name)
                .start()
                .pid();
    }

    /** What lives on when a simulation is over does not keep its clock going. */
    @Test
    @Rule("T-11")
    void noneFiresWhenItsRuntimeIsClosed() {
        var runtime = new AtomicReference<ProcessRuntime>();
        Simulation.run(
                1,
                () -> {
                    runtime.set(ProcessRuntime.current());
                    Processes.spawnUnlinked(
                            () -> {
                                Subject<String> own = Subject.create();
                                own.sendEvery(PERIOD, "tick");
                                for (; ; ) own.receiveForever();
                            });
                    Processes.sleep(periods(2));
                });

        eventually(
                "the clock stands still",
                () -> {
                    long before = runtime.get().nanoTime();
                    for (int looks = 0; looks < 50; looks++) LockSupport.parkNanos(1_000_000);
                    return runtime.get().nanoTime() == before;
                });
        assertThat(runtime.get().timerCount()).isZero();
    }

    @Test
    @Rule("T-11")
    void aPeriodThatIsNotPositiveIsRefusedAndAnyOtherIsFine() {
        Simulation.run(
                1,
                () -> {
                    Subject<String> own = Subject.create();
                    for (Duration bad : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
                        assertThatIllegalArgumentException()
                                .isThrownBy(() -> own.sendEvery(bad, "tick"))
                                .withMessage("'period' must be positive: " + bad);
                    }
                    assertThatThrownBy(() -> own.sendEvery(PERIOD, null))
                            .isInstanceOf(NullPointerException.class);
                    Timer never = own.sendEvery(ChronoUnit.FOREVER.getDuration(), "tick");
                    assertThat(own.receive(Duration.ofDays(365))).isEmpty();
                    assertThat(never.cancel()).isInstanceOf(Cancelled.TimerCancelled.class);
                });
    }

    @Test
    @OtpTest
    @Rule({"T-01", "T-11"})
    void onTheRealClockNoneIsEarly() {
        Subject<Integer> own = Subject.create();
        long start = System.nanoTime();
        Timer timer = own.sendEvery(Duration.ofMillis(10), 1);

        for (int i = 1; i <= 5; i++) {
            expect(own);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(i * 10_000_000L);
        }

        assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerCancelled.class);
        assertThat(ProcessRuntime.current().scheduler.pending()).isZero();
    }

    /** None comes after the cancel has returned, however short the period is. */
    @Test
    @OtpTest
    @Tag("race")
    @Timeout(60)
    @Rule({"T-04", "T-11"})
    void noneIsSentAfterTheCancelHasReturned() {
        Subject<Integer> own = Subject.create();
        for (int round = 0; round < 2_000; round++) {
            Timer timer = own.sendEvery(Duration.ofNanos(20_000), round);
            for (int spin = 0; spin < round % 500; spin++) Thread.onSpinWait();

            assertThat(timer.cancel()).isInstanceOf(Cancelled.TimerCancelled.class);

            int left = queued();
            assertThat(left).isLessThanOrEqualTo(1);
            for (int i = 0; i < left; i++) assertThat(own.receive(Duration.ZERO)).contains(round);
        }
        assertThat(ProcessRuntime.current().timerCount()).isZero();
        assertThat(own.receive(Duration.ofMillis(5))).isEmpty();
    }
}

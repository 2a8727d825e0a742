/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.actor.StartResult;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A timer belongs to one life of a process, and is void from the instant at which that ends. */
class TimerLifeTests {
    private static final Duration PERIOD = Duration.ofMillis(200);

    /** How an actor has itself ticked. */
    enum Ticking {
        AGAIN_AND_AGAIN {
            @Override
            void begin(Subject<String> self) {
                self.sendAfter(PERIOD, "tick");
            }

            @Override
            void next(Subject<String> self) {
                self.sendAfter(PERIOD, "tick");
            }
        },
        EVERY {
            @Override
            void begin(Subject<String> self) {
                self.sendEvery(PERIOD, "tick");
            }

            @Override
            void next(Subject<String> self) {}
        };

        abstract void begin(Subject<String> self);

        abstract void next(Subject<String> self);
    }

    /** An actor that holds the name, and ticks from its initialiser on. */
    private static Pid ticker(Name<String> name, Ticking ticking, AtomicInteger ticks) {
        return Actor.startingWith(
                        () -> {
                            ticking.begin(name.subject());
                            return 0;
                        })
                .onMessage(
                        (Integer state, String tick) -> {
                            ticks.incrementAndGet();
                            ticking.next(name.subject());
                            return Next.continueWith(state);
                        })
                .named(name)
                .start()
                .pid();
    }

    @ParameterizedTest
    @EnumSource
    @Rule({"T-09", "TR-17"})
    void anActorTicksAsOftenAfterAnyNumberOfRestarts(Ticking ticking) {
        for (int crashes : new int[] {0, 1, 2, 4}) {
            for (boolean holding : new boolean[] {false, true}) {
                Simulation.check(
                        3,
                        () -> {
                            Processes.trapExits(true);
                            Name<String> name = Name.create("ticker");
                            if (holding) name.whileVacant(Vacancy.holding(100));
                            var ticks = new AtomicInteger();
                            Pid pid = ticker(name, ticking, ticks);
                            for (int i = 0; i < crashes; i++) {
                                Processes.sleep(Duration.ofMillis(70));
                                Processes.kill(pid);
                                pid = ticker(name, ticking, ticks);
                            }
                            ticks.set(0);

                            Processes.sleep(Duration.ofMillis(2_100));

                            assertThat(ticks).hasValue(10);
                            assertThat(ProcessRuntime.current().timerCount()).isOne();
                            Processes.kill(pid);
                            assertThat(ProcessRuntime.current().timerCount()).isZero();
                        });
            }
        }
    }

    /** Also where the process has made the name's subject its own only later. */
    @Test
    @Rule("T-09")
    void aTimerForTheNameThatAProcessHasTakenIsItsOwn() {
        Simulation.check(
                20,
                () -> {
                    Name<String> name = Name.create("taken");
                    Pid first =
                            Processes.spawnUnlinked(
                                    () -> {
                                        Processes.register(Processes.self(), name);
                                        name.subject().sendAfter(PERIOD, "to the first");
                                        Processes.sleep(PERIOD.multipliedBy(5));
                                    });
                    Processes.sleep(Duration.ofMillis(1));
                    Processes.kill(first);
                    Processes.register(Processes.self(), name);
                    name.subject().sendAfter(PERIOD, "to the second");

                    assertThat(name.subject().receiveForever()).isEqualTo("to the second");
                    assertThat(name.subject().receive(PERIOD.multipliedBy(2))).isEmpty();
                });
    }

    @Test
    @Rule({"T-06", "T-09"})
    void aTimerThatAnotherProcessHasSetForTheNameReachesTheSuccessor() {
        Simulation.check(
                20,
                () -> {
                    Processes.trapExits(true);
                    Name<String> name = Name.create("later");
                    var ticks = new AtomicInteger();
                    Pid first = ticker(name, Ticking.EVERY, new AtomicInteger());
                    name.subject().sendAfter(Duration.ofMillis(50), "tick");
                    Processes.kill(first);
                    ticker(name, Ticking.EVERY, ticks);

                    Processes.sleep(Duration.ofMillis(60));

                    assertThat(ticks).hasValue(1);
                });
    }

    /** What an initialiser has sent to its own name is not for the next process if it fails. */
    @Test
    @Rule("T-09")
    void whatAFailedInitialiserHasSentItselfDoesNotReachTheSuccessor() {
        Simulation.check(
                20,
                () -> {
                    Processes.trapExits(true);
                    Name<String> name = Name.create("failing", Vacancy.holding(10));
                    var ticks = new AtomicInteger();
                    for (int i = 0; i < 3; i++) {
                        var result =
                                Actor.startingWith(
                                                () -> {
                                                    name.subject().send("mine");
                                                    throw new IllegalStateException("no database");
                                                })
                                        .onMessage((Object s, String m) -> Next.continueWith(s))
                                        .named(name)
                                        .tryStart();
                        assertThat(result).isInstanceOf(StartResult.Failed.class);
                    }
                    assertThat(name.heldCount()).isZero();
                    name.subject().send("held");
                    ticker(name, Ticking.EVERY, ticks);

                    Processes.sleep(Duration.ofMillis(1));

                    assertThat(ticks).as("the one that was held").hasValue(1);
                });
    }

    /** How the end of a process is seen. */
    enum Seen {
        BY_DOWN,
        BY_EXIT,
        BY_IS_ALIVE
    }

    @ParameterizedTest
    @EnumSource
    @OtpTest
    @Tag("race")
    @Timeout(60)
    @Rule({"T-10", "P-30"})
    void whenTheEndOfAProcessIsSeenItsTimersAreVoid(Seen seen) {
        Processes.trapExits(seen == Seen.BY_EXIT);
        ProcessRuntime runtime = ProcessRuntime.current();
        Subject<Subject<String>> doors = Subject.create();
        for (int round = 0; round < 700; round++) {
            Runnable code =
                    () -> {
                        Subject<String> own = Subject.create();
                        doors.send(own);
                        own.receiveForever();
                    };
            Pid pid = seen == Seen.BY_EXIT ? Processes.spawn(code) : Processes.spawnUnlinked(code);
            Subject<String> door = expect(doors);
            Timer once = door.sendAfter(Duration.ofHours(1), "late");
            Timer again = door.sendEvery(Duration.ofHours(1), "late");
            Monitor monitor = seen == Seen.BY_DOWN ? Processes.monitor(pid) : null;
            door.send("go");

            switch (seen) {
                case BY_DOWN -> expectDown(Objects.requireNonNull(monitor));
                case BY_EXIT -> expectExit(pid);
                case BY_IS_ALIVE -> eventually("ended", () -> !Processes.isAlive(pid));
            }

            assertThat(runtime.timerCount()).as("round " + round).isZero();
            assertThat(once.cancel()).isInstanceOf(Cancelled.TimerNotFound.class);
            assertThat(again.cancel()).isInstanceOf(Cancelled.TimerNotFound.class);
        }
        eventually("memory is let go", () -> runtime.scheduler.pending() == 0);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Death against everything that can happen at the same moment. */
@OtpTest
@Tag("race")
@Timeout(60)
class LifeConcurrencyTests {
    private static final int MOST = 200_000;
    private static final int LEAST = 1_000;
    private static final Duration LIMIT = Duration.ofMillis(800);

    private interface Round {
        void run(int number);
    }

    /**
     * As many rounds as fit into the time, and a thousand at the least, however busy the machine.
     */
    private static void rounds(Round round) {
        long start = System.nanoTime();
        for (int i = 0; i < MOST; i++) {
            long took = System.nanoTime() - start;
            if (i >= LEAST && took > LIMIT.toNanos()) return;
            round.run(i);
        }
    }

    private static void spin(int most) {
        int spins = ThreadLocalRandom.current().nextInt(most);
        for (int i = 0; i < spins; i++) Thread.onSpinWait();
    }

    private static final class Sender {
        final AtomicBoolean over = new AtomicBoolean();
        final Pid pid;

        Sender(Runnable loop) {
            pid =
                    Processes.spawnUnlinked(
                            () -> {
                                try {
                                    loop.run();
                                } finally {
                                    over.set(true);
                                }
                            });
        }

        void awaitThread() {
            eventually("thread of " + pid + " is over", over::get);
        }
    }

    @Test
    @Rule({"P-25", "K-05", "TR-07"})
    void nothingASenderSentArrivesAfterItsDown() {
        Subject<Integer> inbox = Subject.create();
        Selector<Object> all =
                Selector.create().<Integer>select(inbox).selectMonitors(down -> down);
        rounds(
                number -> {
                    var sender =
                            new Sender(
                                    () -> {
                                        for (int i = 0; ; i++) {
                                            inbox.send(i);
                                            if (i > 50) Thread.yield(); // no flood
                                        }
                                    });
                    Monitor monitor = Processes.monitor(sender.pid);
                    expect(inbox);
                    spin(200);

                    Processes.kill(sender.pid);

                    sender.awaitThread();
                    boolean down = false;
                    int last = -1;
                    for (Optional<Object> next; (next = all.receive(Duration.ZERO)).isPresent(); ) {
                        if (next.get() instanceof Down of) {
                            assertThat(of.monitor()).isEqualTo(monitor);
                            down = true;
                        } else {
                            assertThat(down).as("a message after the DOWN").isFalse();
                            int message = (Integer) next.get();
                            assertThat(message).isGreaterThan(last);
                            last = message;
                        }
                    }
                    assertThat(down).isTrue();
                });
    }

    @Test
    @Rule({"K-05", "C-05"})
    void noReplyOfADeadCalleeIsTaken() {
        rounds(
                number -> {
                    var accepted = new AtomicInteger();
                    Subject<Subject<Subject<Integer>>> doors = Subject.create();
                    var callee =
                            new Sender(
                                    () -> {
                                        Subject<Subject<Integer>> requests = Subject.create();
                                        doors.send(requests);
                                        Subject<Integer> reply = requests.receiveForever();
                                        spin(100);
                                        if (reply.trySend(1) == Subject.Sent.SENT) {
                                            accepted.incrementAndGet();
                                        }
                                        Processes.sleep(SOON);
                                    });
                    Subject<Subject<Integer>> door = expect(doors);
                    Pid killer =
                            Processes.spawnUnlinked(
                                    () -> {
                                        spin(300);
                                        Processes.kill(callee.pid);
                                    });

                    boolean replied;
                    try {
                        door.call(SOON, (Subject<Integer> reply) -> reply);
                        replied = true;
                    } catch (CallException.CalleeDown down) {
                        replied = false;
                    }

                    expectDown(killer);
                    callee.awaitThread();
                    if (!replied) assertThat(accepted).hasValue(0);
                });
    }

    @Test
    @Rule({"P-20", "TR-13"})
    void afterUnlinkThePeersDeathHasNoEffect() {
        Subject<Boolean> unlinked = Subject.create();
        rounds(
                number -> {
                    var go = new AtomicBoolean();
                    Subject<Boolean> ready = Subject.create();
                    Pid peer = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
                    Pid own =
                            Processes.spawnUnlinked(
                                    () -> {
                                        Processes.link(peer);
                                        ready.send(true);
                                        while (!go.get()) Thread.yield();
                                        spin(150);
                                        Processes.unlink(peer);
                                        unlinked.send(true);
                                        for (int i = 0; i < 200; i++) Processes.isAlive(peer);
                                    });
                    Monitor monitor = Processes.monitor(own);
                    expect(ready);
                    go.set(true);
                    spin(150);
                    Processes.exit(peer, ExitReason.abnormal("peer"));

                    ExitReason reason = expectDown(monitor);
                    boolean survived = unlinked.receive(Duration.ZERO).isPresent();
                    if (survived) {
                        assertThat(reason).as("death after unlink").isEqualTo(ExitReason.NORMAL);
                    }
                });
    }

    @Test
    @Rule({"C-06", "P-26"})
    void aCallHeldAtTheMomentOfAnAdoptionDoesNotDisturbOtherWatchers() {
        rounds(
                number -> {
                    Name<Object> name = Name.create("held", Vacancy.holding(10));
                    Subject<Boolean> ready = Subject.create();
                    var go = new AtomicBoolean();
                    Pid adopter =
                            Processes.spawnUnlinked(
                                    () -> {
                                        ready.send(true);
                                        while (!go.get()) Thread.onSpinWait();
                                        while (name.heldCount() == 0) Thread.onSpinWait();
                                        Processes.register(Processes.self(), name);
                                        Processes.sleep(SOON);
                                    });
                    Monitor monitor = Processes.monitor(adopter);
                    expect(ready);
                    go.set(true);
                    try {
                        name.subject().call(Duration.ofMillis(1), reply -> reply);
                    } catch (CallException ignored) {
                        // there is no reply
                    }
                    dev.otp4j.testkit.Expect.eventually("adopted", () -> name.pid().isPresent());
                    assertThat(((ProcessCell) adopter).watcherCount()).isEqualTo(1);
                    Processes.kill(adopter);
                    assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
                });
    }

    @Test
    @Rule({"P-28", "TR-13"})
    void afterDemonitorNoDownComes() {
        rounds(
                number -> {
                    Pid peer = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
                    Monitor monitor = Processes.monitor(peer);
                    Pid killer =
                            Processes.spawnUnlinked(
                                    () -> {
                                        spin(100);
                                        Processes.kill(peer);
                                    });
                    spin(300);

                    Processes.demonitor(monitor);

                    expectDown(killer);
                    Optional<Object> anything =
                            Selector.<Object>create()
                                    .selectOther(other -> other)
                                    .receive(Duration.ZERO);
                    assertThat(anything).isEmpty();
                });
    }

    @Test
    @Rule({"K-06", "P-02"})
    void aSpawnAtTheDeathOfItsCallerLeavesNoOrphan() {
        rounds(
                number -> {
                    Subject<Pid> children = Subject.create();
                    Subject<Boolean> ready = Subject.create();
                    var spawner =
                            new Sender(
                                    () -> {
                                        ready.send(true);
                                        for (int i = 0; i < 3; i++) {
                                            Processes.spawn(
                                                    () -> {
                                                        children.send(Processes.self());
                                                        Processes.sleep(SOON);
                                                    });
                                        }
                                        Processes.sleep(SOON);
                                    });
                    expect(ready);
                    spin(500);
                    Processes.kill(spawner.pid);
                    spawner.awaitThread();

                    for (Optional<Pid> child;
                            (child = children.receive(Duration.ZERO)).isPresent(); ) {
                        Pid pid = child.get();
                        assertThat(expectDown(pid)).isIn(ExitReason.KILLED, ExitReason.NO_PROCESS);
                    }
                });
    }

    @Test
    @Rule({"P-07", "K-01"})
    void ofTwoSimultaneousFatalSignalsOneDecides() {
        rounds(
                number -> {
                    Pid victim = Processes.spawnUnlinked(() -> Processes.sleep(SOON));
                    Monitor one = Processes.monitor(victim);
                    Monitor two = Processes.monitor(victim);
                    ExitReason first = ExitReason.abnormal("first");
                    ExitReason second = ExitReason.abnormal("second");
                    Pid other = Processes.spawnUnlinked(() -> Processes.exit(victim, second));

                    Processes.exit(victim, first);

                    ExitReason reason = expectDown(one);
                    assertThat(reason).isIn(first, second);
                    assertThat(expectDown(two)).isSameAs(reason);
                    expectDown(other);
                });
    }

    @Test
    @Rule({"P-24", "TR-06", "P-23"})
    void anExitSignalNeitherOvertakesNorIsOvertaken() {
        rounds(
                number -> {
                    Subject<Subject<Integer>> doors = Subject.create();
                    var handled = new AtomicInteger();
                    Pid receiver =
                            Processes.spawnUnlinked(
                                    () -> {
                                        Subject<Integer> own = Subject.create();
                                        doors.send(own);
                                        while (true) handled.set(own.receiveForever());
                                    });
                    Monitor monitor = Processes.monitor(receiver);
                    Subject<Integer> to = expect(doors);

                    for (int i = 1; i <= 3; i++) to.send(i);
                    Processes.exit(receiver, ExitReason.abnormal("stop"));
                    for (int i = 4; i <= 6; i++) to.send(i);

                    assertThat(expectDown(monitor)).isEqualTo(ExitReason.abnormal("stop"));
                    assertThat(handled.get()).isLessThanOrEqualTo(3);
                });
    }
}

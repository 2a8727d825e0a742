/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.quiet;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@OtpTest
class ProcessTests {
    private static final ExitReason BROKEN = ExitReason.abnormal("broken");

    /** Waits until it is told to end, or dies. */
    private static Pid idler() {
        return Processes.spawnUnlinked(() -> Processes.sleep(SOON.multipliedBy(2)));
    }

    private static Pid trapper(Subject<Object> seen) {
        Subject<Boolean> ready = Subject.create();
        Pid pid =
                Processes.spawnUnlinked(
                        () -> {
                            Processes.trapExits(true);
                            ready.send(true);
                            Selector<Object> exits =
                                    Selector.create().selectTrappedExits(exit -> exit);
                            while (true) seen.send(exits.receiveForever());
                        });
        expect(ready);
        return pid;
    }

    @Nested
    class Spawning {
        @Test
        @Rule("P-01")
        void runsConcurrentlyUnderAPidOfItsOwn() {
            Subject<Pid> told = Subject.create();
            Subject<Subject<Boolean>> doors = Subject.create();

            Pid child =
                    Processes.spawn(
                            () -> {
                                told.send(Processes.self());
                                Subject<Boolean> end = Subject.create();
                                doors.send(end);
                                end.receiveForever();
                            });

            assertThat(expect(told)).isEqualTo(child).isNotEqualTo(Processes.self());
            assertThat(Processes.isAlive(child)).isTrue();
            expect(doors).send(true);
            expectDown(child);
        }

        @Test
        @Rule({"P-01", "P-32"})
        void neverGivesAPidTwice() {
            var pids = new HashSet<Pid>();
            for (int i = 0; i < 1_000; i++) {
                Pid pid = Processes.spawnUnlinked(() -> {});
                assertThat(pids.add(pid)).isTrue();
            }
            for (Pid pid : pids) expectDown(pid);
        }

        @Test
        @Rule("P-02")
        void linksBeforeTheFirstInstruction() {
            Processes.trapExits(true);
            for (int i = 0; i < 1_000; i++) {
                Pid child = Processes.spawn(() -> Processes.exit(BROKEN));

                assertThat(expectExit(child)).isEqualTo(BROKEN);
            }
        }

        @Test
        @Rule("P-03")
        void withoutLinkHarmsNobody() {
            Pid child = Processes.spawnUnlinked(() -> Processes.exit(BROKEN));

            assertThat(expectDown(child)).isIn(BROKEN, ExitReason.NO_PROCESS);
            assertThat(anythingComes()).isFalse();
        }

        @Test
        void aThreadThatIsNoProcessCanSpawnButNotReceive() {
            Pid pid = outside(() -> Processes.spawn(() -> {}));

            expectDown(pid);
            assertThatIllegalStateException()
                    .isThrownBy(() -> outside(() -> Processes.self()))
                    .withMessageContaining("runs no process");
            assertThatIllegalStateException()
                    .isThrownBy(
                            () ->
                                    outside(
                                            () -> {
                                                Subject.create();
                                            }));
        }
    }

    @Nested
    class Ending {
        private ExitReason reasonOf(Runnable body) {
            var start = new CountDownLatch(1);
            Pid pid =
                    Processes.spawnUnlinked(
                            () -> {
                                awaitQuietly(start);
                                body.run();
                            });
            Monitor monitor = Processes.monitor(pid);
            start.countDown();
            return expectDown(monitor);
        }

        @Test
        @Rule("P-04")
        void aBodyThatReturnsEndsNormal() {
            assertThat(reasonOf(() -> {})).isEqualTo(ExitReason.NORMAL);
        }

        static Stream<Throwable> throwables() {
            return Stream.of(
                    new IllegalStateException("state"),
                    new StackOverflowError(),
                    new AssertionError("assertion"),
                    new NoClassDefFoundError("class"),
                    new OutOfMemoryError("array"),
                    new java.io.IOException("checked"),
                    new Throwable("bare"));
        }

        @ParameterizedTest
        @MethodSource("throwables")
        @Rule({"P-05", "TR-18", "P-06"})
        void anyUncaughtThrowableIsTheReasonItself(Throwable thrown) {
            ExitReason reason = reasonOf(() -> sneakyThrow(thrown));

            assertThat(reason).isInstanceOf(ExitReason.Abnormal.class);
            assertThat(ExitReason.throwableOf(reason)).isSameAs(thrown);
            assertThat(reason.isClean()).isFalse();
        }

        @Test
        @Rule({"P-05", "TR-18"})
        void aRealStackOverflowIsACrash() {
            ExitReason reason = reasonOf(() -> endless(0));

            assertThat(ExitReason.throwableOf(reason)).isInstanceOf(StackOverflowError.class);
        }

        @Test
        @Rule("P-05")
        void anExplicitExitGivesExactlyItsReason() {
            ExitReason detailed = ExitReason.shutdown(List.of("why"));

            assertThat(reasonOf(() -> Processes.exit(detailed))).isSameAs(detailed);
        }

        @Test
        @Rule("P-06")
        void linksAndMonitorsSeeTheSameValue() {
            Processes.trapExits(true);
            ExitReason nested = ExitReason.abnormal(List.of(List.of("deep"), new byte[100_000]));
            Pid pid = Processes.spawn(() -> Processes.sleep(SOON));
            Monitor one = Processes.monitor(pid);
            Monitor two = Processes.monitor(pid);

            Processes.exit(pid, nested);

            assertThat(expectDown(one)).isSameAs(nested);
            assertThat(expectDown(two)).isSameAs(nested);
            assertThat(expectExit(pid)).isSameAs(nested);
        }

        @Test
        @Rule({"P-06", "TR-10"})
        void anExitThatWasWrappedOnItsWayKeepsItsReason() {
            ExitReason clean = ExitReason.shutdown("done");

            ExitReason wrapped =
                    reasonOf(
                            () -> {
                                try {
                                    Processes.exit(clean);
                                } catch (ProcessExit exit) {
                                    throw new IllegalStateException(new ExecutionException(exit));
                                }
                            });

            assertThat(wrapped).isEqualTo(clean);
        }

        @Test
        @Rule("P-07")
        void ofTwoSignalsTheFirstDecides() {
            for (int i = 0; i < 1_000; i++) {
                Pid pid = idler();
                Monitor monitor = Processes.monitor(pid);

                Processes.exit(pid, ExitReason.abnormal("first"));
                Processes.exit(pid, ExitReason.abnormal("second"));

                assertThat(expectDown(monitor)).isEqualTo(ExitReason.abnormal("first"));
            }
        }

        @Test
        @Rule({"P-14", "TR-12"})
        void aSignalToOneselfCannotBeCaughtAway() {
            ExitReason reason =
                    reasonOf(
                            () -> {
                                try {
                                    Processes.exit(Processes.self(), BROKEN);
                                } catch (Throwable swallowed) {
                                    // goes on as if nothing had happened
                                }
                            });

            assertThat(reason).isEqualTo(BROKEN);
        }

        @Test
        @Rule({"P-14", "TR-12", "K-04"})
        void whoCatchesEverythingMeetsTheEndAtEachEngineCall() {
            var caught = new CompletableFuture<List<ExitReason>>();
            Pid pid =
                    Processes.spawnUnlinked(
                            () -> {
                                var reasons = new ArrayList<ExitReason>();
                                for (int i = 0; i < 3; i++) {
                                    try {
                                        Processes.sleep(SOON);
                                    } catch (Throwable swallowed) {
                                        reasons.add(ExitReason.of(swallowed));
                                    }
                                }
                                caught.complete(reasons);
                            });
            Monitor monitor = Processes.monitor(pid);
            quiet(pid);

            Processes.exit(pid, BROKEN);

            assertThat(expectDown(monitor)).isEqualTo(BROKEN);
            assertThat(get(caught)).containsExactly(BROKEN, BROKEN, BROKEN);
        }
    }

    /** Table 3.1. */
    @Nested
    class ExitSignals {
        record Row(ExitReason sent, ExitReason plain, ExitReason trapped) {
            @Override
            public String toString() {
                return sent + " -> " + plain + " / EXIT " + trapped;
            }
        }

        static Stream<Row> explicit() {
            ExitReason detail = ExitReason.shutdown("detail");
            return Stream.of(
                    new Row(ExitReason.NORMAL, null, ExitReason.NORMAL),
                    new Row(ExitReason.KILL, ExitReason.KILLED, null),
                    same(ExitReason.SHUTDOWN),
                    same(detail),
                    same(ExitReason.KILLED),
                    same(ExitReason.NO_PROCESS),
                    same(BROKEN));
        }

        static Stream<Row> link() {
            return explicit().filter(row -> row.sent() != ExitReason.KILL);
        }

        private static Row same(ExitReason reason) {
            return new Row(reason, reason, reason);
        }

        @ParameterizedTest
        @MethodSource("explicit")
        @Rule({"P-08", "P-10", "P-12"})
        void explicitToAPlainReceiver(Row row) {
            Pid receiver = idler();
            Monitor monitor = Processes.monitor(receiver);

            Processes.exit(receiver, row.sent());

            if (row.plain() == null) {
                assertThat(Processes.isAlive(receiver)).isTrue();
                Processes.kill(receiver);
            } else {
                assertThat(Processes.isAlive(receiver)).isFalse();
                assertThat(expectDown(monitor)).isEqualTo(row.plain());
            }
        }

        @ParameterizedTest
        @MethodSource("explicit")
        @Rule({"P-09", "P-11", "P-12", "P-22"})
        void explicitToATrappingReceiver(Row row) {
            Subject<Object> seen = Subject.create();
            Pid receiver = trapper(seen);
            Monitor monitor = Processes.monitor(receiver);

            Processes.exit(receiver, row.sent());

            if (row.trapped() == null) {
                assertThat(expectDown(monitor)).isEqualTo(ExitReason.KILLED);
            } else {
                assertThat(expect(seen)).isEqualTo(new ExitMessage(Processes.self(), row.sent()));
                assertThat(Processes.isAlive(receiver)).isTrue();
                Processes.kill(receiver);
            }
        }

        private Pid partnerLinkedTo(Pid target) {
            Subject<Boolean> linked = Subject.create();
            Pid partner =
                    Processes.spawnUnlinked(
                            () -> {
                                linked.send(Processes.link(target));
                                Processes.sleep(SOON);
                            });
            assertThat(expect(linked)).isTrue();
            return partner;
        }

        @ParameterizedTest
        @MethodSource("link")
        @Rule({"P-13", "P-15", "P-16", "P-17"})
        void ofALinkToAPlainPartner(Row row) {
            Subject<Subject<Boolean>> doors = Subject.create();
            Pid dying = endingWith(row.sent(), doors);
            Subject<Boolean> end = expect(doors);
            Pid partner = partnerLinkedTo(dying);
            Monitor monitor = Processes.monitor(partner);
            Monitor ofDying = Processes.monitor(dying);

            end.send(true);

            assertThat(expectDown(ofDying)).isEqualTo(row.sent());
            if (row.plain() == null) {
                assertThat(Processes.isAlive(partner)).isTrue();
                Processes.kill(partner);
            } else {
                assertThat(expectDown(monitor)).isEqualTo(row.plain());
            }
        }

        @ParameterizedTest
        @MethodSource("link")
        @Rule({"P-13", "P-16", "P-17", "P-22"})
        void ofALinkToATrappingPartner(Row row) {
            Processes.trapExits(true);
            Subject<Subject<Boolean>> doors = Subject.create();
            Pid dying = endingWith(row.sent(), doors);
            Processes.link(dying);

            expect(doors).send(true);

            assertThat(expectExit(dying)).isEqualTo(row.trapped());
        }

        private Pid endingWith(ExitReason reason, Subject<Subject<Boolean>> doors) {
            return Processes.spawnUnlinked(
                    () -> {
                        Subject<Boolean> end = Subject.create();
                        doors.send(end);
                        end.receiveForever();
                        Processes.exit(reason);
                    });
        }

        @Test
        @Rule({"P-20"})
        void ofARemovedLinkAreDropped() {
            Pid peer = idler();
            Processes.link(peer);
            Processes.unlink(peer);

            Processes.exit(peer, BROKEN);

            assertThat(Processes.isAlive(Processes.self())).isTrue();
            assertThat(ProcessInfo.of(Processes.self()).links()).isEmpty();
        }

        @Test
        @Rule({"P-12", "P-13"})
        void aKillTravelsAlongLinksAsKilled() {
            Processes.trapExits(true);
            Subject<Pid> firsts = Subject.create();
            Pid last =
                    Processes.spawn(
                            () -> {
                                Pid middle =
                                        Processes.spawn(
                                                () -> {
                                                    firsts.send(
                                                            Processes.spawn(
                                                                    () -> Processes.sleep(SOON)));
                                                    Processes.sleep(SOON);
                                                });
                                Processes.link(middle);
                                Processes.sleep(SOON);
                            });

            Processes.kill(expect(firsts));

            assertThat(expectExit(last)).isEqualTo(ExitReason.KILLED);
        }

        @Test
        @Rule("P-34")
        void doNotQueueBehindMessages() {
            Subject<Subject<Integer>> doors = Subject.create();
            var stop = new CountDownLatch(1);
            Pid busy =
                    Processes.spawnUnlinked(
                            () -> {
                                doors.send(Subject.create());
                                awaitQuietly(stop);
                            });
            Subject<Integer> door = expect(doors);
            for (int i = 0; i < 10_000; i++) door.send(i);
            Monitor monitor = Processes.monitor(busy);

            Processes.exit(busy, BROKEN);

            assertThat(Processes.isAlive(busy)).isFalse();
            assertThat(expectDown(monitor)).isEqualTo(BROKEN);
            assertThat(ProcessInfo.mailboxSize(busy)).isZero();
        }

        @Test
        @Rule({"P-11", "P-34", "P-23"})
        void trappedOnesQueueAtTheEnd() {
            Processes.trapExits(true);
            Subject<Integer> own = Subject.create();
            Pid self = Processes.self();
            Pid sender =
                    Processes.spawnUnlinked(
                            () -> {
                                for (int i = 0; i < 3; i++) own.send(i);
                                Processes.exit(self, BROKEN);
                                own.send(3);
                            });
            expectDown(sender);

            Selector<Object> all =
                    Selector.create().<Integer>select(own).selectTrappedExits(exit -> exit);

            assertThat(all.receive(SOON)).contains(0);
            assertThat(all.receive(SOON)).contains(1);
            assertThat(all.receive(SOON)).contains(2);
            assertThat(all.receive(SOON)).contains(new ExitMessage(sender, BROKEN));
            assertThat(all.receive(SOON)).contains(3);
        }

        @Test
        @Rule("P-21")
        void theTrapFlagIsOffAtFirstAndLooksAtReception() {
            assertThat(ProcessInfo.of(Processes.self()).trapsExits()).isFalse();
            Subject<String> told = Subject.create();
            Subject<Subject<Boolean>> doors = Subject.create();
            Pid pid =
                    Processes.spawnUnlinked(
                            () -> {
                                Processes.trapExits(true);
                                Subject<Boolean> next = Subject.create();
                                doors.send(next);
                                next.receiveForever();
                                Processes.trapExits(false);
                                told.send("off");
                                next.receiveForever();
                                ExitMessage queued =
                                        Selector.<ExitMessage>create()
                                                .selectTrappedExits(exit -> exit)
                                                .receiveForever();
                                told.send("still queued: " + queued.reason());
                                next.receiveForever();
                            });
            Monitor monitor = Processes.monitor(pid);
            Subject<Boolean> next = expect(doors);

            Processes.exit(pid, BROKEN);
            next.send(true);
            assertThat(expect(told)).isEqualTo("off");
            next.send(true);
            assertThat(expect(told)).isEqualTo("still queued: " + BROKEN);
            Processes.exit(pid, ExitReason.abnormal("fatal"));

            assertThat(expectDown(monitor)).isEqualTo(ExitReason.abnormal("fatal"));
        }

        @Test
        @Rule("P-31")
        void toTheDeadAreIgnored() {
            Pid dead = Processes.spawnUnlinked(() -> {});
            Monitor monitor = Processes.monitor(dead);
            expectDown(monitor);

            Processes.exit(dead, BROKEN);
            Processes.exit(dead, ExitReason.NORMAL);
            Processes.kill(dead);
            Processes.unlink(dead);
            Processes.demonitor(monitor);

            assertThat(anythingComes()).isFalse();
        }
    }

    @Nested
    class Linking {
        @Test
        @Rule("P-15")
        void endsEverybodyAlongTheGraph() {
            var downs = new ArrayList<Monitor>();
            Subject<Pid> next = Subject.create();
            Pid head = Processes.spawnUnlinked(() -> chain(next, 1_000));
            downs.add(Processes.monitor(head));
            for (int i = 0; i < 1_000; i++) downs.add(Processes.monitor(expect(next)));

            Processes.exit(head, BROKEN);

            for (Monitor down : downs) assertThat(expectDown(down)).isEqualTo(BROKEN);
        }

        private void chain(Subject<Pid> told, int left) {
            if (left > 0) told.send(Processes.spawn(() -> chain(told, left - 1)));
            Processes.sleep(SOON.multipliedBy(2));
        }

        @Test
        @Rule("P-18")
        void twiceIsOneLink() {
            Pid peer = idler();

            assertThat(Processes.link(peer)).isTrue();
            assertThat(Processes.link(peer)).isTrue();
            Processes.unlink(peer);
            Processes.exit(peer, BROKEN);

            expectDown(peer);
            assertThat(Processes.isAlive(Processes.self())).isTrue();
        }

        @Test
        @Rule("P-18")
        void toOneselfDoesNothing() {
            assertThat(Processes.link(Processes.self())).isTrue();
            Processes.unlink(Processes.self());
            assertThat(ProcessInfo.of(Processes.self()).links()).isEmpty();
        }

        @Test
        @Rule("P-19")
        void toTheDeadFails() {
            Pid dead = Processes.spawnUnlinked(() -> {});
            expectDown(dead);

            assertThat(Processes.link(dead)).isFalse();

            assertThat(ProcessInfo.of(Processes.self()).links()).isEmpty();
            assertThat(anythingComes()).isFalse();
        }

        @Test
        @Rule("P-19")
        void toTheDeadIsAnExitMessageForWhoTraps() {
            Pid dead = Processes.spawnUnlinked(() -> {});
            expectDown(dead);
            Processes.trapExits(true);

            assertThat(Processes.link(dead)).isTrue();

            assertThat(expectExit(dead)).isEqualTo(ExitReason.NO_PROCESS);
        }

        @Test
        @Rule("P-20")
        void canBeUndoneByEitherSide() {
            Subject<Boolean> undone = Subject.create();
            Pid self = Processes.self();
            Pid child =
                    Processes.spawn(
                            () -> {
                                Processes.unlink(self);
                                undone.send(true);
                                Processes.exit(BROKEN);
                            });
            expect(undone);

            assertThat(expectDown(child)).isIn(BROKEN, ExitReason.NO_PROCESS);
            Processes.unlink(child);
            Processes.unlink(idlerThatEnds());
        }

        private Pid idlerThatEnds() {
            Pid pid = idler();
            Processes.kill(pid);
            return pid;
        }
    }

    @Nested
    class Monitoring {
        @Test
        @Rule("P-26")
        void firesOnceForEachMonitor() {
            Pid pid = idler();
            Monitor one = Processes.monitor(pid);
            Monitor two = Processes.monitor(pid);
            Monitor removed = Processes.monitor(pid);
            Processes.demonitor(removed);

            Processes.kill(pid);

            assertThat(expectDown(one)).isEqualTo(ExitReason.KILLED);
            assertThat(expectDown(two)).isEqualTo(ExitReason.KILLED);
            assertThat(anythingComes()).isFalse();
        }

        @Test
        @Rule("P-26")
        void isOneWay() {
            Pid target = idler();
            Pid watcher =
                    Processes.spawnUnlinked(
                            () -> {
                                Processes.monitor(target);
                                Processes.exit(BROKEN);
                            });

            expectDown(watcher);

            assertThat(Processes.isAlive(target)).isTrue();
            Processes.kill(target);
        }

        @Test
        @Rule("P-27")
        void theDeadTellsAtOnce() {
            Pid dead = Processes.spawnUnlinked(() -> {});
            expectDown(dead);

            assertThat(expectDown(Processes.monitor(dead))).isEqualTo(ExitReason.NO_PROCESS);
        }

        @Test
        @Rule("P-28")
        void isRemovedTogetherWithItsQueuedDown() {
            Pid pid = idler();
            Monitor monitor = Processes.monitor(pid);
            Processes.kill(pid);
            assertThat(ProcessInfo.mailboxSize(Processes.self())).isPositive();

            Processes.demonitor(monitor);

            assertThat(anythingComes()).isFalse();
        }

        @Test
        @Rule("P-28")
        void isRemovedAlsoIfItsDownWasPutAside() {
            Pid pid = idler();
            Monitor monitor = Processes.monitor(pid);
            Processes.kill(pid);
            Subject<Integer> nothing = Subject.create();
            assertThat(nothing.receive(Duration.ZERO)).isEmpty();

            Processes.demonitor(monitor);

            assertThat(anythingComes()).isFalse();
            assertThat(ProcessInfo.mailboxSize(Processes.self())).isZero();
        }

        @Test
        void belongsToWhoMadeIt() {
            Pid pid = idler();
            Monitor monitor = Processes.monitor(pid);
            Subject<String> told = Subject.create();
            Processes.spawn(
                    () -> {
                        try {
                            Processes.demonitor(monitor);
                        } catch (IllegalStateException e) {
                            told.send(e.getMessage());
                        }
                    });

            assertThat(expect(told)).contains("cannot remove a monitor of");
            Processes.kill(pid);
        }
    }

    @Nested
    class Observing {
        @Test
        @Rule({"P-29", "K-01"})
        void whoKilledSeesTheDeadAtOnce() {
            for (int i = 0; i < 1_000; i++) {
                Pid pid = idler();
                Processes.kill(pid);
                assertThat(Processes.isAlive(pid)).isFalse();
            }
        }

        @Test
        @Rule({"P-30", "R-05", "K-02"})
        void atTheDownTheNameIsFree() {
            Name<String> name = Name.create("worker");
            for (int i = 0; i < 1_000; i++) {
                Pid pid = idler();
                Processes.register(pid, name);
                Monitor monitor = Processes.monitor(pid);

                if (i % 2 == 0) Processes.kill(pid);
                else Processes.exit(pid, BROKEN);

                assertThat(Processes.named(name)).isNull();
                expectDown(monitor);
                Pid successor = idler();
                Processes.register(successor, name);
                Processes.kill(successor);
            }
        }

        @Test
        @Rule({"P-30", "R-05"})
        void atTheExitMessageTheNameIsFree() {
            Processes.trapExits(true);
            Name<String> name = Name.create("worker");
            for (int i = 0; i < 1_000; i++) {
                Pid pid =
                        Processes.spawn(
                                () -> {
                                    Processes.register(Processes.self(), name);
                                    Processes.exit(BROKEN);
                                });

                assertThat(expectExit(pid)).isEqualTo(BROKEN);
                assertThat(Processes.named(name)).isNull();
            }
        }

        @Test
        @Rule({"P-25", "TR-07"})
        void lastWordsComeBeforeDownAndExit() {
            Processes.trapExits(true);
            Subject<Integer> words = Subject.create();
            Selector<Object> all =
                    Selector.create()
                            .<Integer>select(words)
                            .selectMonitors(down -> down)
                            .selectTrappedExits(exit -> exit);
            for (int round = 0; round < 300; round++) {
                int way = round % 3;
                var start = new CountDownLatch(1);
                Pid pid =
                        Processes.spawn(
                                () -> {
                                    awaitQuietly(start);
                                    for (int i = 0; i < 20; i++) words.send(i);
                                    if (way == 1) Processes.exit(BROKEN);
                                    if (way == 2) throw new IllegalStateException("thrown");
                                });
                Processes.monitor(pid);
                start.countDown();

                for (int i = 0; i < 20; i++) assertThat(all.receive(SOON)).contains(i);
                assertThat(all.receive(SOON)).get().isNotInstanceOf(Integer.class);
                assertThat(all.receive(SOON)).get().isNotInstanceOf(Integer.class);
            }
        }

        @Test
        void infoCanBeReadFromOutside() {
            Pid pid = idler();
            quiet(pid);

            ProcessInfo info = outside(() -> ProcessInfo.of(pid));

            assertThat(info.state()).isEqualTo(ProcessInfo.State.WAITING);
            assertThat(info.exitReason()).isNull();
            Processes.exit(pid, BROKEN);
            assertThat(ProcessInfo.of(pid).state()).isEqualTo(ProcessInfo.State.EXITED);
            assertThat(ProcessInfo.of(pid).exitReason()).isEqualTo(BROKEN);
        }
    }

    @Nested
    class Running {
        @Test
        void aBlockIsAProcessOnTheCallingThread() {
            Thread caller =
                    outside(
                            () -> {
                                Thread before = Thread.currentThread();
                                return Processes.run(Thread::currentThread) == before
                                        ? before
                                        : null;
                            });

            assertThat(caller).isNotNull();
        }

        @Test
        void isRefusedInsideAProcess() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> Processes.run(() -> 1))
                    .withMessageContaining("inside a process");
        }

        @Test
        void butNotOutsideOfOne() {
            Subject<String> own = Subject.create();
            Pid self = Processes.self();

            Pid other =
                    Processes.outside(
                            () ->
                                    Processes.run(
                                            () -> {
                                                own.send("from inside");
                                                Subject.create();
                                                return Processes.self();
                                            }));

            assertThat(other).isNotEqualTo(self);
            assertThat(Processes.isAlive(other)).isFalse();
            assertThat(Processes.self()).isEqualTo(self);
            assertThat(expect(own)).isEqualTo("from inside");
        }

        @Test
        void whatItThrowsIsThrownAndIsItsReason() {
            var ended = new CompletableFuture<ExitReason>();
            var failure = new IllegalArgumentException("block");

            assertThatThrownBy(() -> outside(() -> runAndThrow(ended, failure))).isSameAs(failure);

            ExitReason reason = get(ended);
            assertThat(ExitReason.throwableOf(reason)).isSameAs(failure);
        }

        private void runAndThrow(CompletableFuture<ExitReason> ended, RuntimeException failure) {
            Processes.run(
                    () -> {
                        ProcessRuntime.current()
                                .whenEnded(Processes.self())
                                .thenAccept(ended::complete);
                        throw failure;
                    });
        }

        @Test
        @Rule("K-04")
        void aKillEndsItWhereItWaitsAndLeavesTheThreadClean() {
            var pids = new CompletableFuture<Pid>();
            Processes.spawn(
                    () -> {
                        Pid pid = get(pids);
                        quiet(pid);
                        Processes.kill(pid);
                    });

            boolean interrupted =
                    outside(
                            () -> {
                                assertThatExceptionOfType(ProcessExit.class)
                                        .isThrownBy(
                                                () ->
                                                        Processes.run(
                                                                () -> {
                                                                    pids.complete(Processes.self());
                                                                    Processes.sleep(SOON);
                                                                    return null;
                                                                }))
                                        .satisfies(
                                                e ->
                                                        assertThat(e.reason())
                                                                .isEqualTo(ExitReason.KILLED));
                                return Thread.currentThread().isInterrupted();
                            });

            assertThat(interrupted).isFalse();
        }
    }

    @Test
    @Rule("P-35")
    void aSendMakesEarlierWritesVisible() {
        final class Box {
            int value;
        }
        Subject<Box> boxes = Subject.create();
        for (int i = 1; i <= 1_000; i++) {
            int value = i;
            Processes.spawn(
                    () -> {
                        var box = new Box();
                        box.value = value;
                        boxes.send(box);
                    });
            assertThat(expect(boxes).value).isEqualTo(value);
        }
    }

    @Test
    @Rule("P-33")
    void aFatalSignalStopsAProcessThatIsNotReceiving() {
        Subject<Integer> seen = Subject.create();
        Subject<Subject<Integer>> doors = Subject.create();
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        Pid pid =
                Processes.spawnUnlinked(
                        () -> {
                            try {
                                Subject<Integer> own = Subject.create();
                                doors.send(own);
                                own.receiveForever();
                                entered.countDown();
                                stubbornly(release);
                                while (true) seen.send(own.receiveForever());
                            } finally {
                                over.countDown();
                            }
                        });
        Subject<Integer> door = expect(doors);
        for (int i = 0; i < 5; i++) door.send(i);
        awaitQuietly(entered);

        Processes.exit(pid, BROKEN);
        release.countDown();

        eventually("the code has ended", () -> over.getCount() == 0);
        assertThat(seen.receive(Duration.ZERO)).isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int endless(int n) {
        return n < 0 ? n : 1 + endless(n + 1);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneakyThrow(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

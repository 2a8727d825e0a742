/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.process.TestProcesses.BROKEN;
import static dev.otp4j.process.TestProcesses.idler;
import static dev.otp4j.process.TestProcesses.trapper;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What exit signals do to their receivers (table 3.1). */
@OtpTest
class ExitSignalTests {
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
                            linked.send(Processes.tryLink(target));
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
}

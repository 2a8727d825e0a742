/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.process.TestProcesses.BROKEN;
import static dev.otp4j.process.TestProcesses.idler;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Links between processes. */
@OtpTest
class LinkTests {
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

        assertThat(Processes.tryLink(peer)).isTrue();
        assertThat(Processes.tryLink(peer)).isTrue();
        Processes.unlink(peer);
        Processes.exit(peer, BROKEN);

        expectDown(peer);
        assertThat(Processes.isAlive(Processes.self())).isTrue();
    }

    @Test
    @Rule("P-18")
    void toOneselfDoesNothing() {
        assertThat(Processes.tryLink(Processes.self())).isTrue();
        Processes.unlink(Processes.self());
        assertThat(ProcessInfo.of(Processes.self()).links()).isEmpty();
    }

    @Test
    @Rule("P-19")
    void toTheDeadFails() {
        Pid dead = Processes.spawnUnlinked(() -> {});
        expectDown(dead);

        assertThat(Processes.tryLink(dead)).isFalse();

        assertThat(ProcessInfo.of(Processes.self()).links()).isEmpty();
        assertThat(anythingComes()).isFalse();
    }

    @Test
    @Rule("P-19")
    void toTheDeadIsAnExitMessageForWhoTraps() {
        Pid dead = Processes.spawnUnlinked(() -> {});
        expectDown(dead);
        Processes.trapExits(true);

        assertThat(Processes.tryLink(dead)).isTrue();

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

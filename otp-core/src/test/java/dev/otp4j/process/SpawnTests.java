/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.process.TestProcesses.BROKEN;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** How processes are made. */
@OtpTest
class SpawnTests {
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

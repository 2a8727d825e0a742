/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.process.TestProcesses.BROKEN;
import static dev.otp4j.process.TestProcesses.idler;
import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Monitors. */
@OtpTest
class MonitorTests {
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
    void belongsToTheProcessThatMadeIt() {
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

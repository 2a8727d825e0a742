/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.process.TestProcesses.BROKEN;
import static dev.otp4j.process.TestProcesses.idler;
import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.awaitQuietly;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.expectDown;
import static dev.otp4j.testkit.Expect.expectExit;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What other processes see of a process, and when. */
@OtpTest
class ProcessVisibilityTests {
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

            assertThat(Processes.named(name).orElse(null)).isNull();
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
            assertThat(Processes.named(name).orElse(null)).isNull();
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
}

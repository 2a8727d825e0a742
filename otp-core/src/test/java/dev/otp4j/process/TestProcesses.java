/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.expect;

/** Processes that tests do something to. */
final class TestProcesses {
    static final ExitReason BROKEN = ExitReason.abnormal("broken");

    private TestProcesses() {}

    /** A process that waits. */
    static Pid idler() {
        return Processes.spawnUnlinked(() -> Processes.sleep(SOON.multipliedBy(2)));
    }

    /** A process that traps exits, and passes the exit messages on. */
    static Pid trapper(Subject<Object> seen) {
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
}

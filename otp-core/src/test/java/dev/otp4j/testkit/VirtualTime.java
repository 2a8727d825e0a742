/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Simulation;
import java.time.Duration;

/** For tests in which time passes: in a simulation it costs none, and is exact. */
public final class VirtualTime {
    private VirtualTime() {}

    /** Runs code in a simulation; the test that calls this may be a process of another runtime. */
    public static void run(Runnable code) {
        Expect.outside(() -> Simulation.run(1, code));
    }

    /** How long code takes on the clock of the current runtime. */
    public static Duration of(Runnable code) {
        ProcessRuntime runtime = ProcessRuntime.current();
        long start = runtime.nanoTime();
        code.run();
        return Duration.ofNanos(runtime.nanoTime() - start);
    }
}

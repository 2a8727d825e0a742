/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * What a supervisor has said of the process that will hold a vacant name next.
 *
 * @param attempt how many-th restart in a row it is
 * @param due when it is started at the latest, on the clock of its runtime
 * @param refusesCalls whether calls fail until then
 */
record ExpectedStart(int attempt, long due, boolean refusesCalls) {
    static ExpectedStart within(long nanos, long now, int attempt, boolean refusesCalls) {
        long due = now + Math.min(nanos, Long.MAX_VALUE / 2); // differences must not overflow
        return new ExpectedStart(attempt, due, refusesCalls);
    }

    /** How long it takes until then, in whole milliseconds. */
    Duration dueIn(long now) {
        return Duration.ofMillis(Math.max(0, due - now + 999_999) / 1_000_000);
    }

    CallException refusal(Object callee, long now) {
        return new CallException.Restarting(callee.toString(), dueIn(now), attempt);
    }
}

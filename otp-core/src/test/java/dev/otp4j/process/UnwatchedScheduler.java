/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.threads.ForwardingScheduler;
import dev.otp4j.internal.threads.Scheduler;

/**
 * A real scheduler without a sentry. Nothing frees a process from a hand-over cell and nothing ends
 * a turn early, so what the engine does there does not depend on how fast the machine is. There are
 * no timers.
 */
class UnwatchedScheduler extends ForwardingScheduler {
    UnwatchedScheduler(Scheduler real) {
        super(real);
        real.close();
    }

    /** A runtime in which nothing looks at the hand-over cells. */
    static ProcessRuntime.Builder runtime(String name) {
        return ProcessRuntime.builder().name(name).scheduler(UnwatchedScheduler::new);
    }

    /** As if the sentry looked: otherwise the engine would hand nothing over. */
    @Override
    public boolean watchHandOvers() {
        return true;
    }

    @Override
    public boolean turnsAreShort() {
        return false;
    }
}

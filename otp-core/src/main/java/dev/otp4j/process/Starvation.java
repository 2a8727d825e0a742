/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.List;

/**
 * Says that no virtual thread of the JVM could begin for a while: code that computes, or blocks in
 * a way that holds its carrier, occupies all carriers. The engine cannot go on until one of the
 * culprits gives way.
 *
 * @param since how long at least no virtual thread could start
 * @param culprits the processes, dead ones included, that had a running thread, with its stack
 * @since 0.1.0
 */
public record Starvation(Duration since, List<Culprit> culprits) {
    /**
     * A process that occupies a carrier.
     *
     * @param pid the process
     * @param alive whether the process is alive; if not, it is a {@link Zombie}
     * @param stack stack of its thread
     */
    public record Culprit(Pid pid, boolean alive, List<StackTraceElement> stack) {}
}

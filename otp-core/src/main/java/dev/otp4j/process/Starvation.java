/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.List;

/**
 * No virtual thread of the JVM could begin for a while: code that computes, or blocks in a way that
 * holds its carrier, occupies all of them. Nothing of the engine can go on until one of the
 * culprits gives way.
 *
 * @param since for how long at least
 * @param culprits the processes, dead ones included, whose threads were running, with their stacks
 * @since 0.1.0
 */
public record Starvation(Duration since, List<Culprit> culprits) {
    /**
     * A process that occupies a carrier.
     *
     * @param pid the process
     * @param alive whether it lives, or is a {@link Zombie}
     * @param stack where its thread is
     */
    public record Culprit(Pid pid, boolean alive, List<StackTraceElement> stack) {}
}
